import type { BarNumbers } from '../tape/bar-numbers.ts';
import { copyBar } from '../tape/bar-numbers.ts';

const DAY_S = 86_400;
const SECOND_US = 1_000_000;
/** Rows that wait until the smallest step between them is known: gaps are longer than a bar, nothing is shorter. */
const WAITING_MAX = 64;

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
    if (this.#waiting.length === WAITING_MAX) this.finish();
  }

  finish(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    // A single row is a day: so are the files that have few.
    this.#seconds = shortestStepS(waiting) ?? DAY_S;
    for (const { instrument, timeUs, bar } of waiting) this.#onBar(instrument, timeUs, this.#seconds, bar);
  }
}

function shortestStepS(bars: readonly WaitingBar[]): number | null {
  const lastUs = new Map<number, number>();
  let shortestUs = Number.POSITIVE_INFINITY;
  for (const { instrument, timeUs } of bars) {
    const stepUs = Math.abs(timeUs - (lastUs.get(instrument) ?? Number.NaN));
    if (stepUs >= SECOND_US && stepUs < shortestUs) shortestUs = stepUs;
    lastUs.set(instrument, timeUs);
  }
  return Number.isFinite(shortestUs) ? Math.round(shortestUs / SECOND_US) : null;
}
