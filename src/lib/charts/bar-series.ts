import { invariant } from '../../protocol/invariant.ts';

/** Numbers of one bar in flat rows: start s, open, high, low, close ticks, volume lots. */
export const BAR_NUMBERS = 6;
/** Bars held at most; beyond that the oldest eighth goes. 131,072 bars are 6.3 MB. A capacity, so a power of two. */
export const BARS_MAX = 131_072;
/** Bars of one summary block: a range of 131,072 bars is answered from 2,048 blocks. */
const BLOCK_SHIFT = 6;
const BLOCK = 1 << BLOCK_SHIFT;
const CAPACITY_FIRST = 1024;

/** One array a field, indexed by slot = bar index + `base`. Replaced when the series grows: read them anew for each draw. */
export interface BarColumns {
  startS: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
}

export interface Bar {
  startS: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

export interface Extent {
  low: number;
  high: number;
  volume: number;
}

/**
 * The bars of one instrument and interval in typed columns, oldest first, by strictly rising start time. Not a cache of
 * drawn things and not bound to any chart.
 *
 * Bars have an index that never changes: older bars get negative ones, dropped bars leave `first` higher. So a view
 * expressed in indexes stays where it is whatever comes in at either end.
 */
export class BarSeries {
  /** Rises with every change. */
  version = 0;
  /** Rises when anything but the newest bars changed, or when slots moved: what was derived from older bars is void. */
  generation = 0;
  columns: BarColumns = makeColumns(CAPACITY_FIRST);
  /** Slot of a bar = its index + base. */
  base = 0;
  /** Index of the oldest bar. */
  first = 0;
  /** Index after the newest bar. */
  end = 0;
  #capacity = CAPACITY_FIRST;
  #blocks = makeBlocks(CAPACITY_FIRST);

  get length(): number {
    return this.end - this.first;
  }

  /** Replaces everything. */
  reset(rows: Float64Array): void {
    const { count, skip } = rowsToKeep(rows, BARS_MAX);
    this.first = 0;
    this.end = count;
    this.base = 0;
    this.#reserve(count);
    this.#write(rows, skip, count, 0);
    this.#touched();
  }

  /** Puts older bars in front. Rows that are not older than the oldest bar are left out. */
  prepend(rows: Float64Array): void {
    let count = Math.floor(rows.length / BAR_NUMBERS);
    const oldestS =
      this.length === 0 ? Number.POSITIVE_INFINITY : this.columns.startS[this.first + this.base];
    while (count > 0 && rows[(count - 1) * BAR_NUMBERS] >= oldestS) count -= 1;
    const skip = Math.max(0, count - (BARS_MAX - this.length));
    count -= skip;
    if (count <= 0) return;
    const held = this.length;
    const heldFrom = this.first + this.base;
    const old = this.columns;
    if (held + count > this.#capacity) this.#allocate(held + count);
    for (const name of COLUMN_NAMES) {
      if (old === this.columns) old[name].copyWithin(count, heldFrom, heldFrom + held);
      else this.columns[name].set(old[name].subarray(heldFrom, heldFrom + held), count);
    }
    this.first -= count;
    this.base = -this.first;
    this.#write(rows, skip, count, 0);
    this.#touched();
  }

  /** Adds the next bar, or replaces the bar that starts at the same time. A bar that comes late is put in its place. */
  upsert(
    startS: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
  ): 'added' | 'changed' {
    const newest = this.end - 1 + this.base;
    const newestS = this.length === 0 ? Number.NEGATIVE_INFINITY : this.columns.startS[newest];
    if (startS === newestS) {
      this.#set(newest, startS, open, high, low, close, volume);
      this.version += 1;
      return 'changed';
    }
    if (startS > newestS) {
      if (this.end + this.base === this.#capacity) this.#makeRoom();
      this.end += 1;
      this.#set(this.end - 1 + this.base, startS, open, high, low, close, volume);
      this.version += 1;
      return 'added';
    }
    return this.#upsertLate(startS, open, high, low, close, volume);
  }

  /** The bar at an index that is held. */
  at(index: number): Bar {
    invariant(index >= this.first && index < this.end, `bar ${index} is not held`);
    const slot = index + this.base;
    const { startS, open, high, low, close, volume } = this.columns;
    return {
      startS: startS[slot],
      open: open[slot],
      high: high[slot],
      low: low[slot],
      close: close[slot],
      volume: volume[slot],
    };
  }

  /** Start of the bar at an index that is held, seconds since 1970. */
  startAt(index: number): number {
    return this.columns.startS[index + this.base];
  }

  /** Index of the last bar that starts at or before a time; `first - 1` when there is none. */
  indexAtOrBefore(timeS: number): number {
    let from = this.first;
    let to = this.end;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.columns.startS[middle + this.base] <= timeS) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }

  /** Lowest low, highest high and largest volume of the bars from `from` to before `to`. NaN without bars. */
  extent(from: number, to: number, out: Extent): Extent {
    let slot = Math.max(from, this.first) + this.base;
    const endSlot = Math.min(to, this.end) + this.base;
    const { high, low, volume } = this.columns;
    let lowest = Number.POSITIVE_INFINITY;
    let highest = Number.NEGATIVE_INFINITY;
    let largest = Number.NEGATIVE_INFINITY;
    while (slot < endSlot) {
      if ((slot & (BLOCK - 1)) === 0 && slot + BLOCK <= endSlot) {
        const block = slot >> BLOCK_SHIFT;
        this.#summarize(block);
        if (this.#blocks.low[block] < lowest) lowest = this.#blocks.low[block];
        if (this.#blocks.high[block] > highest) highest = this.#blocks.high[block];
        if (this.#blocks.volume[block] > largest) largest = this.#blocks.volume[block];
        slot += BLOCK;
      } else {
        if (low[slot] < lowest) lowest = low[slot];
        if (high[slot] > highest) highest = high[slot];
        if (volume[slot] > largest) largest = volume[slot];
        slot += 1;
      }
    }
    out.low = lowest === Number.POSITIVE_INFINITY ? Number.NaN : lowest;
    out.high = highest === Number.NEGATIVE_INFINITY ? Number.NaN : highest;
    out.volume = largest === Number.NEGATIVE_INFINITY ? Number.NaN : largest;
    return out;
  }

  #upsertLate(
    startS: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
  ): 'added' | 'changed' {
    const before = this.indexAtOrBefore(startS);
    const found = before >= this.first && this.startAt(before) === startS;
    if (!found) {
      if (this.end + this.base === this.#capacity) this.#makeRoom();
      const slot = Math.max(before + 1, this.first) + this.base;
      for (const name of COLUMN_NAMES) this.columns[name].copyWithin(slot + 1, slot, this.end + this.base);
      this.end += 1;
      this.#set(slot, startS, open, high, low, close, volume);
    } else {
      this.#set(before + this.base, startS, open, high, low, close, volume);
    }
    this.#touched();
    return found ? 'changed' : 'added';
  }

  #set(
    slot: number,
    startS: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
  ): void {
    const { columns } = this;
    columns.startS[slot] = startS;
    columns.open[slot] = open;
    columns.high[slot] = high;
    columns.low[slot] = low;
    columns.close[slot] = close;
    columns.volume[slot] = volume;
    this.#blocks.fresh[slot >> BLOCK_SHIFT] = 0;
  }

  #write(rows: Float64Array, skip: number, count: number, slot: number): void {
    for (let row = 0; row < count; row += 1) {
      const at = (skip + row) * BAR_NUMBERS;
      this.#set(slot + row, rows[at], rows[at + 1], rows[at + 2], rows[at + 3], rows[at + 4], rows[at + 5]);
    }
  }

  #summarize(block: number): void {
    if (this.#blocks.fresh[block] === 1) return;
    const { high, low, volume } = this.columns;
    let lowest = Number.POSITIVE_INFINITY;
    let highest = Number.NEGATIVE_INFINITY;
    let largest = Number.NEGATIVE_INFINITY;
    const from = block << BLOCK_SHIFT;
    for (let slot = from; slot < from + BLOCK; slot += 1) {
      if (low[slot] < lowest) lowest = low[slot];
      if (high[slot] > highest) highest = high[slot];
      if (volume[slot] > largest) largest = volume[slot];
    }
    this.#blocks.low[block] = lowest;
    this.#blocks.high[block] = highest;
    this.#blocks.volume[block] = largest;
    this.#blocks.fresh[block] = 1;
  }

  /** Room for one more bar at the end: grows, or at the limit drops the oldest eighth. */
  #makeRoom(): void {
    if (this.length >= BARS_MAX) this.first += BARS_MAX / 8;
    const from = this.first + this.base;
    const to = this.end + this.base;
    const old = this.columns;
    if (this.length >= this.#capacity) this.#allocate(this.length + 1);
    for (const name of COLUMN_NAMES) this.columns[name].set(old[name].subarray(from, to), 0);
    this.base = -this.first;
    this.#blocks.fresh.fill(0);
    this.generation += 1;
  }

  #reserve(count: number): void {
    if (count > this.#capacity) this.#allocate(count);
  }

  #allocate(count: number): void {
    while (this.#capacity < count) this.#capacity *= 2;
    this.columns = makeColumns(this.#capacity);
    this.#blocks = makeBlocks(this.#capacity);
  }

  #touched(): void {
    this.#blocks.fresh.fill(0);
    this.version += 1;
    this.generation += 1;
  }
}

const COLUMN_NAMES = ['startS', 'open', 'high', 'low', 'close', 'volume'] as const;

function makeColumns(capacity: number): BarColumns {
  const column = (): Float64Array => new Float64Array(capacity);
  return {
    startS: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
}

function makeBlocks(capacity: number) {
  const count = capacity >> BLOCK_SHIFT;
  return {
    low: new Float64Array(count),
    high: new Float64Array(count),
    volume: new Float64Array(count),
    /** 1 = the block's three numbers are those of its bars. */
    fresh: new Uint8Array(count),
  };
}

/** The newest `max` rows. */
function rowsToKeep(rows: Float64Array, max: number): { count: number; skip: number } {
  const total = Math.floor(rows.length / BAR_NUMBERS);
  const count = Math.min(total, max);
  return { count, skip: total - count };
}
