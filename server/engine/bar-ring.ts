import type { WireBar } from '#protocol';

/** Start, open, high, low, close, volume, version of the last change. */
const COLUMNS = 7;
const ROWS_MIN = 8;

/**
 * The last bars of one instrument and interval. Grows by doubling up to its cap and then overwrites the oldest.
 * Invariant: starts rise; the newest bar is the one in progress.
 */
export class BarRing {
  readonly #cap: number;
  #rows: Float64Array;
  #first = 0;
  #length = 0;

  constructor(cap: number) {
    this.#cap = cap;
    this.#rows = new Float64Array(Math.min(cap, ROWS_MIN) * COLUMNS);
  }

  get length(): number {
    return this.#length;
  }

  /** Start of the newest bar, seconds since 1970; -1 when there is none. */
  get newestStartS(): number {
    return this.#length === 0 ? -1 : this.#rows[this.#offset(this.#length - 1)]!;
  }

  /**
   * Takes one trade into the bar that starts at `startS`. A trade older than the bar in progress goes into the bar it belongs
   * to when that is still held. Returns false when it is not.
   * @param version stamp of the change
   */
  trade(startS: number, price: number, size: number, version: number): boolean {
    const newest = this.newestStartS;
    if (startS > newest) {
      this.#append(startS, price, price, price, price, size, version);
      return true;
    }
    const index = startS === newest ? this.#length - 1 : this.#search(startS);
    if (index < 0 || this.#rows[this.#offset(index)] !== startS) return false;
    const at = this.#offset(index);
    const rows = this.#rows;
    if (price > rows[at + 2]!) rows[at + 2] = price;
    if (price < rows[at + 3]!) rows[at + 3] = price;
    rows[at + 4] = price;
    rows[at + 5]! += size;
    rows[at + 6] = version;
    return true;
  }

  /** Replaces or appends a whole bar. Returns false when it is older than the ring and not held. */
  put(bar: WireBar, version: number): boolean {
    if (bar.startS > this.newestStartS) {
      this.#append(bar.startS, bar.open, bar.high, bar.low, bar.close, bar.volume, version);
      return true;
    }
    const index = this.#search(bar.startS);
    if (index < 0 || this.#rows[this.#offset(index)] !== bar.startS) return false;
    const row = [bar.startS, bar.open, bar.high, bar.low, bar.close, bar.volume, version];
    this.#rows.set(row, this.#offset(index));
    return true;
  }

  at(index: number): WireBar {
    const at = this.#offset(index);
    const rows = this.#rows;
    return {
      startS: rows[at]!,
      open: rows[at + 1]!,
      high: rows[at + 2]!,
      low: rows[at + 3]!,
      close: rows[at + 4]!,
      volume: rows[at + 5]!,
    };
  }

  /** Start of the oldest bar that changed after `version`; -1 when none did. Looks at every bar: late trades change old ones. */
  startOfChangeAfter(version: number): number {
    for (let index = 0; index < this.#length; index += 1) {
      const at = this.#offset(index);
      if (this.#rows[at + 6]! > version) return this.#rows[at]!;
    }
    return -1;
  }

  /** Stamps every bar anew. */
  restamp(version: number): void {
    for (let index = 0; index < this.#length; index += 1) this.#rows[this.#offset(index) + 6] = version;
  }

  /** Writes all prices and volumes in other units. */
  rescale(price: number, volume: number): void {
    for (let index = 0; index < this.#length; index += 1) {
      const at = this.#offset(index);
      for (let column = 1; column <= 4; column += 1) this.#rows[at + column]! *= price;
      this.#rows[at + 5]! *= volume;
    }
  }

  /** Index of the first bar that starts at or after `startS`; the length when there is none. */
  indexFrom(startS: number): number {
    const index = this.#search(startS);
    return index >= 0 && this.#rows[this.#offset(index)] === startS ? index : index + 1;
  }

  /** Index of the last bar that starts at or before `startS`; -1 when there is none. */
  #search(startS: number): number {
    let low = 0;
    let high = this.#length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (this.#rows[this.#offset(middle)]! <= startS) low = middle + 1;
      else high = middle - 1;
    }
    return high;
  }

  #offset(index: number): number {
    const capacity = this.#rows.length / COLUMNS;
    return ((this.#first + index) % capacity) * COLUMNS;
  }

  #append(
    startS: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    version: number,
  ): void {
    const capacity = this.#rows.length / COLUMNS;
    if (this.#length === capacity) {
      if (capacity < this.#cap) this.#enlarge(Math.min(this.#cap, capacity * 2));
      else {
        this.#first = (this.#first + 1) % capacity;
        this.#length -= 1;
      }
    }
    this.#length += 1;
    const at = this.#offset(this.#length - 1);
    const rows = this.#rows;
    rows[at] = startS;
    rows[at + 1] = open;
    rows[at + 2] = high;
    rows[at + 3] = low;
    rows[at + 4] = close;
    rows[at + 5] = volume;
    rows[at + 6] = version;
  }

  #enlarge(capacity: number): void {
    const rows = new Float64Array(capacity * COLUMNS);
    for (let index = 0; index < this.#length; index += 1) {
      const from = this.#offset(index);
      rows.set(this.#rows.subarray(from, from + COLUMNS), index * COLUMNS);
    }
    this.#rows = rows;
    this.#first = 0;
  }
}
