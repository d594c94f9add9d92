import type { Misfit, RecordingBuilder } from '../tape/recording-builder.ts';
import { DecimalCell } from './decimal-cell.ts';

/** An order's id: a number where 53 bits hold it, else its text. */
export type OrderId = number | string;

interface RestingOrder {
  isBid: boolean;
  price: number;
  size: number;
}

/**
 * The levels of one instrument's book, out of its resting orders. Prices are the file's own whole numbers. Not a check of the book: what
 * refers to an order that is not there is answered with false. Invariant: the size of a level is the sum of the orders at its price, and
 * `emit` hands on exactly the levels that changed since it was called last.
 */
export class OrderLevels {
  readonly #places: number;
  readonly #orders = new Map<OrderId, RestingOrder>();
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();
  readonly #changedBids = new Set<number>();
  readonly #changedAsks = new Set<number>();
  /** What was known before is void: at the beginning, and after the book was cleared. */
  #isAnew = true;
  readonly #number = new DecimalCell();

  /** @param places a price of the file is this many powers of ten too large */
  constructor(places: number) {
    this.#places = places;
  }

  /** An order of an id that is there already takes its place. */
  add(id: OrderId, isBid: boolean, price: number, size: number): void {
    this.remove(id);
    this.#orders.set(id, { isBid, price, size });
    this.#change(isBid, price, size);
  }

  /** False when there is no such order. */
  remove(id: OrderId): boolean {
    const order = this.#orders.get(id);
    if (order === undefined) return false;
    this.#orders.delete(id);
    this.#change(order.isBid, order.price, -order.size);
    return true;
  }

  /** Takes a part of an order away, or all of it. False when there is no such order, or not so much of it. */
  reduce(id: OrderId, size: number): boolean {
    const order = this.#orders.get(id);
    if (order === undefined) return false;
    if (size >= order.size) return this.remove(id) && size === order.size;
    order.size -= size;
    this.#change(order.isBid, order.price, -size);
    return true;
  }

  /** A level as a whole, of feeds that have no orders. */
  setLevel(isBid: boolean, price: number, size: number): void {
    const levels = isBid ? this.#bids : this.#asks;
    this.#change(isBid, price, size - (levels.get(price) ?? 0));
  }

  /** Nothing is left on one side. */
  clearSide(isBid: boolean): void {
    for (const [id, order] of this.#orders) if (order.isBid === isBid) this.#orders.delete(id);
    const levels = isBid ? this.#bids : this.#asks;
    for (const price of levels.keys()) (isBid ? this.#changedBids : this.#changedAsks).add(price);
    levels.clear();
  }

  clear(): void {
    this.#orders.clear();
    this.clearSide(true);
    this.clearSide(false);
    this.#changedBids.clear();
    this.#changedAsks.clear();
    this.#isAnew = true;
  }

  #change(isBid: boolean, price: number, by: number): void {
    if (by === 0) return;
    const levels = isBid ? this.#bids : this.#asks;
    const size = (levels.get(price) ?? 0) + by;
    if (size > 0) levels.set(price, size);
    else levels.delete(price);
    (isBid ? this.#changedBids : this.#changedAsks).add(price);
  }

  get hasChanges(): boolean {
    return this.#isAnew || this.#changedBids.size + this.#changedAsks.size > 0;
  }

  /** Hands what changed on as one event: a snapshot where the book began anew. */
  emit(builder: RecordingBuilder, instrument: number, venueTimeUs: number, receiveTimeUs: number): Misfit {
    const isSnapshot = this.#isAnew;
    const misfit =
      this.#side(builder, instrument, 'bid', this.#bids, this.#changedBids, isSnapshot) ??
      this.#side(builder, instrument, 'ask', this.#asks, this.#changedAsks, isSnapshot);
    if (misfit !== null) {
      builder.dropLevels();
      return misfit;
    }
    builder.book(instrument, venueTimeUs, receiveTimeUs, isSnapshot);
    this.#isAnew = false;
    this.#changedBids.clear();
    this.#changedAsks.clear();
    return 'none';
  }

  #side(
    builder: RecordingBuilder,
    instrument: number,
    side: 'bid' | 'ask',
    levels: ReadonlyMap<number, number>,
    changed: ReadonlySet<number>,
    isSnapshot: boolean,
  ): Misfit | null {
    const number = this.#number;
    const best = side === 'bid' ? -1 : 1;
    const prices = [...(isSnapshot ? levels.keys() : changed)].sort((one, other) => (one - other) * best);
    for (const price of prices) {
      number.mantissa = price;
      number.decimals = 0;
      number.shift(this.#places);
      const misfit = builder.level(
        instrument,
        side,
        number.mantissa,
        number.decimals,
        levels.get(price) ?? 0,
        0,
      );
      if (misfit !== 'none') return misfit;
    }
    return null;
  }
}
