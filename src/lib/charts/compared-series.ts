import { changeRatio } from '../format/index.ts';
import { BarSeries, type Extent } from './bar-series.ts';

/** Symbols that are compared with the one of the chart. */
export const COMPARED_MAX = 5;

/**
 * The closes of another instrument, laid over the bars of a chart by time: where it has no bar, its close before holds. Values are in ticks
 * of the chart's own instrument, scaled so that both stand at the same price at the first bar in view: equal heights are
 * equal percentages. Not a chart of its own.
 */
export class ComparedSeries {
  readonly key: string;
  readonly label: string;
  readonly series = new BarSeries();
  /** By the slots of the chart's series; only those of the last `align` count, NaN before its first bar. */
  values = new Float64Array(0);
  /** Its close where the percentages begin, in its own ticks; NaN without bars. */
  base = Number.NaN;

  constructor(key: string, label: string) {
    this.key = key;
    this.label = label;
  }

  /**
   * Works out the values of the bars from `from` to before `to`, and widens the extent by them; and those of a bar more at either end, to which
   * lines are drawn.
   */
  align(bars: BarSeries, from: number, to: number, barsBase: number, extent: Extent): void {
    if (this.values.length !== bars.columns.startS.length) {
      this.values = new Float64Array(bars.columns.startS.length);
    }
    this.base = Number.NaN;
    const { series, values } = this;
    const { startS } = bars.columns;
    const firstSlot = from + bars.base;
    const endSlot = Math.min(to + 1, bars.end) + bars.base;
    let at = from < to ? series.indexAtOrBefore(startS[firstSlot]) : series.first - 1;
    for (let slot = firstSlot; slot < endSlot; slot += 1) {
      while (at + 1 < series.end && series.startAt(at + 1) <= startS[slot]) at += 1;
      if (at < series.first) {
        values[slot] = Number.NaN;
        continue;
      }
      const close = series.columns.close[at + series.base];
      if (Number.isNaN(this.base)) this.base = close;
      // Of a base below zero too a rise goes up.
      const value = barsBase + changeRatio(close, this.base) * Math.abs(barsBase);
      values[slot] = value;
      if (slot >= to + bars.base) break;
      if (value < extent.low) extent.low = value;
      if (value > extent.high) extent.high = value;
    }
    if (from > bars.first && from < to) {
      values[firstSlot - 1] = barsBase + this.changeAt(startS[firstSlot - 1]) * Math.abs(barsBase);
    }
  }

  /** Its close at a time, own ticks; NaN before its first bar. */
  closeAt(timeS: number): number {
    const index = this.series.indexAtOrBefore(timeS);
    return index < this.series.first ? Number.NaN : this.series.columns.close[index + this.series.base];
  }

  /** Change since the base at a time, as a ratio; NaN where it is not known. */
  changeAt(timeS: number): number {
    return changeRatio(this.closeAt(timeS), this.base);
  }
}
