import { InvariantError, type Aggressor, type WireTrade } from '#protocol';

/** Numbers of one trade, side by side: a trade is written whole, and lies in one or two cache lines. */
const COLUMNS = 7;
const VENUE_TIME_US = 0;
const PRICE = 1;
const LOTS = 2;
const AGGRESSOR = 3;
const VERSION = 4;
const SEQ = 5;
/** Absolute position of the instrument's trade before this one; -1 = none. */
const BEFORE = 6;

/**
 * The last trades of a timeline, in arrival order, with a chain per instrument from newest to oldest. It feeds the trade
 * channel, resume and trade history. It is no record: what leaves the ring is on the tape or gone.
 *
 * Invariant: sequence numbers of one instrument are consecutive, so a hole is always a trade that left the ring.
 */
export class TradeRing {
  readonly #size: number;
  readonly #rows: Float64Array;
  /** Absolute position of the next trade, and where its row begins. */
  #head = 0;
  #next = 0;
  #newest: number[] = [];
  #count: number[] = [];

  constructor(size: number) {
    if (size < 1) throw new InvariantError('a trade ring holds at least one trade');
    this.#size = size;
    this.#rows = new Float64Array(size * COLUMNS);
  }

  /** Appends a trade and returns its sequence number: 1 for the instrument's first. */
  push(
    id: number,
    venueTimeUs: number,
    price: number,
    size: number,
    aggressor: Aggressor,
    version: number,
  ): number {
    while (this.#count.length <= id) {
      this.#count.push(0);
      this.#newest.push(-1);
    }
    const seq = this.#count[id]! + 1;
    const rows = this.#rows;
    const at = this.#next;
    rows[at + VENUE_TIME_US] = venueTimeUs;
    rows[at + PRICE] = price;
    rows[at + LOTS] = size;
    rows[at + AGGRESSOR] = aggressor;
    rows[at + VERSION] = version;
    rows[at + SEQ] = seq;
    rows[at + BEFORE] = this.#newest[id]!;
    this.#newest[id] = this.#head;
    this.#count[id] = seq;
    this.#head += 1;
    this.#next = at + COLUMNS === rows.length ? 0 : at + COLUMNS;
    return seq;
  }

  /** Sequence number of the instrument's newest trade; 0 = none yet. */
  newestSeq(id: number): number {
    return this.#count[id] ?? 0;
  }

  /** Trades with a sequence at or above `fromSeq`, oldest first, at most the newest `max`. Fewer when they left the ring. */
  since(id: number, fromSeq: number, max: number): { firstSeq: number; trades: WireTrade[] } {
    const rows = this.#rows;
    const trades: WireTrade[] = [];
    for (let position = this.#newest[id] ?? -1; trades.length < max && this.#holds(position);) {
      const at = this.#offset(position);
      if (rows[at + SEQ]! < fromSeq) break;
      trades.push({
        venueTimeUs: rows[at + VENUE_TIME_US]!,
        price: rows[at + PRICE]!,
        size: rows[at + LOTS]!,
        aggressor: rows[at + AGGRESSOR] as Aggressor,
      });
      position = rows[at + BEFORE]!;
    }
    trades.reverse();
    return { firstSeq: this.newestSeq(id) - trades.length + 1, trades };
  }

  /**
   * Sequence of the first trade stamped above `version`; newest + 1 when there is none. Where the ring does not reach back that
   * far, 1: any trade that left it may be newer, and nobody else knows.
   */
  firstSeqAfter(id: number, version: number): number {
    const rows = this.#rows;
    let position = this.#newest[id] ?? -1;
    let seq = this.newestSeq(id) + 1;
    while (this.#holds(position)) {
      const at = this.#offset(position);
      if (rows[at + VERSION]! <= version) return seq;
      seq = rows[at + SEQ]!;
      position = rows[at + BEFORE]!;
    }
    // Versions rise along the ring, so what left it is not newer than the oldest trade that is still here.
    const isMissing = position < 0 || rows[this.#next + VERSION]! > version;
    return seq > 1 && isMissing ? 1 : seq;
  }

  /** Stamps every trade anew, for a new epoch of the same values. */
  restamp(version: number): void {
    for (let at = VERSION; at < this.#rows.length; at += COLUMNS) this.#rows[at] = version;
  }

  /** Drops the trades of an instrument; their numbers stay used, so that they count as lost. */
  forget(id: number): void {
    if (id < this.#newest.length) this.#newest[id] = -1;
  }

  /** Writes all trades of an instrument in other units. */
  rescale(id: number, price: number, size: number): void {
    const rows = this.#rows;
    for (let position = this.#newest[id] ?? -1; this.#holds(position);) {
      const at = this.#offset(position);
      rows[at + PRICE]! *= price;
      rows[at + LOTS]! *= size;
      position = rows[at + BEFORE]!;
    }
  }

  clear(): void {
    this.#head = 0;
    this.#next = 0;
    this.#newest = [];
    this.#count = [];
  }

  #holds(position: number): boolean {
    return position >= 0 && position >= this.#head - this.#size;
  }

  /** Where the row of a position begins. */
  #offset(position: number): number {
    return (position % this.#size) * COLUMNS;
  }
}
