import { CHANGE_FIELDS, type QuoteColumns, type WireChange } from '#protocol';
import { ChainedRing, ROW_HEAD } from './chained-ring.ts';

const TIME_US = ROW_HEAD;
const BITS = ROW_HEAD + 1;
const VALUES = ROW_HEAD + 2;
const WIDTH = VALUES + CHANGE_FIELDS.length;

const SIZES: ReadonlySet<string> = new Set(['lastSize', 'volume', 'bidSize', 'askSize']);

/**
 * The last changes of a timeline's quotes, one for every source event that changed something, for the raw channel. They are kept only while
 * somebody wants them; numbers are given to all, so that what was not kept counts as lost for who comes back.
 */
export class RawRing {
  readonly #size: number;
  #ring: ChainedRing | null = null;
  /** Changes of each instrument that were numbered while nothing was kept. */
  #count: number[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** Begins to keep changes: 16 MB for 131,072 of them. */
  keep(): void {
    if (this.#ring !== null) return;
    const ring = new ChainedRing(this.#size, WIDTH);
    for (const [id, count] of this.#count.entries()) ring.resumeAt(id, count ?? 0);
    this.#ring = ring;
  }

  /** Nobody wants them any more. */
  letGo(): void {
    const ring = this.#ring;
    if (ring === null) return;
    for (let id = 0; id < this.#count.length; id += 1) this.#count[id] = ring.newestSeq(id);
    this.#ring = null;
  }

  /** Takes the fields of `bits` as they stand in the columns now. */
  push(id: number, bits: number, columns: QuoteColumns, timeUs: number, version: number): void {
    while (this.#count.length <= id) this.#count.push(0);
    const ring = this.#ring;
    if (ring === null) {
      this.#count[id]! += 1;
      return;
    }
    const at = ring.push(id, version);
    const { rows } = ring;
    rows[at + TIME_US] = timeUs;
    rows[at + BITS] = bits;
    for (const [index, [field]] of CHANGE_FIELDS.entries()) rows[at + VALUES + index] = columns[field][id]!;
  }

  /** Number of the instrument's newest change; 0 = none yet. */
  newestSeq(id: number): number {
    return this.#ring?.newestSeq(id) ?? this.#count[id] ?? 0;
  }

  /** Changes numbered `fromSeq` and above, oldest first, at most the newest `max`. Fewer when they left the ring. */
  since(id: number, fromSeq: number, max: number): { firstSeq: number; changes: WireChange[] } {
    const ring = this.#ring;
    if (ring === null) return { firstSeq: this.newestSeq(id) + 1, changes: [] };
    const changes = ring
      .since(id, fromSeq, max)
      .toReversed()
      .map((at) => changeAt(ring.rows, at));
    return { firstSeq: this.newestSeq(id) - changes.length + 1, changes };
  }

  /** See `ChainedRing.firstSeqAfter`. */
  firstSeqAfter(id: number, version: number): number {
    return this.#ring?.firstSeqAfter(id, version) ?? this.newestSeq(id) + 1;
  }

  restamp(version: number): void {
    this.#ring?.restamp(version);
  }

  /** Writes the changes of an instrument in other units; where a ratio is NaN they cannot be told, and count as lost. */
  rescale(id: number, price: number, size: number): void {
    const ring = this.#ring;
    if (ring === null) return;
    if (price * size !== price * size) return ring.forget(id);
    for (const at of ring.since(id, 0, Number.POSITIVE_INFINITY)) {
      for (const [index, [field]] of CHANGE_FIELDS.entries()) {
        if (field !== 'tradeTimeUs') ring.rows[at + VALUES + index]! *= SIZES.has(field) ? size : price;
      }
    }
  }

  clear(): void {
    this.#ring?.clear();
    this.#count = [];
  }
}

function changeAt(rows: Float64Array, at: number): WireChange {
  const bits = rows[at + BITS]!;
  const change: WireChange = { timeUs: rows[at + TIME_US]!, bits };
  for (const [index, [field, bit]] of CHANGE_FIELDS.entries()) {
    if (bits & bit) change[field] = rows[at + VALUES + index]!;
  }
  return change;
}
