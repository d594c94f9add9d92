import type { BarColumns } from '../bar-series.ts';
import { BarStudy, type SlotRun } from './bar-study.ts';

/** The sum of squares is worked out from the bars themselves this often: sliding it further would add up rounding. */
const ANEW_BARS = 256;

/** Mean close of the last `length` bars, and so many standard deviations (of the population) above and below, ticks. */
export class Bollinger extends BarStudy {
  readonly #length: number;
  readonly #deviations: number;

  constructor(length: number, deviations: number) {
    super(5);
    this.#length = length;
    this.barsBefore = length - 1;
    this.#deviations = deviations;
  }

  protected override work({ close }: BarColumns, { first, from, to, base }: SlotRun): void {
    const [middles, uppers, lowers, sums, squares] = this.columns;
    const length = this.#length;
    for (let slot = from; slot < to; slot += 1) {
      const left = slot - length >= first ? close[slot - length] : 0;
      sums[slot] = (slot > first ? sums[slot - 1] : 0) + close[slot] - left;
      if (slot - first + 1 < length) {
        middles[slot] = uppers[slot] = lowers[slot] = Number.NaN;
        continue;
      }
      const mean = sums[slot] / length;
      if (slot - first + 1 === length || (slot - base) % ANEW_BARS === 0) {
        squares[slot] = squaresAround(close, slot - length + 1, slot + 1, mean);
      } else {
        // Welford's update for a window that slides by one: no difference of two large sums.
        const meanBefore = sums[slot - 1] / length;
        const moved = (close[slot] - left) * (close[slot] - mean + left - meanBefore);
        squares[slot] = Math.max(0, squares[slot - 1] + moved);
      }
      const aside = this.#deviations * Math.sqrt(squares[slot] / length);
      middles[slot] = mean;
      uppers[slot] = mean + aside;
      lowers[slot] = mean - aside;
    }
  }
}

function squaresAround(values: Float64Array, from: number, to: number, mean: number): number {
  let sum = 0;
  for (let slot = from; slot < to; slot += 1) sum += (values[slot] - mean) ** 2;
  return sum;
}
