import type { BarColumns } from '../bar-series.ts';
import { BarStudy, type SlotRun } from './bar-study.ts';
import { emaStep, settlingBars } from './ema.ts';

/** Fast minus slow exponential average of the closes, the average of that (signal), and their difference (histogram), ticks. */
export class Macd extends BarStudy {
  readonly #fast: number;
  readonly #slow: number;
  readonly #signal: number;

  constructor(fast: number, slow: number, signal: number) {
    super(6);
    this.#fast = fast;
    this.#slow = slow;
    this.#signal = signal;
    this.barsBefore = settlingBars(2 / (Math.max(fast, slow) + 1)) + settlingBars(2 / (signal + 1));
  }

  protected override work({ close }: BarColumns, { first, from, to }: SlotRun): void {
    const [values, signals, histogram, fasts, slows, averages] = this.columns;
    const known = Math.max(this.#fast, this.#slow);
    for (let slot = from; slot < to; slot += 1) {
      const bars = slot - first + 1;
      fasts[slot] = bars === 1 ? close[slot] : emaStep(fasts[slot - 1], close[slot], this.#fast);
      slows[slot] = bars === 1 ? close[slot] : emaStep(slows[slot - 1], close[slot], this.#slow);
      const value = fasts[slot] - slows[slot];
      // The signal begins where the difference is first known, as if it had stood there before.
      averages[slot] = bars <= known ? value : emaStep(averages[slot - 1], value, this.#signal);
      values[slot] = bars >= known ? value : Number.NaN;
      signals[slot] = bars >= known + this.#signal - 1 ? averages[slot] : Number.NaN;
      histogram[slot] = value - signals[slot];
    }
  }
}
