import { InvariantError } from '#protocol';

/** Numbers that every row begins with; what a user of the ring keeps follows. */
const VERSION = 0;
const SEQ = 1;
/** Absolute position of the instrument's row before this one; -1 = none. */
const BEFORE = 2;
export const ROW_HEAD = 3;
/** Rows that there is room for at first, and how many times more each time that is used up. */
const ROWS_START = 8_192;
const GROWTH = 16;

/**
 * Rows of numbers in the order of arrival, with a chain per instrument from newest to oldest; the oldest give way to new ones.
 *
 * Invariant: sequence numbers of one instrument are consecutive, so a hole is always a row that left the ring.
 */
export class ChainedRing {
  readonly #size: number;
  readonly #width: number;
  /** Where the last row of a full ring ends. */
  readonly #end: number;
  /**
   * All rows, side by side: a row is written whole, and lies in one or two cache lines. Grows to its size as it fills, since a replay may
   * have few of them: read it anew after a push.
   */
  rows: Float64Array;
  /** Absolute position of the next row, and where it begins. */
  #head = 0;
  #next = 0;
  #newest: number[] = [];
  #count: number[] = [];

  /** @param width numbers of a row, its head included */
  constructor(size: number, width: number) {
    if (size < 1) throw new InvariantError('a ring holds at least one row');
    this.#size = size;
    this.#width = width;
    this.#end = size * width;
    this.rows = new Float64Array(Math.min(size, ROWS_START) * width);
  }

  /** Makes room for a row and returns where it begins; its sequence number is `newestSeq` then: 1 for the instrument's first. */
  push(id: number, version: number): number {
    while (this.#count.length <= id) {
      this.#count.push(0);
      this.#newest.push(-1);
    }
    const at = this.#next;
    if (at === this.rows.length) this.#grow();
    const { rows } = this;
    const seq = this.#count[id]! + 1;
    rows[at + VERSION] = version;
    rows[at + SEQ] = seq;
    rows[at + BEFORE] = this.#newest[id]!;
    this.#newest[id] = this.#head;
    this.#count[id] = seq;
    this.#head += 1;
    const next = at + this.#width;
    this.#next = next === this.#end ? 0 : next;
    return at;
  }

  /** Sequence number of the instrument's newest row; 0 = none yet. */
  newestSeq(id: number): number {
    return this.#count[id] ?? 0;
  }

  /** Numbers go on after this one, and nothing before it is here. */
  resumeAt(id: number, seq: number): void {
    while (this.#count.length <= id) {
      this.#count.push(0);
      this.#newest.push(-1);
    }
    this.#count[id] = seq;
    this.#newest[id] = -1;
  }

  /** Where the rows with a sequence at or above `fromSeq` begin, newest first, at most `max`. Fewer when they left the ring. */
  since(id: number, fromSeq: number, max: number): number[] {
    const { rows } = this;
    const places: number[] = [];
    for (let position = this.#newest[id] ?? -1; places.length < max && this.#holds(position);) {
      const at = this.#offset(position);
      if (rows[at + SEQ]! < fromSeq) break;
      places.push(at);
      position = rows[at + BEFORE]!;
    }
    return places;
  }

  /**
   * Sequence of the first row stamped above `version`; newest + 1 when there is none. Where the ring does not reach back that
   * far, 1: any row that left it may be newer, and nobody else knows.
   */
  firstSeqAfter(id: number, version: number): number {
    const { rows } = this;
    let position = this.#newest[id] ?? -1;
    let seq = this.newestSeq(id) + 1;
    while (this.#holds(position)) {
      const at = this.#offset(position);
      if (rows[at + VERSION]! <= version) return seq;
      seq = rows[at + SEQ]!;
      position = rows[at + BEFORE]!;
    }
    // Versions rise along the ring, so what left it is not newer than the oldest row that is still here.
    const isMissing = position < 0 || rows[this.#next + VERSION]! > version;
    return seq > 1 && isMissing ? 1 : seq;
  }

  /** Stamps every row anew, for a new epoch of the same values. */
  restamp(version: number): void {
    for (let at = VERSION; at < this.rows.length; at += this.#width) this.rows[at] = version;
  }

  /** Drops the rows of an instrument; their numbers stay used, so that they count as lost. */
  forget(id: number): void {
    if (id < this.#newest.length) this.#newest[id] = -1;
  }

  clear(): void {
    this.#head = 0;
    this.#next = 0;
    this.#newest = [];
    this.#count = [];
  }

  #grow(): void {
    const longer = new Float64Array(Math.min(this.#end, this.rows.length * GROWTH));
    longer.set(this.rows);
    this.rows = longer;
  }

  #holds(position: number): boolean {
    return position >= 0 && position >= this.#head - this.#size;
  }

  /** Where the row of a position begins. */
  #offset(position: number): number {
    return (position % this.#size) * this.#width;
  }
}
