import { CHECKSUM_LEVELS, crcBehind, levelSum, type LevelSum } from './checksum.ts';
import type { KrakenLevel } from './wire.ts';

interface BookLevel {
  readonly price: string;
  qty: string;
  /** Null until it is asked for, since most levels lie too deep. */
  sum: LevelSum | null;
}

const POINT = 46;
/** The size under which a removed level is handed on. */
const NOTHING = '0';

/**
 * One side of a book in the text of the wire, best first.
 * Invariant: after `apply` it is in order, has each price once, and no more levels than its depth.
 */
export class KrakenSide {
  readonly #levels: BookLevel[] = [];
  readonly #direction: 1 | -1;
  readonly #depth: number;

  /** @param direction 1 where a higher price is further from the top (asks), -1 where a lower one is (bids) */
  constructor(direction: 1 | -1, depth: number) {
    this.#direction = direction;
    this.#depth = depth;
  }

  /** The best price; empty when there is none. */
  get price(): string {
    return this.#levels[0]?.price ?? '';
  }

  /** KR4: the checksum's state behind the best levels. */
  crc(state: number): number {
    let crc = state;
    for (let at = 0; at < CHECKSUM_LEVELS && at < this.#levels.length; at += 1) {
      const level = this.#levels[at]!;
      level.sum ??= levelSum(level.price, level.qty);
      crc = crcBehind(crc, level.sum);
    }
    return crc;
  }

  /** KR2, KR3. Returns what changed, size 0 for what is gone, in an order in which it can be applied. */
  apply(rows: KrakenLevel[]): KrakenLevel[] {
    for (const [price, qty] of rows) this.#set(price, qty);
    if (this.#levels.length <= this.#depth) return rows;
    // KR3: what lies beyond the depth is forgotten, and nobody will say that it is gone.
    return [...rows, ...this.#levels.splice(this.#depth).map(({ price }): KrakenLevel => [price, NOTHING])];
  }

  #set(price: string, qty: string): void {
    const levels = this.#levels;
    const at = this.#search(price);
    const level = levels[at];
    const isKnown = level !== undefined && comparePrices(level.price, price) === 0;
    if (isZero(qty)) {
      if (isKnown) levels.splice(at, 1);
    } else if (isKnown) {
      level.qty = qty;
      level.sum = null;
    } else if (at === levels.length) levels.push({ price, qty, sum: null });
    else levels.splice(at, 0, { price, qty, sum: null });
  }

  /** Where the first level lies that is no nearer to the top than `price`. */
  #search(price: string): number {
    const levels = this.#levels;
    let low = 0;
    let high = levels.length;
    // Behind all others: as every level of a snapshot comes.
    if (high > 0 && comparePrices(levels[high - 1]!.price, price) * this.#direction < 0) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comparePrices(levels[middle]!.price, price) * this.#direction < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Order of two prices as text, no zeros before the first digit. Below 0 when the first is lower. */
export function comparePrices(a: string, b: string): number {
  if (a === b) return 0;
  const aPoint = pointOf(a);
  // As nearly all are: of one length, with the point in one place, so that text order is order of value.
  if (a.length === b.length && aPoint < a.length && b.charCodeAt(aPoint) === POINT) return a < b ? -1 : 1;
  const wholeDigits = aPoint - pointOf(b);
  if (wholeDigits !== 0) return wholeDigits;
  const length = Math.max(a.length, b.length) + 1;
  const aFull = zerosAdded(a, length);
  const bFull = zerosAdded(b, length);
  return aFull === bFull ? 0 : aFull < bFull ? -1 : 1;
}

function pointOf(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? text.length : point;
}

function zerosAdded(text: string, length: number): string {
  return (text.includes('.') ? text : `${text}.`).padEnd(length, '0');
}

function isZero(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 48 && code !== POINT) return false;
  }
  return true;
}
