import { type UnixUs, invariant, unixUs } from '#protocol';
import type { Cancel, Clock } from '../../server/engine/ports.ts';

interface Timer {
  dueUs: number;
  /** Breaks ties between equal due times: armed first, run first. */
  order: number;
  /** 0 for `after`. */
  periodUs: number;
  run: () => void;
}

/** Thursday 2026-10-01T12:00:00Z. */
const DEFAULT_START_US = 1_790_856_000_000_000;

/**
 * The test's own time: stands still until `advance` moves it. Not a fake of the machine's clock; nothing global is patched.
 * Invariant: timers run in time order, each one seeing exactly its due time in `nowUs`, also those armed on the way.
 */
export class ManualClock implements Clock {
  #nowUs: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(startUs: number = DEFAULT_START_US) {
    this.#nowUs = startUs;
  }

  /** Timers that are armed: 0 after everything was closed. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  nowUs(): UnixUs {
    return unixUs(this.#nowUs);
  }

  after(delayMs: number, run: () => void): Cancel {
    return this.#arm(Math.max(0, delayMs), 0, run);
  }

  every(periodMs: number, run: () => void): Cancel {
    invariant(periodMs > 0, 'a repeating timer needs a period above 0 ms');
    return this.#arm(periodMs, Math.max(1, Math.round(periodMs * 1000)), run);
  }

  soon(run: () => void): Cancel {
    return this.#arm(0, 0, run);
  }

  /** Moves time on by `ms` and runs what falls due on the way, the end included. */
  advance(ms: number): void {
    const endUs = this.#nowUs + Math.round(ms * 1000);
    for (let timer = this.#nextUntil(endUs); timer !== null; timer = this.#nextUntil(endUs)) {
      this.#nowUs = Math.max(this.#nowUs, timer.dueUs);
      if (timer.periodUs === 0) this.#timers.delete(timer);
      else timer.dueUs += timer.periodUs;
      timer.run();
    }
    this.#nowUs = Math.max(this.#nowUs, endUs);
  }

  /** Moves time on by `ms` as a blocked process sees it: nothing runs on the way, and late timers run once at the end. */
  stall(ms: number): void {
    this.#nowUs += Math.round(ms * 1000);
    for (const timer of this.#timers) {
      const missed = timer.periodUs === 0 ? 0 : Math.floor((this.#nowUs - timer.dueUs) / timer.periodUs);
      if (missed > 0) timer.dueUs += missed * timer.periodUs;
    }
    this.advance(0);
  }

  /** Moves time on by `ms` as work does that takes so long: no timer runs. */
  skip(ms: number): void {
    this.#nowUs += Math.round(ms * 1000);
  }

  #arm(delayMs: number, periodUs: number, run: () => void): Cancel {
    const timer: Timer = {
      dueUs: this.#nowUs + Math.round(delayMs * 1000),
      order: (this.#order += 1),
      periodUs,
      run,
    };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  #nextUntil(endUs: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) {
      if (timer.dueUs > endUs) continue;
      if (
        next === null ||
        timer.dueUs < next.dueUs ||
        (timer.dueUs === next.dueUs && timer.order < next.order)
      )
        next = timer;
    }
    return next;
  }
}
