/** Events in one block. Blocks keep growth cheap: no column is ever copied to become longer. */
export const BLOCK_EVENTS = 65_536;

export const KIND_TRADE = 1;
export const KIND_QUOTE = 2;
export const KIND_BOOK = 3;
export const KIND_BOOK_SNAPSHOT = 4;
/** The low bits of a kind column's value are the kind, the bits above hold a trade's aggressor. */
export const KIND_MASK = 0x0f;
export const AGGRESSOR_SHIFT = 4;

/** Values of the id column: a whole number from 0 is the id itself, this one says that the trade has none. */
export const NO_TRADE_ID = -1;
/** Longest trade id that is no plain number, bytes. */
export const TRADE_ID_BYTES_MAX = 255;
const TEXT_ID_BASE = 2;
const TEXT_ID_LENGTHS = TRADE_ID_BYTES_MAX + 1;

const TEXT_BYTES_START = 4_096;
const LEVEL_NUMBERS_START = 4_096;

/**
 * Columns of up to 65,536 events. Not a reader: it does not know ticks or order. Invariant: an event never changes blocks,
 * and what it points to (levels, id text) lies in the same block.
 *
 * Columns by kind: trade = price, size, id; quote = bid, bid size, ask, ask size; book = where its levels start, how many
 * bids, how many asks. Prices and sizes are mantissas with their decimals in `scales` (8 bits a column) until the recording
 * is finished, then ticks and lots.
 */
export class EventBlock {
  count = 0;
  readonly kind = new Uint8Array(BLOCK_EVENTS);
  readonly instrument = new Uint32Array(BLOCK_EVENTS);
  readonly venueTimeUs = new Float64Array(BLOCK_EVENTS);
  readonly receiveTimeUs = new Float64Array(BLOCK_EVENTS);
  readonly first = new Float64Array(BLOCK_EVENTS);
  readonly second = new Float64Array(BLOCK_EVENTS);
  readonly third = new Float64Array(BLOCK_EVENTS);
  /** Only quotes have a fourth value: null until the first one comes. */
  fourth: Float64Array | null = null;
  /** Dropped when the recording is finished. */
  scales: Uint32Array | null = new Uint32Array(BLOCK_EVENTS);
  /** Price, size, price, size, ... of book events: bids best first, then asks. */
  levels = new Float64Array(0);
  levelScales: Uint8Array | null = new Uint8Array(0);
  levelNumbers = 0;
  #text = new Uint8Array(0);
  #textBytes = 0;

  /** Keeps an id that is no plain number and returns its code for the id column. */
  addTextId(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    const at = this.#textBytes;
    if (at + length > this.#text.length) {
      const longer = new Uint8Array(Math.max(TEXT_BYTES_START, this.#text.length * 2, at + length));
      longer.set(this.#text);
      this.#text = longer;
    }
    for (let index = 0; index < length; index += 1) this.#text[at + index] = bytes[from + index]!;
    this.#textBytes = at + length;
    return -(TEXT_ID_BASE + at * TEXT_ID_LENGTHS + length);
  }

  idText(code: number): string {
    if (code >= 0) return String(code);
    if (code === NO_TRADE_ID) return '';
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
    const levels = new Float64Array(length);
    levels.set(this.levels);
    const scales = new Uint8Array(length);
    scales.set(this.levelScales!);
    this.levels = levels;
    this.levelScales = scales;
  }

  /** Frees the room that the level store kept for growth. */
  trim(): void {
    this.levels = this.levels.slice(0, this.levelNumbers);
    this.levelScales = this.levelScales?.slice(0, this.levelNumbers) ?? null;
  }
}
