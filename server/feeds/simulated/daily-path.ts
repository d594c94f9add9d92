import { type InstrumentModel, SECTORS } from './instrument-model.ts';
import { floorTicks, ownLoad } from './price-process.ts';
import { Sfc32, hash32, normalOf } from './random.ts';

export const DAY_S = 86_400;
/** How far back prices are made up, days. */
export const HISTORY_DAYS_MAX = 3_000;

/** Pull back to the start price, per day: with the trends, years stay within some 11 times a day's volatility (one deviation). */
const PULL_PER_DAY = 1 / 120;
/** Each day this likely, a new regime begins: another trend and another volatility. */
const REGIME_CHANGE = 1 / 28;
const TREND_DEVIATION = 0.14;
const REGIME_VOLATILITY_DEVIATION = 0.28;
/** Mean length of a day's wicks, in deviations of its return. */
const WICK = 0.45;
const VOLUME_DEVIATION = 0.28;
/** Bars draw volume when they move: share of a day's volume that goes with its volatility. */
const VOLUME_OF_RANGE = 0.5;

const MARKET_NOISE = 101;
const SECTOR_NOISE = 102;
const OWN_NOISE = 103;
const DAYS_STREAM = 0x0d_a7;

/** What a path needs to know of its instrument and of where it ends. */
export interface PathOptions {
  readonly key: number;
  readonly index: number;
  readonly model: InstrumentModel;
  /** The path ends here. */
  readonly endTicks: number;
  readonly endS: number;
  readonly volumeLots: number;
}

/**
 * Daily bars of one instrument from the end backwards, made on demand. Day 0 holds the end and is cut there.
 * Invariant: a day closes where the next one opens, and asking for more days never changes one that was made.
 */
export class DailyPath {
  readonly open: number[] = [];
  readonly high: number[] = [];
  readonly low: number[] = [];
  readonly close: number[] = [];
  readonly volume: number[] = [];
  /** Midnight (UTC) before the end: where day 0 starts, s. */
  readonly lastStartS: number;
  readonly #options: PathOptions;
  readonly #random: Sfc32;
  readonly #sector: number;
  readonly #ownLoad: number;
  readonly #floor: number;
  /** Log of the price at the oldest midnight made, against the end. */
  #log = 0;
  #trend = 0;
  #regimeVolatility = 1;

  constructor(options: PathOptions) {
    this.#options = options;
    this.lastStartS = (Math.ceil(options.endS / DAY_S) - 1) * DAY_S;
    this.#random = new Sfc32(options.key, hash32(DAYS_STREAM, options.index, 0));
    this.#sector = SECTORS.indexOf(options.model.sector);
    this.#ownLoad = ownLoad(options.model);
    this.#floor = floorTicks(options.model);
    this.#newRegime();
  }

  /** Makes sure of the days 0 to `day`; 0 is the last one. */
  reach(day: number): void {
    while (this.open.length <= day && this.open.length < HISTORY_DAYS_MAX) this.#addDay();
  }

  #newRegime(): void {
    this.#trend = TREND_DEVIATION * this.#random.normal();
    this.#regimeVolatility = Math.exp(REGIME_VOLATILITY_DEVIATION * this.#random.normal());
  }

  #addDay(): void {
    const { model, endTicks, endS, volumeLots } = this.#options;
    const random = this.#random;
    const day = this.open.length;
    const startS = this.lastStartS - day * DAY_S;
    const share = Math.min(1, (endS - startS) / DAY_S);
    const scale = model.dailyVolatility * this.#regimeVolatility * Math.sqrt(share);
    const move = scale * (this.#sharedNoise(startS / DAY_S) + this.#trend * Math.sqrt(share));
    const closeLog = this.#log;
    const openLog = closeLog * (1 - PULL_PER_DAY * share) - move;
    this.#log = openLog;
    const open = Math.max(this.#floor, Math.round(endTicks * Math.exp(openLog)));
    const close = day === 0 ? endTicks : this.open[day - 1]!;
    const top = Math.max(openLog, closeLog) + scale * WICK * Math.abs(random.normal());
    const bottom = Math.min(openLog, closeLog) - scale * WICK * Math.abs(random.normal());
    const high = Math.max(open, close, Math.round(endTicks * Math.exp(top)));
    const low = Math.min(open, close, Math.max(this.#floor, Math.round(endTicks * Math.exp(bottom))));
    const busy = 1 - VOLUME_OF_RANGE + VOLUME_OF_RANGE * ((top - bottom) / (1.6 * scale));
    const noise = Math.exp(VOLUME_DEVIATION * random.normal() - VOLUME_DEVIATION ** 2 / 2);
    this.open.push(open);
    this.high.push(high);
    this.low.push(low);
    this.close.push(close);
    this.volume.push(Math.max(1, Math.round(volumeLots * share * busy * noise)));
    if (random.unit() < REGIME_CHANGE) this.#newRegime();
  }

  /** A deviate that instruments share as far as they share the market and a sector. */
  #sharedNoise(dayNumber: number): number {
    const { key, model } = this.#options;
    return (
      model.marketLoad * normalOf(hash32(key, dayNumber, MARKET_NOISE)) +
      model.sectorLoad * normalOf(hash32(key + this.#sector, dayNumber, SECTOR_NOISE)) +
      this.#ownLoad * normalOf(hash32(key ^ hash32(this.#options.index, 0, 0), dayNumber, OWN_NOISE))
    );
  }
}
