/** Levels kept a side; the furthest go first. A source that never removes a level cannot fill the memory. */
const LEVELS_MAX = 5_000;
/** Room for what venues usually show, so that most sides never grow. */
const LEVELS_MIN = 16;
/** Numbers from which on the built-in move is cheaper than a loop. */
const MOVE_MIN = 64;

/**
 * One side of a book: price levels in order, each price once, none without size. Kept worst first, so that changes near the top of
 * the book, which are most of them, move few levels.
 */
export class BookSide {
  /** 1 where a higher price is further from the top (asks), -1 where a lower one is (bids). */
  readonly #direction: 1 | -1;
  /** Price, size, price, size, ... */
  #levels = new Float64Array(2 * LEVELS_MIN);
  /** Numbers in use. */
  #length = 0;

  constructor(direction: 1 | -1) {
    this.#direction = direction;
  }

  /** Best price; NaN when the side is empty. */
  get price(): number {
    return this.#length === 0 ? Number.NaN : this.#levels[this.#length - 2]!;
  }

  /** Size at the best price; NaN when the side is empty. */
  get size(): number {
    return this.#length === 0 ? Number.NaN : this.#levels[this.#length - 1]!;
  }

  /** Takes a whole side, flat; returns how many levels had no room. */
  replace(levels: readonly number[]): number {
    if (this.#copy(levels)) return Math.max(0, levels.length / 2 - LEVELS_MAX);
    const sorted = sortedLevels(levels, this.#direction);
    const dropped = Math.max(0, sorted.length / 2 - LEVELS_MAX);
    if (dropped > 0) sorted.length = 2 * LEVELS_MAX;
    this.#copy(sorted);
    return dropped;
  }

  /** Takes changes, flat: size 0 removes a level. Returns how many levels had no room. */
  change(levels: readonly number[]): number {
    for (let index = 0; index < levels.length; index += 2) this.#set(levels[index]!, levels[index + 1]!);
    const dropped = this.#length / 2 - LEVELS_MAX;
    if (dropped <= 0) return 0;
    this.#levels.copyWithin(0, 2 * dropped, this.#length);
    this.#length -= 2 * dropped;
    return dropped;
  }

  /** The best `count` levels, flat, best first. */
  best(count: number): number[] {
    const numbers = Math.min(2 * count, this.#length);
    const levels = this.#levels;
    const flat: number[] = [];
    for (let at = this.#length - 2; at >= this.#length - numbers; at -= 2)
      flat.push(levels[at]!, levels[at + 1]!);
    return flat;
  }

  /** Writes all levels in other units. */
  rescale(price: number, size: number): void {
    for (let index = 0; index < this.#length; index += 2) {
      this.#levels[index]! *= price;
      this.#levels[index + 1]! *= size;
    }
  }

  /**
   * Takes a whole side that comes in order, as nearly all do, in one pass, and of a long one the levels nearest the top. False, with the
   * side in pieces, when it does not.
   */
  #copy(from: readonly number[]): boolean {
    const length = Math.min(from.length, 2 * LEVELS_MAX);
    this.#reserve(length);
    const levels = this.#levels;
    const direction = this.#direction;
    let before = -Infinity;
    for (let index = 0, at = length - 2; index < length; index += 2, at -= 2) {
      const price = from[index]!;
      const size = from[index + 1]!;
      if (!(price * direction > before) || size === 0) return false;
      levels[at] = price;
      levels[at + 1] = size;
      before = price * direction;
    }
    if (!isOrdered(from, length, direction)) return false;
    this.#length = length;
    return true;
  }

  #set(price: number, size: number): void {
    const at = this.#search(price);
    const isKnown = at < this.#length && this.#levels[at] === price;
    if (size > 0) {
      if (!isKnown) this.#insert(at, price);
      this.#levels[at + 1] = size;
    } else if (isKnown) {
      this.#move(at + 2, at);
    }
  }

  /** Where the first level lies that is no further from the top than `price`. */
  #search(price: number): number {
    const levels = this.#levels;
    const direction = this.#direction;
    let low = 0;
    let high = this.#length >> 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((levels[2 * middle]! - price) * direction > 0) low = middle + 1;
      else high = middle;
    }
    return 2 * low;
  }

  #insert(at: number, price: number): void {
    this.#reserve(this.#length + 2);
    this.#move(at, at + 2);
    this.#levels[at] = price;
  }

  /** Moves all levels from `from` on to `to`. */
  #move(from: number, to: number): void {
    const levels = this.#levels;
    const end = this.#length;
    this.#length += to - from;
    if (end - from >= MOVE_MIN) levels.copyWithin(to, from, end);
    else if (to < from) for (let at = from; at < end; at += 1) levels[at + to - from] = levels[at]!;
    else for (let at = end - 1; at >= from; at -= 1) levels[at + to - from] = levels[at]!;
  }

  #reserve(numbers: number): void {
    if (numbers <= this.#levels.length) return;
    const longer = new Float64Array(Math.max(numbers, 2 * this.#levels.length));
    longer.set(this.#levels);
    this.#levels = longer;
  }
}

/** Whether the levels from a place on are in order and have a size: else one of them may belong further up. */
function isOrdered(levels: readonly number[], fromIndex: number, direction: 1 | -1): boolean {
  for (let index = Math.max(2, fromIndex); index < levels.length; index += 2) {
    if (!((levels[index]! - levels[index - 2]!) * direction > 0) || levels[index + 1] === 0) return false;
  }
  return true;
}

/** Best first; levels without size left out, the last of equal prices kept. */
function sortedLevels(levels: readonly number[], direction: 1 | -1): number[] {
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
