import type { Misfit, RecordingBuilder } from '../tape/recording-builder.ts';
import { DecimalCell } from './decimal-cell.ts';

/** One side of a book, best first. Prices are the file's own whole numbers, sizes are whole. */
class SideLevels {
  readonly prices: number[] = [];
  readonly sizes: number[] = [];

  clear(): void {
    this.prices.length = 0;
    this.sizes.length = 0;
  }

  push(price: number, size: number): void {
    this.prices.push(price);
    this.sizes.push(size);
  }
}

/**
 * Of files that have all levels of an instrument's book in each row: turns one row after another into what changed between them.
 * Invariant: applying all changes gives exactly the levels of the newest row, those that fell off the file's depth removed.
 */
export class LevelChanges {
  bids = new SideLevels();
  asks = new SideLevels();
  #bidsBefore = new SideLevels();
  #asksBefore = new SideLevels();
  #hasRow = false;
  readonly #places: number;
  readonly #number = new DecimalCell();

  /** @param places a price of the file is this many powers of ten too large */
  constructor(places: number) {
    this.#places = places;
  }

  /** Makes room for the levels of the next row. */
  begin(): void {
    [this.bids, this.#bidsBefore] = [this.#bidsBefore, this.bids];
    [this.asks, this.#asksBefore] = [this.#asksBefore, this.asks];
    this.bids.clear();
    this.asks.clear();
  }

  /** Hands what changed on as one event; the first row as a snapshot. Nothing changed, no event. */
  emit(
    builder: RecordingBuilder,
    instrument: number,
    venueTimeUs: number,
    receiveTimeUs: number,
  ): { misfit: Misfit; hasEvent: boolean } {
    const isSnapshot = !this.#hasRow;
    this.#hasRow = true;
    let changes = 0;
    const level = (side: 'bid' | 'ask', price: number, size: number): Misfit => {
      changes += 1;
      const number = this.#number;
      number.mantissa = price;
      number.decimals = 0;
      number.shift(this.#places);
      return builder.level(instrument, side, number.mantissa, number.decimals, size, 0);
    };
    const bidMisfit = changesOf('bid', this.#bidsBefore, this.bids, -1, level);
    if (bidMisfit !== 'none') return { misfit: bidMisfit, hasEvent: false };
    const askMisfit = changesOf('ask', this.#asksBefore, this.asks, 1, level);
    if (askMisfit !== 'none') return { misfit: askMisfit, hasEvent: false };
    const hasEvent = changes > 0 || isSnapshot;
    if (hasEvent) builder.book(instrument, venueTimeUs, receiveTimeUs, isSnapshot);
    return { misfit: 'none', hasEvent };
  }

  /** Sign of the best ask less the best bid; NaN when a side is empty. */
  get spread(): number {
    return (this.asks.prices[0] ?? Number.NaN) - (this.bids.prices[0] ?? Number.NaN);
  }
}

/** Walks two runs of levels that are both sorted, best first: asks rise (+1), bids fall (-1). */
function changesOf(
  side: 'bid' | 'ask',
  before: SideLevels,
  now: SideLevels,
  direction: 1 | -1,
  level: (side: 'bid' | 'ask', price: number, size: number) => Misfit,
): Misfit {
  let old = 0;
  let at = 0;
  while (old < before.prices.length || at < now.prices.length) {
    const oldPrice = before.prices[old] ?? Number.NaN;
    const price = now.prices[at] ?? Number.NaN;
    let misfit: Misfit = 'none';
    if (oldPrice === price) {
      if (before.sizes[old] !== now.sizes[at]) misfit = level(side, price, now.sizes[at]!);
      old += 1;
      at += 1;
    } else if (at < now.prices.length && !(oldPrice * direction < price * direction)) {
      misfit = level(side, price, now.sizes[at]!);
      at += 1;
    } else {
      misfit = level(side, oldPrice, 0);
      old += 1;
    }
    if (misfit !== 'none') return misfit;
  }
  return 'none';
}
