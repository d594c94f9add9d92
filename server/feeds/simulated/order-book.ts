import { LIMITS } from '#protocol';
import type { InstrumentModel } from './instrument-model.ts';
import type { PriceProcess } from './price-process.ts';
import { type Sfc32, hash32, normalOf } from './random.ts';

/** Sizes are log-normal with this deviation; the table holds multipliers with mean 1. */
const SIZE_DEVIATION = 0.95;
const SIZE_BITS = 10;
const SIZE_SHIFT = 32 - SIZE_BITS;
const SIZE_MULTIPLIERS = Float64Array.from({ length: 1 << SIZE_BITS }, (_, slot) =>
  Math.exp(
    SIZE_DEVIATION * normalOf((slot << SIZE_SHIFT) | (1 << (SIZE_SHIFT - 1))) - SIZE_DEVIATION ** 2 / 2,
  ),
);

/** How much larger each level further from the middle is, as a share of the mean size. */
const DEPTH_GROWTH = 0.14;
/** Each book renews one level in eight; the others stand where and as large as they were. */
const RENEWAL_SHIFT = 3;
/** Of the quotes whose price need not change, three in four only change a size. */
const REPRICE_MASK = 3;
/** Trades that are a multiple of the round lot, in 256. */
const ROUND_TRADES = 100;
/** Widest spread as a share of the price. */
const SPREAD_SHARE_MAX = 0.02;

/**
 * The visible side of each instrument: best bid and ask with sizes, and the levels behind them. Not matched orders: the
 * levels are a fixed pattern over the price axis that comes into view as the price moves, so that they stand still when it does.
 * Invariant: 0 < bid < ask, sizes are at least 1, everything is a whole number of ticks or lots.
 */
export class OrderBooks {
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  readonly bidSize: Float64Array;
  readonly askSize: Float64Array;
  readonly #random: Sfc32;
  readonly #prices: PriceProcess;
  readonly #spread: Float64Array;
  readonly #gap: Float64Array;
  readonly #tradeLots: Float64Array;
  readonly #quoteLots: Float64Array;
  readonly #roundLots: Float64Array;
  readonly #renewals: Uint32Array;

  constructor(random: Sfc32, models: readonly InstrumentModel[], prices: PriceProcess) {
    const count = models.length;
    this.bid = new Float64Array(count);
    this.ask = new Float64Array(count);
    this.bidSize = new Float64Array(count);
    this.askSize = new Float64Array(count);
    this.#random = random;
    this.#prices = prices;
    this.#spread = Float64Array.from(models, (model) => model.spreadTicks);
    this.#gap = Float64Array.from(models, (model) => model.gapTicks);
    this.#tradeLots = Float64Array.from(models, (model) => model.tradeLots);
    this.#quoteLots = Float64Array.from(models, (model) => model.quoteLots);
    this.#roundLots = Float64Array.from(models, (model) => model.roundLots);
    this.#renewals = new Uint32Array(count);
  }

  /** Puts the first quote around a price that is then both the middle of the market and, rounded, the best ask. */
  open(instrument: number, priceTicks: number): void {
    const spread = Math.max(1, Math.round(this.#spread[instrument]!));
    this.ask[instrument] = priceTicks;
    this.bid[instrument] = priceTicks - spread;
    this.bidSize[instrument] = this.#levelSize(instrument, this.#random.next(), 1);
    this.askSize[instrument] = this.#levelSize(instrument, this.#random.next(), 1);
  }

  /**
   * The next quote: follows the price where it has left the spread, else mostly changes a size.
   * @returns whether its prices are others than before
   */
  requote(instrument: number): boolean {
    const bits = this.#random.next();
    const mid = this.#prices.mid[instrument]!;
    if (mid >= this.bid[instrument]! && mid <= this.ask[instrument]! && (bits & REPRICE_MASK) !== 0) {
      const size = this.#levelSize(instrument, this.#random.next(), 1);
      if ((bits & 4) === 0) this.bidSize[instrument] = size;
      else this.askSize[instrument] = size;
      return false;
    }
    const stress = this.#prices.volatility * (1 + this.#prices.excitement[instrument]!);
    const wanted = this.#spread[instrument]! * stress * (0.7 + (bits >>> 8) * (0.6 / 0x1_00_00_00));
    const spread = Math.max(1, Math.round(Math.min(wanted, mid * SPREAD_SHARE_MAX)));
    const bid = Math.max(1, Math.round(mid - spread / 2));
    const isMoved = bid !== this.bid[instrument] || bid + spread !== this.ask[instrument];
    this.bid[instrument] = bid;
    this.ask[instrument] = bid + spread;
    this.bidSize[instrument] = this.#levelSize(instrument, this.#random.next(), 1);
    this.askSize[instrument] = this.#levelSize(instrument, this.#random.next(), 1);
    return isMoved;
  }

  /** Size of a trade, lots, when trades are so many times as large as usual. */
  tradeSize(instrument: number, relativeVolume: number): number {
    const bits = this.#random.next();
    const size = relativeVolume * this.#tradeLots[instrument]! * SIZE_MULTIPLIERS[bits >>> SIZE_SHIFT]!;
    const round = this.#roundLots[instrument]!;
    if (size > round && (bits & 0xff) < ROUND_TRADES) return Math.round(size / round) * round;
    return Math.max(1, Math.round(size));
  }

  /** Writes ten levels a side, best first, as flat runs of price and size. The best ones are the current quote. */
  levels(instrument: number, bids: number[], asks: number[]): void {
    this.#renewals[instrument]! += 1;
    this.#side(instrument, -1, this.bid[instrument]!, this.bidSize[instrument]!, bids);
    this.#side(instrument, 1, this.ask[instrument]!, this.askSize[instrument]!, asks);
  }

  /**
   * The price axis is cut into cells as wide as the mean gap, each with a level at a place of its own: prices are then in
   * order without sorting, and a level is found again when the best price has moved.
   */
  #side(instrument: number, direction: 1 | -1, best: number, bestSize: number, out: number[]): void {
    const gap = this.#gap[instrument]!;
    const renewal = this.#renewals[instrument]!;
    out[0] = best;
    out[1] = bestSize;
    let cell = Math.floor((best + direction) / gap);
    for (let level = 1; level < LIMITS.bookLevelsMax; cell += direction) {
      const place = hash32(instrument, cell, direction);
      const price = cell * gap + (gap === 1 ? 0 : place % gap);
      if ((price - best) * direction <= 0) continue;
      const generation = (renewal + (place >>> 24)) >>> RENEWAL_SHIFT;
      const bits = hash32(cell, instrument, generation);
      out[2 * level] = price;
      out[2 * level + 1] = this.#levelSize(instrument, bits, 1 + DEPTH_GROWTH * level);
      level += 1;
    }
  }

  #levelSize(instrument: number, bits: number, scale: number): number {
    const size = scale * this.#quoteLots[instrument]! * SIZE_MULTIPLIERS[bits >>> SIZE_SHIFT]!;
    const round = this.#roundLots[instrument]!;
    return Math.max(1, Math.round(size / round)) * round;
  }
}
