import type { BarNumbers } from '../tape/bar-numbers.ts';
import { copyBar } from '../tape/bar-numbers.ts';

const DAY_S = 86_400;
const SECOND_US = 1_000_000;
/** Rows that wait until the smallest step between them is known: gaps are longer than a bar, nothing is shorter. */
const WAITING = 64;
/** The same where as many instruments have one time. */
const WAITING_MAX = 65_536;

/** Where a bar begins or ends, as the file stamps it. */
export type OnBar = (instrument: number, timeUs: number, seconds: number, bar: BarNumbers) => void;

interface WaitingBar {
  instrument: number;
  timeUs: number;
  bar: BarNumbers;
}

/**
 * How long bars are, of files that do not say: as long as the shortest step between rows of one instrument. Invariant: bars come
 * out in the order in which they went in, each once.
 */
export class BarLengths {
  readonly #onBar: OnBar;
  #seconds: number;
  #waiting: WaitingBar[] = [];
  /** Of those that wait: the last time of each instrument, and the shortest step, us. */
  readonly #lastUs = new Map<number, number>();
  #shortestUs = Number.POSITIVE_INFINITY;

  /** @param seconds NaN where neither file nor name says it */
  constructor(seconds: number, onBar: OnBar) {
    this.#seconds = seconds;
    this.#onBar = onBar;
  }

  /** `bar` is copied when it has to wait. */
  add(instrument: number, timeUs: number, bar: BarNumbers): void {
    if (!Number.isNaN(this.#seconds)) {
      this.#onBar(instrument, timeUs, this.#seconds, bar);
      return;
    }
    this.#waiting.push({ instrument, timeUs, bar: copyBar(bar) });
    const stepUs = Math.abs(timeUs - (this.#lastUs.get(instrument) ?? Number.NaN));
    if (stepUs >= SECOND_US && stepUs < this.#shortestUs) this.#shortestUs = stepUs;
    this.#lastUs.set(instrument, timeUs);
    const { length } = this.#waiting;
    if (length >= WAITING_MAX || (length >= WAITING && Number.isFinite(this.#shortestUs))) this.finish();
  }

  finish(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    // A single row is a day: so are the files that have few.
    this.#seconds = Number.isFinite(this.#shortestUs) ? Math.round(this.#shortestUs / SECOND_US) : DAY_S;
    for (const { instrument, timeUs, bar } of waiting) this.#onBar(instrument, timeUs, this.#seconds, bar);
  }
}
