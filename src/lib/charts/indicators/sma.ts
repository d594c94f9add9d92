import type { BarColumns } from '../bar-series.ts';
import { BarStudy, type SlotRun } from './bar-study.ts';

/** Mean close of the last `length` bars, ticks. Exact: closes are whole ticks, so their running sum never drifts. */
export class Sma extends BarStudy {
  readonly #length: number;

  constructor(length: number) {
    super(2);
    this.#length = length;
    this.barsBefore = length - 1;
  }

  protected override work({ close }: BarColumns, { first, from, to }: SlotRun): void {
    const [values, sums] = this.columns;
    const length = this.#length;
    for (let slot = from; slot < to; slot += 1) {
      const left = slot - length >= first ? close[slot - length] : 0;
      sums[slot] = (slot > first ? sums[slot - 1] : 0) + close[slot] - left;
      values[slot] = slot - first + 1 >= length ? sums[slot] / length : Number.NaN;
    }
  }
}
