/** Levels kept a side; the furthest go first. A source that never removes a level cannot fill the memory. */
const LEVELS_PER_SIDE_MAX = 5_000;

/**
 * One instrument's book: two sides of price levels, best first. Levels are flat price, size runs kept in order, because
 * books here are read from the top far more often than they are changed in the depth.
 */
export class Book {
  #bids: number[] = [];
  #asks: number[] = [];

  /**
   * Takes levels: all there is, or changes in which size 0 removes a level. Returns how many were dropped because the book
   * is full.
   */
  apply(snapshot: boolean, bids: readonly number[], asks: readonly number[]): number {
    if (snapshot) {
      this.#bids = sortedSide(bids, -1);
      this.#asks = sortedSide(asks, 1);
    } else {
      for (let index = 0; index < bids.length; index += 2)
        setLevel(this.#bids, bids[index]!, bids[index + 1]!, -1);
      for (let index = 0; index < asks.length; index += 2)
        setLevel(this.#asks, asks[index]!, asks[index + 1]!, 1);
    }
    return trim(this.#bids) + trim(this.#asks);
  }

  /** Writes all levels in other units. */
  rescale(price: number, size: number): void {
    for (const side of [this.#bids, this.#asks]) {
      for (let index = 0; index < side.length; index += 2) {
        side[index]! *= price;
        side[index + 1]! *= size;
      }
    }
  }

  /** The best `levels` of a side, flat. */
  bids(levels: number): number[] {
    return this.#bids.slice(0, levels * 2);
  }

  asks(levels: number): number[] {
    return this.#asks.slice(0, levels * 2);
  }

  /** Best price and size, or undefined when the side is empty. */
  get bestBid(): { price: number; size: number } | undefined {
    return this.#bids.length === 0 ? undefined : { price: this.#bids[0]!, size: this.#bids[1]! };
  }

  get bestAsk(): { price: number; size: number } | undefined {
    return this.#asks.length === 0 ? undefined : { price: this.#asks[0]!, size: this.#asks[1]! };
  }
}

/** Direction 1 sorts low to high (asks), -1 high to low (bids). Levels without size are left out. */
function sortedSide(levels: readonly number[], direction: 1 | -1): number[] {
  const pairs: [number, number][] = [];
  for (let index = 0; index < levels.length; index += 2) {
    if (levels[index + 1]! > 0) pairs.push([levels[index]!, levels[index + 1]!]);
  }
  pairs.sort((a, b) => (a[0] - b[0]) * direction);
  const side: number[] = [];
  for (const [price, size] of pairs) {
    if (side.length > 0 && side[side.length - 2] === price) side[side.length - 1] = size;
    else side.push(price, size);
  }
  return side;
}

function trim(side: number[]): number {
  const dropped = Math.max(0, side.length / 2 - LEVELS_PER_SIDE_MAX);
  side.length -= dropped * 2;
  return dropped;
}

function setLevel(side: number[], price: number, size: number, direction: 1 | -1): void {
  let low = 0;
  let high = side.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((side[middle * 2]! - price) * direction < 0) low = middle + 1;
    else high = middle;
  }
  const at = low * 2;
  const known = side[at] === price;
  if (size > 0) {
    if (known) side[at + 1] = size;
    else side.splice(at, 0, price, size);
  } else if (known) {
    side.splice(at, 2);
  }
}
