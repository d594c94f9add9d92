import type { UnixUs } from '#protocol';
import type { Cancel, Clock } from '../../engine/ports.ts';
import type { Portions } from './portions.ts';
import type { RawFrame } from './ports.ts';

/** Of frames that waited so much is handed on before others are let in. */
const TURN_CHARACTERS = 131_072;

export interface FrameLineParts {
  readonly clock: Clock;
  /** What may wait, in characters (bytes of a binary frame), before the connection is given up. */
  readonly waitingMax: number;
  /** Hands a frame to the translator. */
  readonly take: (frame: RawFrame, receiveTimeUs: UnixUs) => void;
  /** Runs a piece of the translator's work; what it throws is caught there. */
  readonly run: (piece: () => void) => void;
  /** Asks the socket to keep back what it has, or to go on. */
  readonly hold: (isHeld: boolean) => void;
  /** A frame has to wait. */
  readonly onWait: () => void;
  /** More waits than may. */
  readonly onOverflow: () => void;
}

/**
 * What one connection's translator is handed, in order: frames, and its own long work in portions with the event loop between them. Not
 * the translator, and not the socket.
 *
 * Invariant: while work is under way no frame is handed on. Those that come meanwhile wait in the order in which they came, and the
 * socket is asked to keep the rest back.
 */
export class FrameLine {
  readonly #parts: FrameLineParts;
  #works: { readonly symbol: string; readonly work: Portions }[] = [];
  #waiting: { readonly frame: RawFrame; readonly receiveTimeUs: UnixUs }[] = [];
  #waitingSize = 0;
  #next: Cancel | null = null;
  #isClosed = false;

  constructor(parts: FrameLineParts) {
    this.#parts = parts;
  }

  /** Whether the translator is between two portions. */
  get isWorking(): boolean {
    return this.#works.length > 0;
  }

  /** When the first of the frames that wait came, us; Infinity when none does. */
  get waitingSinceUs(): number {
    return this.#waiting[0]?.receiveTimeUs ?? Infinity;
  }

  frame(frame: RawFrame, receiveTimeUs: UnixUs): void {
    if (this.#isClosed) return;
    if (!this.isWorking && this.#waiting.length === 0) return this.#parts.take(frame, receiveTimeUs);
    this.#waiting.push({ frame, receiveTimeUs });
    this.#waitingSize += frame.length;
    this.#parts.onWait();
    // One frame is never too much: it was let in by its own bound.
    if (this.#waitingSize > this.#parts.waitingMax && this.#waiting.length > 1) this.#parts.onOverflow();
  }

  /** Begins work at once, or after what is under way. Short work is over when this returns. */
  begin(symbol: string, work: Portions): void {
    if (this.#isClosed) return;
    this.#works.push({ symbol, work });
    if (this.#works.length === 1) this.#step();
    this.#plan();
  }

  /** Leaves what was to be done for these. */
  drop(symbols: readonly string[]): void {
    this.#works = this.#works.filter(({ symbol }) => !symbols.includes(symbol));
  }

  /** What was not done is left, and what waits is dropped. */
  close(): void {
    this.#isClosed = true;
    this.#next?.();
    this.#next = null;
    this.#works = [];
    this.#waiting = [];
  }

  #turn(): void {
    this.#next = null;
    if (this.isWorking) this.#step();
    else this.#handOn();
    this.#plan();
  }

  #step(): void {
    this.#parts.run(() => {
      const first = this.#works[0]!;
      if (first.work.next().done === true && this.#works[0] === first) this.#works.shift();
    });
  }

  #handOn(): void {
    let taken = 0;
    while (this.#waiting.length > 0 && !this.isWorking && taken < TURN_CHARACTERS) {
      const { frame, receiveTimeUs } = this.#waiting.shift()!;
      this.#waitingSize -= frame.length;
      taken += frame.length;
      this.#parts.take(frame, receiveTimeUs);
    }
  }

  #plan(): void {
    if (this.#isClosed || this.#next !== null) return;
    const isBusy = this.isWorking || this.#waiting.length > 0;
    this.#parts.hold(isBusy);
    if (isBusy) this.#next = this.#parts.clock.soon(() => this.#turn());
  }
}
