import type { Activity } from './activity.ts';
import { EXCITEMENT_MEAN, VOLATILITY_MEAN, type PriceProcess } from './price-process.ts';
import type { Sfc32 } from './random.ts';

/** Log of how much is traded of one instrument, against its mean: it wanders with this deviation, and forgets in some minutes. */
const DEVIATION = 0.6;
const MEMORY_US = 180_000_000;

/**
 * How large the trades of each instrument are at a time, against an average time: larger in a lively market and after news, and each
 * instrument has calm and busy minutes of its own. Not the number of trades, which is that of the arrivals.
 * Invariant: the mean over hours is about 1.
 */
export class RelativeVolume {
  readonly #random: Sfc32;
  readonly #prices: PriceProcess;
  /** Mean of what an instrument has of the market's volatility and its own excitement. */
  readonly #sharedMean: Float64Array;
  /** In deviations, and when they were so, us since the start. */
  readonly #own: Float64Array;
  readonly #touchedUs: Float64Array;

  constructor(random: Sfc32, activity: Activity, prices: PriceProcess) {
    this.#random = random;
    this.#prices = prices;
    this.#sharedMean = activity.share.map((share) => VOLATILITY_MEAN * (1 + EXCITEMENT_MEAN * share));
    this.#own = activity.share.map(() => random.normal());
    this.#touchedUs = new Float64Array(activity.share.length);
  }

  /** At a time that is not before the one asked for last, of a price that was touched then. */
  at(instrument: number, nowUs: number): number {
    const keep = Math.exp((this.#touchedUs[instrument]! - nowUs) / MEMORY_US);
    this.#touchedUs[instrument] = nowUs;
    const own = keep * this.#own[instrument]! + Math.sqrt(1 - keep * keep) * this.#random.normal();
    this.#own[instrument] = own;
    const { volatility, excitement } = this.#prices;
    const shared = (volatility * (1 + excitement[instrument]!)) / this.#sharedMean[instrument]!;
    return shared * Math.exp(DEVIATION * own - (DEVIATION * DEVIATION) / 2);
  }
}
