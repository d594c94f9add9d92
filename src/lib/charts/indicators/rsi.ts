import type { BarColumns } from '../bar-series.ts';
import { BarStudy, type SlotRun } from './bar-study.ts';
import { settlingBars } from './ema.ts';

/**
 * Relative strength index, 0 to 100, with Wilder's averages: the mean of the first `length` changes, then each new one weighs 1 / length.
 * 100 where nothing has fallen.
 */
export class Rsi extends BarStudy {
  readonly #length: number;

  constructor(length: number) {
    super(3);
    this.#length = length;
    this.barsBefore = length + settlingBars(1 / length);
  }

  protected override work({ close }: BarColumns, { first, from, to }: SlotRun): void {
    const [values, gains, losses] = this.columns;
    const length = this.#length;
    for (let slot = from; slot < to; slot += 1) {
      values[slot] = Number.NaN;
      if (slot === first) {
        gains[slot] = losses[slot] = 0;
        continue;
      }
      const change = close[slot] - close[slot - 1];
      const changes = slot - first;
      // Up to the first whole stretch the state is a sum, from then on an average.
      const isSum = changes <= length;
      gains[slot] = wilder(gains[slot - 1], Math.max(0, change), length, isSum, changes === length);
      losses[slot] = wilder(losses[slot - 1], Math.max(0, -change), length, isSum, changes === length);
      if (changes < length) continue;
      values[slot] = losses[slot] === 0 ? 100 : 100 - 100 / (gains[slot] / losses[slot] + 1);
    }
  }
}

function wilder(before: number, value: number, length: number, isSum: boolean, isLast: boolean): number {
  if (!isSum) return before + (value - before) / length;
  const sum = before + value;
  return isLast ? sum / length : sum;
}
