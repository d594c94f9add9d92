import type { BarColumns } from '../bar-series.ts';
import { BarStudy, type SlotRun } from './bar-study.ts';

/**
 * Bars averaged with the ones before them: closes at the mean of its four prices, opens in the middle of the body before. Lines: open,
 * high, low, close, in ticks and fractions. No prices that were traded: never shown as such.
 */
export class HeikinAshi extends BarStudy {
  constructor() {
    super(4);
  }

  protected override work({ open, high, low, close }: BarColumns, { first, from, to }: SlotRun): void {
    const [opens, highs, lows, closes] = this.columns;
    for (let slot = from; slot < to; slot += 1) {
      closes[slot] = (open[slot] + high[slot] + low[slot] + close[slot]) / 4;
      opens[slot] = slot > first ? (opens[slot - 1] + closes[slot - 1]) / 2 : (open[slot] + close[slot]) / 2;
      highs[slot] = Math.max(high[slot], opens[slot], closes[slot]);
      lows[slot] = Math.min(low[slot], opens[slot], closes[slot]);
    }
  }
}
