import { invariant, type WireBar } from '#protocol';

/** Start, open, high, low, close, volume, version of the last change. */
const COLUMNS = 7;
const ROWS_MIN = 8;
const NO_ROWS = new Float64Array(0);

/** Bars that a ring may hold: the same object for many, which is changed as they become more. */
export interface BarRoom {
  bars: number;
}

/**
 * The last bars of one instrument and interval. Grows by doubling up to its room and then overwrites the oldest; where the room has become
 * less, the next bar lets go of what is too much. Invariant: starts rise; the newest bar is the one in progress.
 */
export class BarRing {
  readonly #room: BarRoom;
  #rows: Float64Array = NO_ROWS;
  /** Rows that fit. */
  #capacity = 0;
  /** Row of the oldest bar. */
  #first = 0;
  #length = 0;
  /** Where the newest bar's row begins; no sense when there is none. */
  #newest = 0;
  #newestStartS = -Infinity;

  constructor(room: BarRoom) {
    this.#room = room;
  }

  get length(): number {
    return this.#length;
  }

  /** Whether the next bar takes the place of the oldest, or one did. */
  get isFull(): boolean {
    return this.#length >= this.#room.bars;
  }

  /** Start of the newest bar, seconds since 1970; -Infinity when there is none. */
  get newestStartS(): number {
    return this.#newestStartS;
  }

  /**
   * Takes one trade into the bar that starts at `startS`. A trade older than the bar in progress goes into the bar it belongs
   * to, which begins with it where nothing was traded then. Returns false when it is older than all that are held.
   * @param version stamp of the change
   * @param keepsClose a later trade is in the same bar
   */
  trade(startS: number, price: number, size: number, version: number, keepsClose = false): boolean {
    if (startS > this.#newestStartS) {
      this.#append(startS, price, price, price, price, size, version);
      return true;
    }
    const at = this.#find(startS);
    if (at < 0) return this.#insert(startS, price, size, version);
    this.merge(startS, price, price, keepsClose ? this.#rows[at + 4]! : price, size, version);
    return true;
  }

  /**
   * Takes what several trades have made of the bar that starts at `startS`, which must be held.
   * @throws InvariantError when it is not
   */
  merge(startS: number, high: number, low: number, close: number, volume: number, version: number): void {
    const at = this.#find(startS);
    invariant(at >= 0, 'trades that are added up belong to a bar that is held');
    const rows = this.#rows;
    if (high > rows[at + 2]!) rows[at + 2] = high;
    if (low < rows[at + 3]!) rows[at + 3] = low;
    rows[at + 4] = close;
    rows[at + 5]! += volume;
    rows[at + 6] = version;
  }

  /** Replaces or appends a whole bar. Returns false when it is older than the ring and not held. */
  put(bar: WireBar, version: number): boolean {
    const { startS, open, high, low, close, volume } = bar;
    if (startS > this.#newestStartS) {
      this.#append(startS, open, high, low, close, volume, version);
      return true;
    }
    const at = this.#find(startS);
    if (at < 0) return false;
    this.#write(at, startS, open, high, low, close, volume, version);
    return true;
  }

  /**
   * Takes a shorter bar into the one in progress, or begins one with it. Returns false when a later one is in progress.
   * @param startS of the longer bar
   * @param before the shorter bar as it was taken before; null = it is new
   */
  fold(startS: number, bar: WireBar, before: WireBar | null, version: number): boolean {
    const { open, high, low, close, volume } = bar;
    if (startS > this.#newestStartS) this.#append(startS, open, high, low, close, volume, version);
    else if (startS === this.#newestStartS)
      this.merge(startS, high, low, close, volume - (before?.volume ?? 0), version);
    else return false;
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

  /** Where the row of the bar that starts at `startS` begins; -1 when it is not held. */
  #find(startS: number): number {
    if (startS === this.#newestStartS) return this.#newest;
    const index = this.#search(startS);
    if (index < 0) return -1;
    const at = this.#offset(index);
    return this.#rows[at] === startS ? at : -1;
  }

  #offset(index: number): number {
    const row = this.#first + index;
    return (row < this.#capacity ? row : row - this.#capacity) * COLUMNS;
  }

  /** Begins the bar of a trade between those that are held. False when it is older than all of them. */
  #insert(startS: number, price: number, size: number, version: number): boolean {
    if (this.#search(startS) < 0) return false;
    const { startS: newestS, open, high, low, close, volume } = this.at(this.#length - 1);
    this.#append(newestS, open, high, low, close, volume, this.#rows[this.#newest + 6]!);
    const rows = this.#rows;
    let at = this.#newest;
    for (let index = this.#length - 2; index >= 0; index -= 1) {
      const before = this.#offset(index);
      if (rows[before]! < startS) break;
      rows.copyWithin(at, before, before + COLUMNS);
      at = before;
    }
    this.#write(at, startS, price, price, price, price, size, version);
    return true;
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
    const cap = this.#room.bars;
    const over = this.#length + 1 - cap;
    if (over > 0) {
      this.#first = (this.#first + over) % this.#capacity;
      this.#length -= over;
      if (this.#capacity >= 2 * cap) this.#resize(cap);
    } else if (this.#length === this.#capacity) {
      this.#resize(Math.min(cap, Math.max(ROWS_MIN, this.#capacity * 2)));
    }
    this.#newest = this.#offset(this.#length);
    this.#newestStartS = startS;
    this.#length += 1;
    this.#write(this.#newest, startS, open, high, low, close, volume, version);
  }

  #write(
    at: number,
    startS: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    version: number,
  ): void {
    const rows = this.#rows;
    rows[at] = startS;
    rows[at + 1] = open;
    rows[at + 2] = high;
    rows[at + 3] = low;
    rows[at + 4] = close;
    rows[at + 5] = volume;
    rows[at + 6] = version;
  }

  #resize(capacity: number): void {
    const rows = new Float64Array(capacity * COLUMNS);
    for (let index = 0; index < this.#length; index += 1) {
      const from = this.#offset(index);
      rows.set(this.#rows.subarray(from, from + COLUMNS), index * COLUMNS);
    }
    this.#rows = rows;
    this.#capacity = capacity;
    this.#first = 0;
  }
}
