import { InvariantError, type Aggressor, type WireTrade } from '#protocol';

/**
 * The last trades of a timeline, in arrival order, with a chain per instrument from newest to oldest. It feeds the trade
 * channel, resume and trade history. It is no record: what leaves the ring is on the tape or gone.
 *
 * Invariant: sequence numbers of one instrument are consecutive, so a hole is always a trade that left the ring.
 */
export class TradeRing {
  readonly #size: number;
  readonly #venueTimeUs: Float64Array;
  readonly #price: Float64Array;
  readonly #lots: Float64Array;
  readonly #aggressor: Uint8Array;
  readonly #version: Float64Array;
  readonly #seq: Float64Array;
  /** Absolute position of the instrument's trade before this one; -1 = none. */
  readonly #before: Float64Array;
  /** Absolute position of the next trade: position % size is its slot. */
  #head = 0;
  #newest: number[] = [];
  #count: number[] = [];

  constructor(size: number) {
    if (size < 1) throw new InvariantError('a trade ring holds at least one trade');
    this.#size = size;
    this.#venueTimeUs = new Float64Array(size);
    this.#price = new Float64Array(size);
    this.#lots = new Float64Array(size);
    this.#aggressor = new Uint8Array(size);
    this.#version = new Float64Array(size);
    this.#seq = new Float64Array(size);
    this.#before = new Float64Array(size);
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
    const slot = this.#head % this.#size;
    this.#venueTimeUs[slot] = venueTimeUs;
    this.#price[slot] = price;
    this.#lots[slot] = size;
    this.#aggressor[slot] = aggressor;
    this.#version[slot] = version;
    this.#seq[slot] = seq;
    this.#before[slot] = this.#newest[id]!;
    this.#newest[id] = this.#head;
    this.#count[id] = seq;
    this.#head += 1;
    return seq;
  }

  /** Sequence number of the instrument's newest trade; 0 = none yet. */
  newestSeq(id: number): number {
    return this.#count[id] ?? 0;
  }

  /** Trades with a sequence at or above `fromSeq`, oldest first, at most the newest `max`. Fewer when they left the ring. */
  since(id: number, fromSeq: number, max: number): { firstSeq: number; trades: WireTrade[] } {
    return this.#collect(id, max, (slot) => this.#seq[slot]! >= fromSeq);
  }

  /**
   * Sequence of the first trade stamped above `version`; newest + 1 when there is none. Where the ring does not reach back that
   * far, 1: any trade that left it may be newer, and nobody else knows.
   */
  firstSeqAfter(id: number, version: number): number {
    let at = this.#newest[id] ?? -1;
    let seq = this.newestSeq(id) + 1;
    while (this.#holds(at)) {
      if (this.#version[at % this.#size]! <= version) return seq;
      seq = this.#seq[at % this.#size]!;
      at = this.#before[at % this.#size]!;
    }
    // Versions rise along the ring, so what left it is not newer than the oldest trade that is still here.
    const isMissing = at < 0 || this.#version[this.#head % this.#size]! > version;
    return seq > 1 && isMissing ? 1 : seq;
  }

  /** Stamps every trade anew, for a new epoch of the same values. */
  restamp(version: number): void {
    this.#version.fill(version);
  }

  /** Drops the trades of an instrument; their numbers stay used, so that they count as lost. */
  forget(id: number): void {
    if (id < this.#newest.length) this.#newest[id] = -1;
  }

  /** Writes all trades of an instrument in other units. */
  rescale(id: number, price: number, size: number): void {
    for (let at = this.#newest[id] ?? -1; this.#holds(at); at = this.#before[at % this.#size]!) {
      this.#price[at % this.#size]! *= price;
      this.#lots[at % this.#size]! *= size;
    }
  }

  clear(): void {
    this.#head = 0;
    this.#newest = [];
    this.#count = [];
  }

  #holds(position: number): boolean {
    return position >= 0 && position >= this.#head - this.#size;
  }

  #collect(
    id: number,
    max: number,
    wanted: (slot: number) => boolean,
  ): { firstSeq: number; trades: WireTrade[] } {
    const trades: WireTrade[] = [];
    let at = this.#newest[id] ?? -1;
    while (trades.length < max && this.#holds(at) && wanted(at % this.#size)) {
      const slot = at % this.#size;
      trades.push({
        venueTimeUs: this.#venueTimeUs[slot]!,
        price: this.#price[slot]!,
        size: this.#lots[slot]!,
        aggressor: this.#aggressor[slot] as Aggressor,
      });
      at = this.#before[slot]!;
    }
    trades.reverse();
    return { firstSeq: this.newestSeq(id) - trades.length + 1, trades };
  }
}
