import { NO_ID } from './trade-view.ts';

/** Events in one block. Blocks keep growth cheap: columns of more events are never copied to become longer. */
export const BLOCK_EVENTS = 65_536;
/** Room that the first block of a builder begins with: an archive may have thousands of files of a few events. */
const SMALL_BLOCK_EVENTS = 128;

export const KIND_TRADE = 1;
export const KIND_QUOTE = 2;
export const KIND_BOOK = 3;
export const KIND_BOOK_SNAPSHOT = 4;
export const KIND_BAR = 5;
/** The low bits of a kind column's value are the kind, the bits above hold a trade's aggressor. */
export const KIND_MASK = 0x0f;
export const AGGRESSOR_SHIFT = 4;

/** Values of the id column: a whole number from 0 is the id itself, this one says that the trade has none. */
export const NO_TRADE_ID = NO_ID;
/** Longest trade id that is no plain number, bytes. */
export const TRADE_ID_BYTES_MAX = 255;
const TEXT_ID_BASE = 2;
const TEXT_ID_LENGTHS = TRADE_ID_BYTES_MAX + 1;

const TEXT_BYTES_START = 4_096;
const LEVEL_NUMBERS_START = 4_096;

/** What a bar has beyond the four columns: made with the first bar of a block. */
export interface BarColumns {
  volume: Float64Array;
  intervalSeconds: Float64Array;
  startTimeUs: Float64Array;
}

/** Bits of one decimal count in the `scales` of a bar: five must fit, and 18 decimals are the most. */
export const BAR_SCALE_BITS = 5;
export const BAR_SCALE_MASK = 0x1f;

/**
 * Columns of up to 65,536 events. Not a reader: it does not know ticks or order. Invariant: an event never changes blocks,
 * what it points to (levels, id text) lies in the same block, and there is always room for one more event until it is full.
 *
 * Columns by kind: trade = price, size, id; quote = bid, bid size, ask, ask size; book = where its levels start, how many
 * bids, how many asks; bar = open, high, low, close, and the columns of `bars`. Prices and sizes are mantissas with their
 * decimals in `scales` (8 bits a column; of a bar 5 bits a number, the volume last) until the recording is finished, then ticks
 * and lots.
 */
export class EventBlock {
  count = 0;
  kind: Uint8Array;
  instrument: Uint32Array;
  venueTimeUs: Float64Array;
  receiveTimeUs: Float64Array;
  first: Float64Array;
  second: Float64Array;
  third: Float64Array;
  /** Only quotes and bars have a fourth value: null until the first one comes. */
  fourth: Float64Array | null = null;
  bars: BarColumns | null = null;
  /** Dropped when the recording is finished. */
  scales: Uint32Array | null;
  /** Price, size, price, size, ... of book events: bids best first, then asks. */
  levels = new Float64Array(0);
  levelScales: Uint8Array | null = new Uint8Array(0);
  levelNumbers = 0;
  #text = new Uint8Array(0);
  #textBytes = 0;

  /** @param room events that it has room for at first */
  constructor(room = SMALL_BLOCK_EVENTS) {
    this.kind = new Uint8Array(room);
    this.instrument = new Uint32Array(room);
    this.venueTimeUs = new Float64Array(room);
    this.receiveTimeUs = new Float64Array(room);
    this.first = new Float64Array(room);
    this.second = new Float64Array(room);
    this.third = new Float64Array(room);
    this.scales = new Uint32Array(room);
  }

  /** Counts the event whose columns were written, and makes room for the next. False when the block is full. */
  advance(): boolean {
    this.count += 1;
    if (this.count < this.kind.length) return true;
    if (this.count >= BLOCK_EVENTS) return false;
    this.#grow(Math.min(BLOCK_EVENTS, this.count * 4));
    return true;
  }

  withFourth(): Float64Array {
    return (this.fourth ??= new Float64Array(this.kind.length));
  }

  withBars(): BarColumns {
    const room = this.kind.length;
    return (this.bars ??= {
      volume: new Float64Array(room),
      intervalSeconds: new Float64Array(room),
      startTimeUs: new Float64Array(room),
    });
  }

  #grow(room: number): void {
    const { kind, instrument, bars } = this;
    this.kind = new Uint8Array(room);
    this.kind.set(kind);
    this.instrument = new Uint32Array(room);
    this.instrument.set(instrument);
    this.venueTimeUs = longer(this.venueTimeUs, room);
    this.receiveTimeUs = longer(this.receiveTimeUs, room);
    this.first = longer(this.first, room);
    this.second = longer(this.second, room);
    this.third = longer(this.third, room);
    this.fourth &&= longer(this.fourth, room);
    if (this.scales !== null) {
      const scales = new Uint32Array(room);
      scales.set(this.scales);
      this.scales = scales;
    }
    if (bars === null) return;
    bars.volume = longer(bars.volume, room);
    bars.intervalSeconds = longer(bars.intervalSeconds, room);
    bars.startTimeUs = longer(bars.startTimeUs, room);
  }

  /** Keeps an id that is no plain number and returns its code for the id column. */
  addTextId(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    const at = this.#textBytes;
    if (at + length > this.#text.length) {
      const text = new Uint8Array(Math.max(TEXT_BYTES_START, this.#text.length * 2, at + length));
      text.set(this.#text);
      this.#text = text;
    }
    for (let index = 0; index < length; index += 1) this.#text[at + index] = bytes[from + index]!;
    this.#textBytes = at + length;
    return -(TEXT_ID_BASE + at * TEXT_ID_LENGTHS + length);
  }

  idText(code: number): string {
    const place = -code - TEXT_ID_BASE;
    const length = place % TEXT_ID_LENGTHS;
    const at = (place - length) / TEXT_ID_LENGTHS;
    return Buffer.from(this.#text.buffer, at, length).toString('utf8');
  }

  /** Copies a text id of another block into this one; other codes stay as they are. */
  adoptId(from: EventBlock, code: number): number {
    if (code >= NO_TRADE_ID) return code;
    const place = -code - TEXT_ID_BASE;
    const length = place % TEXT_ID_LENGTHS;
    const at = (place - length) / TEXT_ID_LENGTHS;
    return this.addTextId(from.#text, at, at + length);
  }

  addLevelNumber(mantissa: number, decimals: number): void {
    const at = this.levelNumbers;
    if (at === this.levels.length) this.#growLevels();
    this.levels[at] = mantissa;
    this.levelScales![at] = decimals;
    this.levelNumbers = at + 1;
  }

  #growLevels(): void {
    const length = Math.max(LEVEL_NUMBERS_START, this.levels.length * 2);
    const scales = new Uint8Array(length);
    scales.set(this.levelScales!);
    this.levels = longer(this.levels, length);
    this.levelScales = scales;
  }

  /** Empty again, with all its room. */
  clear(): void {
    this.count = 0;
    this.levelNumbers = 0;
    this.#textBytes = 0;
  }

  /** Frees the room that the level store kept for growth. */
  trimLevels(): void {
    if (this.levels.length === this.levelNumbers) return;
    this.levels = this.levels.slice(0, this.levelNumbers);
    this.levelScales = this.levelScales!.slice(0, this.levelNumbers);
  }

  /** Frees what only a builder needs. */
  trim(): void {
    this.trimLevels();
    this.levelScales = null;
    this.scales = null;
  }
}

function longer(column: Float64Array, room: number): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(room);
  copy.set(column);
  return copy;
}
