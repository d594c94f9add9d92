import type { BarColumns } from '../bar-series.ts';
import { BarStudy, type SlotRun } from './bar-study.ts';

const DAY_S = 86_400;

/**
 * Volume-weighted average price in ticks, begun anew with each UTC day (never, for bars of a day); NaN before the first volume of a day.
 * Not exact: bars know high, low and close, so the price of a bar's volume is taken as their mean.
 */
export class Vwap extends BarStudy {
  constructor() {
    super(3);
  }

  protected override work({ startS, high, low, close, volume }: BarColumns, run: SlotRun): void {
    const { first, from, to, intervalS } = run;
    const [values, priceVolumes, volumes] = this.columns;
    for (let slot = from; slot < to; slot += 1) {
      const goesOn =
        slot > first &&
        (intervalS >= DAY_S || Math.floor(startS[slot] / DAY_S) === Math.floor(startS[slot - 1] / DAY_S));
      const typical = (high[slot] + low[slot] + close[slot]) / 3;
      const priceVolume = (goesOn ? priceVolumes[slot - 1] : 0) + typical * volume[slot];
      const total = (goesOn ? volumes[slot - 1] : 0) + volume[slot];
      priceVolumes[slot] = priceVolume;
      volumes[slot] = total;
      values[slot] = total > 0 ? priceVolume / total : Number.NaN;
    }
  }
}
