import type { BarSeries } from './bar-series.ts';

const DAY_S = 86_400;

/**
 * Volume-weighted average price of a series, a value a bar, begun anew with each UTC day (never, for bars of a day). Not
 * exact: bars know high, low and close, so the price of a bar's volume is taken as their mean. Only bars that changed
 * since the last `sync` are worked through.
 */
export class Vwap {
  /** Ticks by the series' slots; NaN before the first volume of a day. */
  values = new Float64Array(0);
  #priceVolume = new Float64Array(0);
  #volume = new Float64Array(0);
  #generation = -1;
  #version = -1;
  #validEnd = 0;

  sync(series: BarSeries, intervalS: number): void {
    if (series.version === this.#version && series.generation === this.#generation) return;
    const { startS, high, low, close, volume } = series.columns;
    if (this.values.length !== startS.length) {
      this.values = new Float64Array(startS.length);
      this.#priceVolume = new Float64Array(startS.length);
      this.#volume = new Float64Array(startS.length);
    }
    const whole = series.generation !== this.#generation;
    // The bar that was newest last time may have changed since.
    const from = whole ? series.first : Math.max(series.first, this.#validEnd - 1);
    const firstSlot = series.first + series.base;
    for (let slot = from + series.base; slot < series.end + series.base; slot += 1) {
      const goesOn =
        slot > firstSlot &&
        (intervalS >= DAY_S || Math.floor(startS[slot] / DAY_S) === Math.floor(startS[slot - 1] / DAY_S));
      const typical = (high[slot] + low[slot] + close[slot]) / 3;
      const priceVolume = (goesOn ? this.#priceVolume[slot - 1] : 0) + typical * volume[slot];
      const total = (goesOn ? this.#volume[slot - 1] : 0) + volume[slot];
      this.#priceVolume[slot] = priceVolume;
      this.#volume[slot] = total;
      this.values[slot] = total > 0 ? priceVolume / total : Number.NaN;
    }
    this.#validEnd = series.end;
    this.#generation = series.generation;
    this.#version = series.version;
  }
}
