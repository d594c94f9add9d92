import { AGGRESSOR_BUY, AGGRESSOR_SELL, AGGRESSOR_UNKNOWN, type Aggressor } from './market-event.ts';
import {
  ARRAY_HEADER_BYTES_MAX,
  FrameError,
  NUMBER_BYTES_MAX,
  writeArrayHeader,
  writeNumber,
  type NumberSource,
} from './numbers.ts';
import { readInstrumentId, type ReferenceColumns } from './quote-entries.ts';

/** First element of a data frame. */
export const FRAME_DELTA = 1;
export const FRAME_SNAPSHOT = 2;
export const FRAME_TRADES = 3;
export const FRAME_BARS = 4;
export const FRAME_BOOK = 5;
export const FRAME_RAW = 6;

/** Numbers before the first entry of any data frame: kind, asOf, generation. */
export const FRAME_HEAD_NUMBERS = 3;
/** Room for the largest array header and the head's numbers, bytes. */
export const FRAME_HEAD_BYTES_MAX = ARRAY_HEADER_BYTES_MAX + 1 + 5 + 5;

/**
 * Writes the head of a data frame and returns the position after it.
 * @param numbers how many numbers follow the head, `lead` included
 * @param lead numbers that stand before the first entry: the interval of bars, else none
 */
export function writeFrameHead(
  out: Uint8Array,
  at: number,
  kind: number,
  asOf: number,
  generation: number,
  numbers: number,
  lead: readonly number[] = [],
): number {
  at = writeArrayHeader(out, at, FRAME_HEAD_NUMBERS + numbers);
  out[at] = kind;
  at = writeNumber(out, at + 1, asOf);
  at = writeNumber(out, at, generation);
  for (const number of lead) at = writeNumber(out, at, number);
  return at;
}

export interface FrameHead {
  kind: number;
  asOf: number;
  generation: number;
}

/** Takes the three numbers of the head. @throws FrameError */
export function readFrameHead(source: NumberSource): FrameHead {
  return { kind: source.next(), asOf: source.next(), generation: source.next() };
}

/** Takes how many items of `width` numbers follow, and makes sure that they do before the first one is handed out. */
function readCount(source: NumberSource, width: number): number {
  const count = source.next();
  if (count >>> 0 !== count) throw new FrameError(`${count} is no count`);
  if (count * width > source.left) throw new FrameError('the frame ends in the middle of an entry');
  return count;
}

/** One trade as the frames carry it. */
export interface WireTrade {
  venueTimeUs: number;
  price: number;
  size: number;
  aggressor: Aggressor;
}

/** Numbers of a trades entry with n trades. */
export const tradesEntryNumbers = (trades: number): number => 3 + trades * 4;

/** Most bytes of a trades entry with n trades. */
export const tradesEntryBytesMax = (trades: number): number => tradesEntryNumbers(trades) * NUMBER_BYTES_MAX;

/**
 * Writes `id, sequence of the first trade, count, (age or step, price, size, aggressor)...` and returns the position after
 * it. The first trade's time is its age at `timeUs`, each later one the step from the trade before: microseconds, exact.
 */
export function writeTrades(
  out: Uint8Array,
  at: number,
  id: number,
  firstSeq: number,
  trades: readonly WireTrade[],
  referencePrice: number,
  timeUs: number,
): number {
  at = writeNumber(out, at, id);
  at = writeNumber(out, at, firstSeq);
  at = writeNumber(out, at, trades.length);
  let before = 0;
  for (let index = 0; index < trades.length; index += 1) {
    const trade = trades[index]!;
    at = writeNumber(out, at, index === 0 ? timeUs - trade.venueTimeUs : trade.venueTimeUs - before);
    at = writeNumber(out, at, trade.price - referencePrice);
    at = writeNumber(out, at, trade.size);
    at = writeNumber(out, at, trade.aggressor);
    before = trade.venueTimeUs;
  }
  return at;
}

export type OnTrade = (
  id: number,
  seq: number,
  venueTimeUs: number,
  price: number,
  size: number,
  aggressor: Aggressor,
) => void;

/** Takes the entries of a trades frame. @throws FrameError */
export function readTrades(
  source: NumberSource,
  reference: ReferenceColumns,
  timeUs: number,
  capacity: number,
  onTrade: OnTrade,
): void {
  while (source.left > 0) {
    const id = readInstrumentId(source, capacity);
    const firstSeq = source.next();
    const count = readCount(source, 4);
    const referencePrice = reference.price[id]!;
    let venueTimeUs = 0;
    for (let index = 0; index < count; index += 1) {
      const time = source.next();
      venueTimeUs = index === 0 ? timeUs - time : venueTimeUs + time;
      const price = source.next() + referencePrice;
      const size = source.next();
      const side = source.next();
      const aggressor = side === AGGRESSOR_BUY || side === AGGRESSOR_SELL ? side : AGGRESSOR_UNKNOWN;
      onTrade(id, firstSeq + index, venueTimeUs, price, size, aggressor);
    }
  }
}

/** A bar: start in seconds since 1970, prices in ticks, volume in lots. */
export interface WireBar {
  startS: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** Numbers of one bar entry. */
export const BAR_NUMBERS = 7;
export const BAR_BYTES_MAX = BAR_NUMBERS * NUMBER_BYTES_MAX;

/** Writes `id, start / interval, open, high above open, low below open, close against open, volume`. */
export function writeBar(
  out: Uint8Array,
  at: number,
  id: number,
  intervalS: number,
  bar: WireBar,
  referencePrice: number,
): number {
  at = writeNumber(out, at, id);
  at = writeNumber(out, at, bar.startS / intervalS);
  at = writeNumber(out, at, bar.open - referencePrice);
  at = writeNumber(out, at, bar.high - bar.open);
  at = writeNumber(out, at, bar.open - bar.low);
  at = writeNumber(out, at, bar.close - bar.open);
  return writeNumber(out, at, bar.volume);
}

export type OnBar = (
  id: number,
  intervalS: number,
  startS: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
) => void;

/** Takes the interval and then the entries of a bars frame. @throws FrameError */
export function readBars(
  source: NumberSource,
  reference: ReferenceColumns,
  capacity: number,
  onBar: OnBar,
): void {
  const intervalS = source.next();
  if (!(intervalS > 0)) throw new FrameError(`${intervalS} is no bar interval`);
  while (source.left > 0) {
    const id = readInstrumentId(source, capacity);
    const startS = source.next() * intervalS;
    const open = source.next() + reference.price[id]!;
    const high = open + source.next();
    const low = open - source.next();
    const close = open + source.next();
    onBar(id, intervalS, startS, open, high, low, close, source.next());
  }
}

/** Numbers of a book entry. */
export const bookEntryNumbers = (bidNumbers: number, askNumbers: number): number =>
  4 + bidNumbers + askNumbers;

/**
 * Writes `id, whole, bid levels, ask levels, (price, size)...`. Levels are flat price, size runs, best first. `whole` = 1
 * means that nothing but these levels is left; 0 that they are changes, where size 0 removes a level.
 */
export function writeBook(
  out: Uint8Array,
  at: number,
  id: number,
  whole: boolean,
  bids: ArrayLike<number>,
  asks: ArrayLike<number>,
  referencePrice: number,
): number {
  at = writeNumber(out, at, id);
  out[at] = whole ? 1 : 0;
  at = writeNumber(out, at + 1, bids.length / 2);
  at = writeNumber(out, at, asks.length / 2);
  for (let index = 0; index < bids.length; index += 2) {
    at = writeNumber(out, at, bids[index]! - referencePrice);
    at = writeNumber(out, at, bids[index + 1]!);
  }
  for (let index = 0; index < asks.length; index += 2) {
    at = writeNumber(out, at, asks[index]! - referencePrice);
    at = writeNumber(out, at, asks[index + 1]!);
  }
  return at;
}

export type OnBook = (id: number, whole: boolean, bids: number[], asks: number[]) => void;

/** Takes the entries of a book frame. @throws FrameError */
export function readBooks(
  source: NumberSource,
  reference: ReferenceColumns,
  capacity: number,
  onBook: OnBook,
): void {
  while (source.left > 0) {
    const id = readInstrumentId(source, capacity);
    const whole = source.next() === 1;
    const bidLevels = readCount(source, 2);
    const askLevels = readCount(source, 2);
    const price = reference.price[id]!;
    const bids = readLevels(source, bidLevels, price);
    onBook(id, whole, bids, readLevels(source, askLevels, price));
  }
}

function readLevels(source: NumberSource, levels: number, referencePrice: number): number[] {
  const flat: number[] = [];
  for (let index = 0; index < levels; index += 1) flat.push(source.next() + referencePrice, source.next());
  return flat;
}
