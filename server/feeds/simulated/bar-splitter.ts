import { hash32, normalOf, unitOf } from './random.ts';

/** Parallel columns of consecutive bars: ticks and lots. */
export interface BarColumns {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

export function barColumns(count: number): BarColumns {
  return {
    open: new Float64Array(count),
    high: new Float64Array(count),
    low: new Float64Array(count),
    close: new Float64Array(count),
    volume: new Float64Array(count),
  };
}

/** How to split one bar. */
export interface SplitPlan {
  /** Parts, the last of which covers only `lastShare` (0 to 1] of its time. */
  count: number;
  lastShare: number;
  /** Number of the first part among all parts of this length since 1970: noise belongs to a time, not to a request. */
  firstNumber: number;
  /** Key of the instrument's noise. */
  key: number;
  /** Typical volume of each part against the others, by part number modulo its length; null = even. */
  volumeShape: readonly number[] | null;
}

/** Mean range of a random path against its deviation over the same time, and how much single ones differ. */
const RANGE_MEAN = 1.6;
const RANGE_DEVIATION = 0.38;
/** A little below RANGE_MEAN, since a path that goes too far folds back well and one that falls short must be stretched. */
const RANGE_PER_DEVIATION = 1.4;
/** A part's range is at least this much larger than its body, so that its extremes can be stretched. */
const RANGE_OVER_BODY = 1.08;
/** Volatility clusters: each part remembers this much of the log-volatility of the one before. */
const CLUSTER_MEMORY = 0.8;
const CLUSTER_SHOCK = 0.17;
/** Short trends: a push of this size, in deviations, that turns round once in `TREND_ODDS` parts. */
const TREND = 0.25;
const TREND_ODDS = 9;
/** How much worse falling short of an extreme is than going beyond it. */
const SHORTFALL_WEIGHT = 3;
/** Volumes are log-normal with this deviation, beyond what goes with the range. */
const VOLUME_DEVIATION = 0.4;

const CLUSTER_NOISE = 1;
const MOVE_NOISE = 2;
const RANGE_NOISE = 3;
const WICK_NOISE = 4;
const VOLUME_SALT = 5;

/**
 * Splits a bar into shorter ones that make exactly this bar again: they open and close where it does, their highest high and
 * lowest low are its own, their volumes sum to its volume. Holds scratch space only. About 250 ns a part.
 */
export class BarSplitter {
  /** Distance of each part's close from the straight way between the ends, ticks. */
  readonly #noise: Float64Array;
  readonly #upperWick: Float64Array;
  readonly #lowerWick: Float64Array;
  readonly #variance: Float64Array;
  readonly #volume: Float64Array;
  #open = 0;
  #close = 0;
  /** Extremes of the path that was measured last. */
  #rawTop = 0;
  #rawBottom = 0;

  constructor(partsMax: number) {
    this.#noise = new Float64Array(partsMax);
    this.#upperWick = new Float64Array(partsMax);
    this.#lowerWick = new Float64Array(partsMax);
    this.#variance = new Float64Array(partsMax);
    this.#volume = new Float64Array(partsMax);
  }

  split(whole: BarColumns, at: number, plan: SplitPlan, out: BarColumns): void {
    const high = whole.high[at]!;
    const low = whole.low[at]!;
    this.#open = whole.open[at]!;
    this.#close = whole.close[at]!;
    this.#walk(plan, high - low);
    this.#shareVolume(plan.count, whole.volume[at]!, out.volume);
    if (high === low) this.#flat(plan.count, high, out);
    else this.#fit(plan.count, high, low, out);
  }

  /** A random bridge from 0 to 0 with clustered volatility, its wicks and its volume weights. */
  #walk(plan: SplitPlan, range: number): void {
    const { count, key, volumeShape } = plan;
    const deviation = range / RANGE_PER_DEVIATION / Math.sqrt(count - 1 + plan.lastShare);
    let logVolatility = 0;
    let trend = (key & 1) === 0 ? TREND : -TREND;
    let value = 0;
    let variance = 0;
    for (let part = 0; part < count; part += 1) {
      const number = plan.firstNumber + part;
      const share = part === count - 1 ? plan.lastShare : 1;
      const clusterBits = hash32(key, number, CLUSTER_NOISE);
      logVolatility = CLUSTER_MEMORY * logVolatility + CLUSTER_SHOCK * normalOf(clusterBits);
      if (clusterBits % TREND_ODDS === 0) trend = -trend;
      const shape = volumeShape === null ? 1 : volumeShape[number % volumeShape.length]!;
      const growth = 1 + logVolatility + logVolatility * logVolatility * 0.5;
      const scale = deviation * growth * Math.sqrt(shape * share);
      const move = normalOf(hash32(key, number, MOVE_NOISE)) + trend;
      const spread = Math.max(
        RANGE_MEAN + RANGE_DEVIATION * normalOf(hash32(key, number, RANGE_NOISE)),
        RANGE_OVER_BODY * Math.abs(move) + 0.1,
      );
      const wicks = scale * (spread - Math.abs(move));
      const upperShare = 0.05 + 0.9 * unitOf(hash32(key, number, WICK_NOISE));
      value += scale * move;
      variance += scale * scale;
      this.#noise[part] = value;
      this.#variance[part] = variance;
      this.#upperWick[part] = wicks * upperShare;
      this.#lowerWick[part] = wicks * (1 - upperShare);
      const chance = Math.exp(VOLUME_DEVIATION * normalOf(hash32(key, number, VOLUME_SALT)));
      this.#volume[part] = share * shape * growth * (0.4 + (0.6 * spread) / RANGE_MEAN) * chance;
    }
    const perVariance = variance > 0 ? value / variance : 0;
    for (let part = 0; part < count; part += 1) {
      this.#noise[part]! -= perVariance * this.#variance[part]!;
      this.#variance[part] = variance > 0 ? this.#variance[part]! / variance : 1;
    }
  }

  #flat(count: number, price: number, out: BarColumns): void {
    out.open.fill(price, 0, count);
    out.high.fill(price, 0, count);
    out.low.fill(price, 0, count);
    out.close.fill(price, 0, count);
  }

  /**
   * Of the path and its mirror image, takes the one that fits the extremes better; stretches a side that falls short, and folds
   * back what goes beyond, which keeps the path as lively near the extremes as elsewhere. Both maps keep parts joined and the
   * ends in place; rounding keeps the order of prices, because the extremes are whole.
   */
  #fit(count: number, high: number, low: number, out: BarColumns): void {
    const misfit = this.#misfit(count, 1, high, low);
    const sign = misfit <= this.#misfit(count, -1, high, low) ? 1 : -1;
    this.#measure(count, sign);
    const top = Math.max(this.#open, this.#close);
    const bottom = Math.min(this.#open, this.#close);
    const above = Math.max(1, (high - top) / (this.#rawTop - top));
    const below = Math.max(1, (bottom - low) / (bottom - this.#rawBottom));
    const stretch = (value: number): number =>
      value > top ? top + (value - top) * above : value < bottom ? bottom - (bottom - value) * below : value;
    const height = high - low;
    let before = this.#open;
    let opening = this.#open;
    for (let part = 0; part < count; part += 1) {
      const after = this.#at(part, sign);
      const upper = stretch(Math.max(before, after) + this.#wick(part, sign)) - low;
      const lower = stretch(Math.min(before, after) - this.#wick(part, -sign)) - low;
      const foldedUpper = fold(upper, height);
      const foldedLower = fold(lower, height);
      // The extremes lie at whole multiples of the height: odd ones fold onto the high, even ones onto the low.
      const first = Math.floor(lower / height) + 1;
      const last = Math.floor(upper / height);
      const meetsHigh = last > first || (last === first && (last & 1) !== 0);
      const meetsLow = last > first || (last === first && (last & 1) === 0);
      const closing = part === count - 1 ? this.#close : low + Math.round(fold(stretch(after) - low, height));
      out.open[part] = opening;
      out.close[part] = closing;
      out.high[part] = meetsHigh ? high : low + Math.round(Math.max(foldedUpper, foldedLower));
      out.low[part] = meetsLow ? low : low + Math.round(Math.min(foldedUpper, foldedLower));
      before = after;
      opening = closing;
    }
  }

  #misfit(count: number, sign: number, high: number, low: number): number {
    this.#measure(count, sign);
    const up = high - this.#rawTop;
    const down = this.#rawBottom - low;
    return (up > 0 ? SHORTFALL_WEIGHT * up : -up) + (down > 0 ? SHORTFALL_WEIGHT * down : -down);
  }

  #measure(count: number, sign: number): void {
    let top = -Infinity;
    let bottom = Infinity;
    let before = this.#open;
    for (let part = 0; part < count; part += 1) {
      const after = this.#at(part, sign);
      top = Math.max(top, Math.max(before, after) + this.#wick(part, sign));
      bottom = Math.min(bottom, Math.min(before, after) - this.#wick(part, -sign));
      before = after;
    }
    this.#rawTop = top;
    this.#rawBottom = bottom;
  }

  /** Close of a part before stretching and folding. `sign` -1 mirrors the path at the straight way between the ends. */
  #at(part: number, sign: number): number {
    return this.#open + (this.#close - this.#open) * this.#variance[part]! + sign * this.#noise[part]!;
  }

  #wick(part: number, sign: number): number {
    return sign > 0 ? this.#upperWick[part]! : this.#lowerWick[part]!;
  }

  #shareVolume(count: number, volume: number, out: Float64Array): void {
    let total = 0;
    for (let part = 0; part < count; part += 1) total += this.#volume[part]!;
    let sum = 0;
    let given = 0;
    for (let part = 0; part < count; part += 1) {
      sum += this.#volume[part]!;
      const until = part === count - 1 ? volume : Math.round((volume * sum) / total);
      out[part] = until - given;
      given = until;
    }
  }
}

/** A height above the low, reflected at 0 and at `height` as often as needed. */
function fold(value: number, height: number): number {
  const turn = value - 2 * height * Math.floor(value / (2 * height));
  return turn <= height ? turn : 2 * height - turn;
}
