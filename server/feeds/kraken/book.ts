import { bookChecksum, type ChecksumLevel } from './checksum.ts';
import type { KrakenLevel } from './wire.ts';

interface BookLevel extends ChecksumLevel {
  qty: string;
}

/** The size under which a removed level is handed on. */
const NOTHING = '0';

/**
 * One symbol's book as its venue has it, in the text of the wire, to check it and to know which levels fall off its depth. Not the book
 * that viewers see: that one gets what changed.
 *
 * Invariant: after `apply` each side is in order, has each price once, and no more levels than were subscribed.
 */
export class KrakenBook {
  readonly #depth: number;
  readonly #bids: BookLevel[] = [];
  readonly #asks: BookLevel[] = [];

  constructor(depth: number) {
    this.#depth = depth;
  }

  /** KR2, KR3. Adds what changed to `bids` and `asks`, size 0 for what is gone, in an order in which it can be applied. */
  apply(from: { bids: readonly KrakenLevel[]; asks: readonly KrakenLevel[] }): {
    bids: KrakenLevel[];
    asks: KrakenLevel[];
  } {
    return {
      bids: change(this.#bids, from.bids, -1, this.#depth),
      asks: change(this.#asks, from.asks, 1, this.#depth),
    };
  }

  /** KR4. */
  get checksum(): number {
    return bookChecksum(this.#asks, this.#bids);
  }

  get isCrossed(): boolean {
    const bid = this.#bids[0];
    const ask = this.#asks[0];
    return bid !== undefined && ask !== undefined && comparePrices(bid.price, ask.price) >= 0;
  }
}

/** @param direction 1 where a higher price is further from the top (asks), -1 where a lower one is (bids) */
function change(
  side: BookLevel[],
  rows: readonly KrakenLevel[],
  direction: 1 | -1,
  depth: number,
): KrakenLevel[] {
  for (const [price, qty] of rows) {
    const worst = side.at(-1);
    // As all levels of a snapshot come.
    if (worst === undefined || comparePrices(worst.price, price) * direction < 0) {
      if (!isZero(qty)) side.push({ price, qty, digits: '' });
      continue;
    }
    const at = search(side, price, direction);
    const level = side[at];
    const isKnown = level !== undefined && comparePrices(level.price, price) === 0;
    if (isZero(qty)) {
      if (isKnown) side.splice(at, 1);
    } else if (isKnown) {
      level.qty = qty;
      level.digits = '';
    } else side.splice(at, 0, { price, qty, digits: '' });
  }
  if (side.length <= depth) return rows as KrakenLevel[];
  // KR3: what lies beyond the depth is forgotten, and nobody will say that it is gone.
  return [...rows, ...side.splice(depth).map(({ price }): KrakenLevel => [price, NOTHING])];
}

/** Where the first level lies that is no nearer to the top than `price`. */
function search(side: readonly BookLevel[], price: string, direction: 1 | -1): number {
  let low = 0;
  let high = side.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePrices(side[middle]!.price, price) * direction < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Order of two prices as text, no zeros before the first digit. Below 0 when the first is lower. */
export function comparePrices(a: string, b: string): number {
  if (a === b) return 0;
  const wholeDigits = pointOf(a) - pointOf(b);
  if (wholeDigits !== 0) return wholeDigits;
  if (a.length === b.length) return a < b ? -1 : 1;
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
    if (code !== 48 && code !== 46) return false;
  }
  return true;
}
