import type { BarColumns } from '../bar-series.ts';
import { DAY_S } from '../time-axis.ts';
import { BarStudy, type SlotRun } from './bar-study.ts';
import { dayOf, typicalPrice, type DayOpening } from './day-opening.ts';

/**
 * Volume-weighted average price in ticks, begun anew with each UTC day (never, for bars of a day); NaN before the first volume of a day.
 * Not exact: bars know high, low and close, so the price of a bar's volume is taken as their mean.
 */
export class Vwap extends BarStudy {
  #opening: DayOpening | null = null;

  constructor() {
    super(3);
  }

  /** Takes what was traded on the day of the oldest bar before it. */
  open(opening: DayOpening | null): void {
    if (opening === this.#opening) return;
    this.#opening = opening;
    this.void();
  }

  protected override work({ startS, high, low, close, volume }: BarColumns, run: SlotRun): void {
    const { first, from, to, intervalS } = run;
    const [values, priceVolumes, volumes] = this.columns;
    const opening = intervalS >= DAY_S ? null : this.#opening;
    const opened = opening?.dayS;
    const openedUntilS = opening?.untilS ?? 0;
    for (let slot = from; slot < to; slot += 1) {
      const goesOn = slot > first && (intervalS >= DAY_S || dayOf(startS[slot]) === dayOf(startS[slot - 1]));
      const isOpened = dayOf(startS[slot]) === opened;
      let priceVolume = goesOn ? priceVolumes[slot - 1] : isOpened ? Number.NaN : 0;
      let total = goesOn ? volumes[slot - 1] : isOpened ? Number.NaN : 0;
      // Bars between the oldest one and where the opening ends are in it: what is before is not known of them.
      if (isOpened && startS[slot] >= openedUntilS && !(goesOn && startS[slot - 1] >= openedUntilS)) {
        ({ priceVolume, volume: total } = opening!);
      }
      priceVolume += typicalPrice(high[slot], low[slot], close[slot]) * volume[slot];
      total += volume[slot];
      priceVolumes[slot] = priceVolume;
      volumes[slot] = total;
      values[slot] = total > 0 ? priceVolume / total : Number.NaN;
    }
  }
}
