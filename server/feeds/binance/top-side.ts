/** Ticks that are tried one by one for the next level behind one that is gone; then all levels are looked through. */
const TICKS_TRIED_MAX = 1_024;

/**
 * One side of a book of which only the best level is asked for, and seldom: levels by price, in no order. A change has some 36 levels, most
 * of them deep; to keep them in order would cost as much as to read its frame.
 *
 * Invariant: no level is better than `#hint`.
 */
export class TopSide {
  readonly #direction: 1 | -1;
  readonly #sizes = new Map<number, number>();
  #hint = Number.NaN;

  /** @param direction 1 where a higher price is further from the top (asks), -1 where a lower one is (bids) */
  constructor(direction: 1 | -1) {
    this.#direction = direction;
  }

  /** The best price; NaN when the side is empty. */
  get price(): number {
    const sizes = this.#sizes;
    if (sizes.size === 0) return Number.NaN;
    for (let tried = 0; tried < TICKS_TRIED_MAX; tried += 1) {
      if (sizes.has(this.#hint)) return this.#hint;
      this.#hint += this.#direction;
    }
    this.#hint = Number.NaN;
    for (const price of sizes.keys()) this.#offer(price);
    return this.#hint;
  }

  /** The size at the best price; NaN when the side is empty. */
  get size(): number {
    return this.#sizes.get(this.price) ?? Number.NaN;
  }

  /** Takes a whole side, flat. */
  replace(levels: readonly number[]): void {
    this.#sizes.clear();
    this.#hint = Number.NaN;
    this.change(levels);
  }

  /** Takes changes, flat: size 0 removes a level. */
  change(levels: readonly number[]): void {
    for (let at = 0; at < levels.length; at += 2) {
      const price = levels[at]!;
      const size = levels[at + 1]!;
      if (size > 0) {
        this.#sizes.set(price, size);
        this.#offer(price);
      } else this.#sizes.delete(price);
    }
  }

  /** Writes all levels in other units. */
  rescale(price: number, size: number): void {
    this.replace([...this.#sizes].flatMap(([oldPrice, oldSize]) => [oldPrice * price, oldSize * size]));
  }

  #offer(price: number): void {
    // A comparison with NaN is false.
    if (!((price - this.#hint) * this.#direction >= 0)) this.#hint = price;
  }
}
