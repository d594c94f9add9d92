import type { Aggressor, WireTrade } from '#protocol';
import { ChainedRing, ROW_HEAD } from './chained-ring.ts';

const VENUE_TIME_US = ROW_HEAD;
const PRICE = ROW_HEAD + 1;
const LOTS = ROW_HEAD + 2;
const AGGRESSOR = ROW_HEAD + 3;
const WIDTH = ROW_HEAD + 4;

/**
 * The last trades of a timeline, in arrival order. It feeds the trade channel, resume and trade history. It is no record: what leaves
 * the ring is on the tape or gone.
 */
export class TradeRing {
  readonly #ring: ChainedRing;

  constructor(size: number) {
    this.#ring = new ChainedRing(size, WIDTH);
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
    const at = this.#ring.push(id, version);
    const { rows } = this.#ring;
    rows[at + VENUE_TIME_US] = venueTimeUs;
    rows[at + PRICE] = price;
    rows[at + LOTS] = size;
    rows[at + AGGRESSOR] = aggressor;
    return this.#ring.newestSeq(id);
  }

  /** Sequence number of the instrument's newest trade; 0 = none yet. */
  newestSeq(id: number): number {
    return this.#ring.newestSeq(id);
  }

  /** The next trade of an instrument has the number after this one; those before are not here. */
  resumeAt(id: number, seq: number): void {
    this.#ring.resumeAt(id, seq);
  }

  /** Trades with a sequence at or above `fromSeq`, oldest first, at most the newest `max`. Fewer when they left the ring. */
  since(id: number, fromSeq: number, max: number): { firstSeq: number; trades: WireTrade[] } {
    const { rows } = this.#ring;
    const places = this.#ring.since(id, fromSeq, max);
    const trades = places.toReversed().map((at) => ({
      venueTimeUs: rows[at + VENUE_TIME_US]!,
      price: rows[at + PRICE]!,
      size: rows[at + LOTS]!,
      aggressor: rows[at + AGGRESSOR] as Aggressor,
    }));
    return { firstSeq: this.newestSeq(id) - trades.length + 1, trades };
  }

  /** See `ChainedRing.firstSeqAfter`. */
  firstSeqAfter(id: number, version: number): number {
    return this.#ring.firstSeqAfter(id, version);
  }

  /** Stamps every trade anew, for a new epoch of the same values. */
  restamp(version: number): void {
    this.#ring.restamp(version);
  }

  /** Drops the trades of an instrument; their numbers stay used, so that they count as lost. */
  forget(id: number): void {
    this.#ring.forget(id);
  }

  /** Writes all trades of an instrument in other units. */
  rescale(id: number, price: number, size: number): void {
    const { rows } = this.#ring;
    for (const at of this.#ring.since(id, 0, Number.POSITIVE_INFINITY)) {
      rows[at + PRICE]! *= price;
      rows[at + LOTS]! *= size;
    }
  }

  clear(): void {
    this.#ring.clear();
  }
}
