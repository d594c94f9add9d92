import { BookSide } from './book-side.ts';

/** One instrument's book: two sides of price levels. Invariant: both sides hold the same event. */
export class Book {
  readonly #bids = new BookSide(-1);
  readonly #asks = new BookSide(1);

  /**
   * Takes levels: all there is, or changes in which size 0 removes a level. Returns how many were dropped because the book
   * is full.
   */
  apply(snapshot: boolean, bids: readonly number[], asks: readonly number[]): number {
    if (snapshot) return this.#bids.replace(bids) + this.#asks.replace(asks);
    return this.#bids.change(bids) + this.#asks.change(asks);
  }

  /** Writes all levels in other units. */
  rescale(price: number, size: number): void {
    this.#bids.rescale(price, size);
    this.#asks.rescale(price, size);
  }

  /** The best `levels` of a side, flat, best first. */
  bids(levels: number): number[] {
    return this.#bids.best(levels);
  }

  asks(levels: number): number[] {
    return this.#asks.best(levels);
  }

  /** Best price and its size; NaN when the side is empty. */
  get bidPrice(): number {
    return this.#bids.price;
  }

  get bidSize(): number {
    return this.#bids.size;
  }

  get askPrice(): number {
    return this.#asks.price;
  }

  get askSize(): number {
    return this.#asks.size;
  }
}
