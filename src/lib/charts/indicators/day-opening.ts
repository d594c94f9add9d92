import type { BarInterval } from '#protocol';
import { BAR_INTERVAL_SECONDS } from '../../../protocol/channel.ts';
import { BAR_NUMBERS, type BarSeries } from '../bar-series.ts';
import type { BarSource } from '../bar-levels.ts';
import { DAY_S } from '../time-axis.ts';

/** What was traded on a UTC day before the bars that are held. */
export interface DayOpening {
  readonly dayS: number;
  /** Bars from here on are no part of it, s; infinity = it is not known yet. */
  readonly untilS: number;
  /** Sum of the typical price of each bar, ticks, times its volume, lots. */
  readonly priceVolume: number;
  readonly volume: number;
}

/** Start of the UTC day of a time, s. */
export const dayOf = (timeS: number): number => Math.floor(timeS / DAY_S) * DAY_S;

/** Price that stands for all of a bar's volume, ticks. */
export const typicalPrice = (high: number, low: number, close: number): number => (high + low + close) / 3;

/** Intervals to ask for, the longest first: a day is 1,440 bars at most. */
const ASKED: readonly BarInterval[] = ['1h', '15m', '5m', '1m'];

/** A question that could not be answered is put again after so long, ms. */
const AGAIN_AFTER_MS = 2_000;

/**
 * Finds what was traded on the day of the oldest bar before it, so that what counts from the start of a day counts from there however few
 * bars a chart has. Invariant: at most one question is open, and what is known of a day stays until better is.
 */
export class DayOpener {
  readonly #ask: BarSource['ask'];
  readonly #onFound: () => void;
  readonly #nowMs: () => number;
  #opening: DayOpening | null = null;
  /** Length of the bars that it is summed from, s: where it ends no longer ones begin. */
  #stepS = 0;
  /** Where the opening that was asked for last ends, s; NaN = what is known may no longer hold. */
  #askedS = Number.NaN;
  #askAgainMs = Number.POSITIVE_INFINITY;
  #cancel = (): void => undefined;

  /** @param onFound what `openingOf` says has changed */
  constructor(ask: BarSource['ask'], onFound: () => void, nowMs = () => performance.now()) {
    this.#ask = ask;
    this.#onFound = onFound;
    this.#nowMs = nowMs;
  }

  close(): void {
    this.#cancel();
  }

  /** A whole series came: it may be of another time or source. */
  renew(): void {
    this.#askedS = Number.NaN;
  }

  /** Null = the oldest bar is the first of its day, or bars of a day need none. */
  openingOf(series: BarSeries, intervalS: number): DayOpening | null {
    if (series.length === 0 || intervalS >= DAY_S) return null;
    const firstS = series.startAt(series.first);
    const dayS = dayOf(firstS);
    if (firstS === dayS) return null;
    const interval = ASKED.find((name) => BAR_INTERVAL_SECONDS[name] <= intervalS) ?? '1m';
    const stepS = BAR_INTERVAL_SECONDS[interval];
    const untilS = Math.ceil(firstS / stepS) * stepS;
    if (this.#opening?.dayS !== dayS || this.#stepS !== stepS) {
      this.#opening = unknown(dayS);
      this.#stepS = stepS;
      this.#askedS = Number.NaN;
    }
    const { untilS: knownS } = this.#opening;
    if (untilS < knownS && knownS !== Number.POSITIVE_INFINITY && !Number.isNaN(this.#askedS)) {
      // Older bars of the day have come.
      this.#opening = without(this.#opening, series, untilS);
      this.#askedS = untilS;
    } else if (this.#askedS !== untilS || this.#nowMs() >= this.#askAgainMs) {
      this.#find(dayS, untilS, interval);
    }
    return this.#opening;
  }

  #find(dayS: number, untilS: number, interval: BarInterval): void {
    this.#cancel();
    this.#askedS = untilS;
    this.#askAgainMs = Number.POSITIVE_INFINITY;
    const count = (untilS - dayS) / BAR_INTERVAL_SECONDS[interval];
    this.#cancel = this.#ask({ interval, step: 1, beforeS: untilS, count }, (rows) => {
      if (rows === null) {
        this.#askAgainMs = this.#nowMs() + AGAIN_AFTER_MS;
        return;
      }
      this.#opening = openingOf(rows, dayS, untilS);
      this.#onFound();
    });
  }
}

const unknown = (dayS: number): DayOpening => ({
  dayS,
  untilS: Number.POSITIVE_INFINITY,
  priceVolume: 0,
  volume: 0,
});

/** Of rows as bars have them. */
function openingOf(rows: Float64Array, dayS: number, untilS: number): DayOpening {
  let priceVolume = 0;
  let volume = 0;
  for (let at = 0; at + BAR_NUMBERS <= rows.length; at += BAR_NUMBERS) {
    if (rows[at] < dayS || rows[at] >= untilS) continue;
    priceVolume += typicalPrice(rows[at + 2], rows[at + 3], rows[at + 4]) * rows[at + 5];
    volume += rows[at + 5];
  }
  return { dayS, untilS, priceVolume, volume };
}

/** What the bars of the series hold from there on is no part of it any more. */
function without(opening: DayOpening, series: BarSeries, untilS: number): DayOpening {
  let { priceVolume, volume } = opening;
  const end = series.indexAtOrBefore(opening.untilS - 1) + 1;
  for (let index = series.first; index < end; index += 1) {
    const bar = series.at(index);
    if (bar.startS < untilS) continue;
    priceVolume -= typicalPrice(bar.high, bar.low, bar.close) * bar.volume;
    volume -= bar.volume;
  }
  const isRest = volume > 0;
  return { ...opening, untilS, priceVolume: isRest ? priceVolume : 0, volume: isRest ? volume : 0 };
}
