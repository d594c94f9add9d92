import type { PriceHistory } from './price-history.ts';

export const HOUR_US = 3_600_000_000;
const HOUR_S = 3_600;
const DAY_HOURS = 24;
/** Hours that a day reaches into: 24 whole ones, and the one in progress. */
const HELD_HOURS = DAY_HOURS + 1;

/** Prices in ticks, volume in lots. */
export interface DayNumbers {
  open: number;
  high: number;
  low: number;
  volume: number;
}

/** What was traded in one hour, by instrument; an open of NaN = nothing. */
interface TradedHour {
  /** Hours since 1970. */
  hour: number;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly volume: Float64Array;
}

/**
 * What was traded of each instrument from the hour on that began 24 h before the one in progress: the past of the simulation first, then
 * its own trades. So the numbers of a day stay those of a day however long it runs. Driven by trades; reads no clock.
 * Invariant: at most 25 hours are held, each made when it is first traded in.
 */
export class RollingDay {
  readonly #size: number;
  readonly #history: PriceHistory;
  readonly #startS: number;
  readonly #hours: (TradedHour | undefined)[] = [];

  constructor(size: number, history: PriceHistory, startTimeUs: number) {
    this.#size = size;
    this.#history = history;
    this.#startS = startTimeUs / 1_000_000;
  }

  trade(index: number, timeUs: number, price: number, size: number): void {
    const { open, high, low, volume } = this.#hourAt(Math.floor(timeUs / HOUR_US));
    if (Number.isNaN(open[index])) {
      open[index] = high[index] = low[index] = price;
      volume[index] = size;
      return;
    }
    if (price > high[index]!) high[index] = price;
    if (price < low[index]!) low[index] = price;
    volume[index]! += size;
  }

  /** Null when nothing was traded. */
  numbers(index: number, timeUs: number): DayNumbers | null {
    const hour = Math.floor(timeUs / HOUR_US);
    const from = hour - DAY_HOURS;
    const fromS = from * HOUR_S;
    const day =
      fromS < this.#startS
        ? this.#history.since(index, fromS)
        : { open: Number.NaN, high: -Infinity, low: Infinity, volume: 0 };
    for (let at = from; at <= hour; at += 1) {
      const traded = this.#hours[at % HELD_HOURS];
      if (traded?.hour !== at || Number.isNaN(traded.open[index])) continue;
      if (Number.isNaN(day.open)) day.open = traded.open[index]!;
      day.high = Math.max(day.high, traded.high[index]!);
      day.low = Math.min(day.low, traded.low[index]!);
      day.volume += traded.volume[index]!;
    }
    return Number.isNaN(day.open) ? null : day;
  }

  #hourAt(hour: number): TradedHour {
    const held = (this.#hours[hour % HELD_HOURS] ??= {
      hour,
      open: new Float64Array(this.#size).fill(Number.NaN),
      high: new Float64Array(this.#size),
      low: new Float64Array(this.#size),
      volume: new Float64Array(this.#size),
    });
    if (held.hour !== hour) {
      held.hour = hour;
      held.open.fill(Number.NaN);
    }
    return held;
  }
}
