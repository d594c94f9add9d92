import {
  BinaryNumbers,
  ELEMENT_BYTES,
  FrameError,
  NUMBER_BYTES_MAX,
  isOneByte,
  longNumberAt,
  writeByte,
  writeLongNumberLoosely,
  writeNumber,
  type NumberSource,
} from './numbers.ts';

/** Bits of a quote entry. Each stands for a fixed number of values, written in the order of the bits. */
export const BIT_TRADE = 1;
export const BIT_LAST = 2;
export const BIT_BID = 4;
export const BIT_BID_SIZE = 8;
export const BIT_ASK = 16;
export const BIT_ASK_SIZE = 32;
export const BIT_RANGE = 64;
export const ALL_BITS = 127;

const BIT_WIDTHS = [3, 1, 1, 1, 1, 1, 2] as const;

/** Values behind each combination of bits. */
export const VALUES_OF_BITS = Uint8Array.from({ length: ALL_BITS + 1 }, (_, bits) =>
  BIT_WIDTHS.reduce<number>((sum, width, bit) => sum + ((bits >> bit) & 1) * width, 0),
);

/** Most bytes of one quote entry. */
export const QUOTE_BYTES_MAX = (2 + VALUES_OF_BITS[ALL_BITS]!) * NUMBER_BYTES_MAX;

/** Last values of all instruments, one column a field, indexed by instrument id. NaN = not known. Ticks, lots, microseconds. */
export interface QuoteColumns {
  last: Float64Array;
  lastSize: Float64Array;
  volume: Float64Array;
  tradeTimeUs: Float64Array;
  bid: Float64Array;
  bidSize: Float64Array;
  ask: Float64Array;
  askSize: Float64Array;
  high: Float64Array;
  low: Float64Array;
}

/** The columns by name. */
export const QUOTE_FIELDS = [
  'last',
  'lastSize',
  'volume',
  'tradeTimeUs',
  'bid',
  'bidSize',
  'ask',
  'askSize',
  'high',
  'low',
] as const satisfies readonly (keyof QuoteColumns)[];

/** What the dictionary gives to the frames, indexed by instrument id. */
export interface ReferenceColumns {
  price: Float64Array;
  volume: Float64Array;
}

const AGE_MS_MAX = 0xff_ff_ff_ff;

/** Age in whole milliseconds, held to 32 bits. NaN without a trade. */
function ageMs(ageUs: number): number {
  const age = Math.floor(ageUs / 1000);
  return age > AGE_MS_MAX ? AGE_MS_MAX : age < -0x80_00_00_00 ? -0x80_00_00_00 : age;
}

/**
 * Writes the one number of a quote entry that depends on the frame's time, and returns the position after it.
 * @param ageUs timeline time of the frame's `asOf` less the trade's time, us; NaN without a trade
 */
export function writeTradeAge(out: Uint8Array, at: number, ageUs: number): number {
  return writeNumber(out, at, ageMs(ageUs));
}

/** Most bytes of what `writeWholeQuoteHead` and `writeWholeQuoteTail` write. */
export const WHOLE_QUOTE_HEAD_BYTES_MAX = 4 * NUMBER_BYTES_MAX;
export const WHOLE_QUOTE_TAIL_BYTES_MAX = 7 * NUMBER_BYTES_MAX;

/**
 * Writes a quote entry of all fields up to the trade's age and returns the position after it: id, bits, last size, volume.
 * Head, `writeTradeAge` and tail together are what `writeQuote` writes for ALL_BITS. Head and tail change only with the
 * instrument's values and references, so that snapshots of any moment can share them.
 */
export function writeWholeQuoteHead(
  out: Uint8Array,
  at: number,
  id: number,
  columns: QuoteColumns,
  reference: ReferenceColumns,
): number {
  at = writeNumber(out, at, id);
  out[at] = ALL_BITS;
  at = writeNumber(out, at + 1, columns.lastSize[id]!);
  return writeNumber(out, at, columns.volume[id]! - reference.volume[id]!);
}

/** Writes the rest of that entry, from the last price on, and returns the position after it. */
export function writeWholeQuoteTail(
  out: Uint8Array,
  at: number,
  id: number,
  columns: QuoteColumns,
  reference: ReferenceColumns,
): number {
  const price = reference.price[id]!;
  at = writeNumber(out, at, columns.last[id]! - price);
  at = writeNumber(out, at, columns.bid[id]! - price);
  at = writeNumber(out, at, columns.bidSize[id]!);
  at = writeNumber(out, at, columns.ask[id]! - price);
  at = writeNumber(out, at, columns.askSize[id]!);
  at = writeNumber(out, at, columns.high[id]! - price);
  return writeNumber(out, at, columns.low[id]! - price);
}

/**
 * Writes one quote entry and returns the position after it. The caller guarantees room for QUOTE_BYTES_MAX bytes; those of them
 * that the entry does not need may be written over.
 * @param timeUs timeline time of the frame's `asOf`, from which the trade's age is counted
 */
export function writeQuote(
  out: Uint8Array,
  at: number,
  id: number,
  bits: number,
  columns: QuoteColumns,
  reference: ReferenceColumns,
  timeUs: number,
): number {
  const price = reference.price[id]!;
  let value = id;
  let whole = value | 0;
  at = isOneByte(value, whole) ? writeByte(out, at, whole) : writeLongNumberLoosely(out, at, value);
  out[at] = bits;
  at += 1;
  if (bits & BIT_TRADE) {
    value = columns.lastSize[id]!;
    whole = value | 0;
    at = isOneByte(value, whole) ? writeByte(out, at, whole) : writeLongNumberLoosely(out, at, value);
    value = columns.volume[id]! - reference.volume[id]!;
    whole = value | 0;
    at = isOneByte(value, whole) ? writeByte(out, at, whole) : writeLongNumberLoosely(out, at, value);
    value = ageMs(timeUs - columns.tradeTimeUs[id]!);
    whole = value | 0;
    at = isOneByte(value, whole) ? writeByte(out, at, whole) : writeLongNumberLoosely(out, at, value);
  }
  if (bits & BIT_LAST) {
    value = columns.last[id]! - price;
    whole = value | 0;
    at = isOneByte(value, whole) ? writeByte(out, at, whole) : writeLongNumberLoosely(out, at, value);
  }
  if (bits & BIT_BID) {
    value = columns.bid[id]! - price;
    whole = value | 0;
    at = isOneByte(value, whole) ? writeByte(out, at, whole) : writeLongNumberLoosely(out, at, value);
  }
  if (bits & BIT_BID_SIZE) {
    value = columns.bidSize[id]!;
    whole = value | 0;
    at = isOneByte(value, whole) ? writeByte(out, at, whole) : writeLongNumberLoosely(out, at, value);
  }
  if (bits & BIT_ASK) {
    value = columns.ask[id]! - price;
    whole = value | 0;
    at = isOneByte(value, whole) ? writeByte(out, at, whole) : writeLongNumberLoosely(out, at, value);
  }
  if (bits & BIT_ASK_SIZE) {
    value = columns.askSize[id]!;
    whole = value | 0;
    at = isOneByte(value, whole) ? writeByte(out, at, whole) : writeLongNumberLoosely(out, at, value);
  }
  if (bits & BIT_RANGE) {
    value = columns.high[id]! - price;
    whole = value | 0;
    at = isOneByte(value, whole) ? writeByte(out, at, whole) : writeLongNumberLoosely(out, at, value);
    value = columns.low[id]! - price;
    whole = value | 0;
    at = isOneByte(value, whole) ? writeByte(out, at, whole) : writeLongNumberLoosely(out, at, value);
  }
  return at;
}

const notInDictionary = (id: number): FrameError =>
  new FrameError(`instrument ${id} is not in the dictionary`);
const badBits = (bits: number): FrameError => new FrameError(`field bits ${bits} are outside 0..${ALL_BITS}`);
const cutOff = (): FrameError => new FrameError('the frame ends in the middle of an entry');

/** Takes an id that the dictionary has. @throws FrameError */
export function readInstrumentId(source: NumberSource, capacity: number): number {
  const id = source.next();
  if (id >>> 0 !== id || id >= capacity) throw notInDictionary(id);
  return id;
}

/** Called once an entry, after its values are in the columns. */
export type OnQuoteEntry = (id: number, bits: number) => void;

/**
 * Applies the entries of a delta or snapshot frame to the columns, and returns how many there were.
 * @param capacity ids at or above it are refused: the dictionary never named them
 * @throws FrameError
 */
export function readQuotes(
  source: NumberSource,
  columns: QuoteColumns,
  reference: ReferenceColumns,
  timeUs: number,
  capacity: number,
  onEntry: OnQuoteEntry,
): number {
  if (source instanceof BinaryNumbers) {
    return readQuoteBytes(source, columns, reference, timeUs, capacity, onEntry);
  }
  let entries = 0;
  while (source.left > 0) {
    const id = readInstrumentId(source, capacity);
    const bits = source.next();
    if ((bits & ALL_BITS) !== bits) throw badBits(bits);
    if (VALUES_OF_BITS[bits]! > source.left) throw cutOff();
    const price = reference.price[id]!;
    if (bits & BIT_TRADE) {
      columns.lastSize[id] = source.next();
      columns.volume[id] = source.next() + reference.volume[id]!;
      columns.tradeTimeUs[id] = timeUs - source.next() * 1000;
    }
    if (bits & BIT_LAST) columns.last[id] = source.next() + price;
    if (bits & BIT_BID) columns.bid[id] = source.next() + price;
    if (bits & BIT_BID_SIZE) columns.bidSize[id] = source.next();
    if (bits & BIT_ASK) columns.ask[id] = source.next() + price;
    if (bits & BIT_ASK_SIZE) columns.askSize[id] = source.next();
    if (bits & BIT_RANGE) {
      columns.high[id] = source.next() + price;
      columns.low[id] = source.next() + price;
    }
    onEntry(id, bits);
    entries += 1;
  }
  return entries;
}

/**
 * The same in one loop over the bytes, because this is most of what a viewer's machine does for us: position and columns stay in
 * local variables, and a number of one byte costs no call. Half the time of the loop above. The three lines of a number are spelled
 * out each time, since a function cannot return both the number and the position after it.
 */
function readQuoteBytes(
  source: BinaryNumbers,
  columns: QuoteColumns,
  reference: ReferenceColumns,
  timeUs: number,
  capacity: number,
  onEntry: OnQuoteEntry,
): number {
  const { bytes } = source;
  const { last, lastSize, volume, tradeTimeUs, bid, bidSize, ask, askSize, high, low } = columns;
  const { price: prices, volume: volumes } = reference;
  let { at, left } = source;
  let head = 0;
  let entries = 0;
  while (left > 0) {
    head = bytes[at]!;
    const id = head < 0x80 ? head : longNumberAt(bytes, at, head);
    at += ELEMENT_BYTES[head]!;
    if (id >>> 0 !== id || id >= capacity) throw notInDictionary(id);
    head = bytes[at]!;
    const bits = head < 0x80 ? head : longNumberAt(bytes, at, head);
    at += ELEMENT_BYTES[head]!;
    if ((bits & ALL_BITS) !== bits) throw badBits(bits);
    left -= 2 + VALUES_OF_BITS[bits]!;
    if (left < 0) throw cutOff();
    const price = prices[id]!;
    if (bits & BIT_TRADE) {
      head = bytes[at]!;
      lastSize[id] = head < 0x80 ? head : longNumberAt(bytes, at, head);
      at += ELEMENT_BYTES[head]!;
      head = bytes[at]!;
      volume[id] = (head < 0x80 ? head : longNumberAt(bytes, at, head)) + volumes[id]!;
      at += ELEMENT_BYTES[head]!;
      head = bytes[at]!;
      tradeTimeUs[id] = timeUs - (head < 0x80 ? head : longNumberAt(bytes, at, head)) * 1000;
      at += ELEMENT_BYTES[head]!;
    }
    if (bits & BIT_LAST) {
      head = bytes[at]!;
      last[id] = (head < 0x80 ? head : longNumberAt(bytes, at, head)) + price;
      at += ELEMENT_BYTES[head]!;
    }
    if (bits & BIT_BID) {
      head = bytes[at]!;
      bid[id] = (head < 0x80 ? head : longNumberAt(bytes, at, head)) + price;
      at += ELEMENT_BYTES[head]!;
    }
    if (bits & BIT_BID_SIZE) {
      head = bytes[at]!;
      bidSize[id] = head < 0x80 ? head : longNumberAt(bytes, at, head);
      at += ELEMENT_BYTES[head]!;
    }
    if (bits & BIT_ASK) {
      head = bytes[at]!;
      ask[id] = (head < 0x80 ? head : longNumberAt(bytes, at, head)) + price;
      at += ELEMENT_BYTES[head]!;
    }
    if (bits & BIT_ASK_SIZE) {
      head = bytes[at]!;
      askSize[id] = head < 0x80 ? head : longNumberAt(bytes, at, head);
      at += ELEMENT_BYTES[head]!;
    }
    if (bits & BIT_RANGE) {
      head = bytes[at]!;
      high[id] = (head < 0x80 ? head : longNumberAt(bytes, at, head)) + price;
      at += ELEMENT_BYTES[head]!;
      head = bytes[at]!;
      low[id] = (head < 0x80 ? head : longNumberAt(bytes, at, head)) + price;
      at += ELEMENT_BYTES[head]!;
    }
    onEntry(id, bits);
    entries += 1;
  }
  source.at = at;
  source.left = 0;
  return entries;
}
