import { unixUs, type UnixUs } from '#protocol';
import type { Cancel, Clock } from '../../engine/ports.ts';

interface Timer {
  dueUs: number;
  /** 0 = once. */
  readonly periodUs: number;
  readonly run: () => void;
}

/** 2026-01-01T00:00:00Z. */
const START_US = 1_767_225_600_000_000;

/**
 * The time of a bench: it stands still until it is moved, so that a minute of silence takes no minute. Invariant: timers run in the
 * order of their due times, those that are due together in the order in which they were set.
 */
export class KitClock implements Clock {
  #nowUs = START_US;
  readonly #timers = new Set<Timer>();

  /** Timers that are set: 0 after everything was closed. */
  get pending(): number {
    return this.#timers.size;
  }

  nowUs(): UnixUs {
    return unixUs(this.#nowUs);
  }

  after(delayMs: number, run: () => void): Cancel {
    return this.#set(delayMs, 0, run);
  }

  every(periodMs: number, run: () => void): Cancel {
    return this.#set(periodMs, Math.max(1, Math.round(periodMs * 1000)), run);
  }

  soon(run: () => void): Cancel {
    return this.#set(0, 0, run);
  }

  /** Moves on by so much, and runs what is due on the way. */
  advance(ms: number): void {
    const endUs = this.#nowUs + Math.round(ms * 1000);
    for (let timer = this.#next(endUs); timer !== null; timer = this.#next(endUs)) {
      this.#nowUs = Math.max(this.#nowUs, timer.dueUs);
      if (timer.periodUs === 0) this.#timers.delete(timer);
      else timer.dueUs += timer.periodUs;
      timer.run();
    }
    this.#nowUs = Math.max(this.#nowUs, endUs);
  }

  /** Moves on as work does that takes so long: nothing runs meanwhile. */
  spend(ms: number): void {
    this.#nowUs += Math.round(ms * 1000);
  }

  #set(delayMs: number, periodUs: number, run: () => void): Cancel {
    const timer = { dueUs: this.#nowUs + Math.max(0, Math.round(delayMs * 1000)), periodUs, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  #next(untilUs: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers)
      if (timer.dueUs <= untilUs && (next === null || timer.dueUs < next.dueUs)) next = timer;
    return next;
  }
}
