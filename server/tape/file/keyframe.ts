import type { UnixUs } from '#protocol';
import { ByteColumn } from './byte-column.ts';
import { ByteCursor, MalformedError } from './byte-cursor.ts';

/** A bar in progress, or the newest finished one where nothing came after it. */
export interface KeyframeBar {
  intervalSeconds: number;
  startS: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** Everything known of one instrument. NaN where a value is not known. */
export interface KeyframeInstrument {
  instrument: number;
  last: number;
  lastSize: number;
  volume: number;
  tradeTimeUs: number;
  bid: number;
  bidSize: number;
  ask: number;
  askSize: number;
  high: number;
  low: number;
  open: number;
  /** Trades so far: the sequence number of the newest. */
  trades: number;
  bars: KeyframeBar[];
  /** Flat levels, best first; null where no book was ever sent. */
  book: { bids: number[]; asks: number[] } | null;
}

/** The whole state after the first `event` events: playing from there on leads to what playing from the start does. */
export interface Keyframe {
  /** Number of the first event that is not in it. */
  event: number;
  timeUs: UnixUs;
  /** Those of which something is known. */
  instruments: KeyframeInstrument[];
}

const FIELDS = [
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
  'open',
] as const;
const PRICES = ['last', 'bid', 'ask', 'high', 'low', 'open'] as const;
const SIZES = ['lastSize', 'volume', 'bidSize', 'askSize'] as const;

export function encodeKeyframe(instruments: readonly KeyframeInstrument[]): Uint8Array {
  const column = new ByteColumn();
  column.unsigned(instruments.length);
  for (const state of instruments) {
    column.unsigned(state.instrument);
    // Each by its name, in the order of `FIELDS`: a live market writes thousands of these a second.
    column.differenceOrAbsent(state.last, 0);
    column.differenceOrAbsent(state.lastSize, 0);
    column.differenceOrAbsent(state.volume, 0);
    column.differenceOrAbsent(state.tradeTimeUs, 0);
    column.differenceOrAbsent(state.bid, 0);
    column.differenceOrAbsent(state.bidSize, 0);
    column.differenceOrAbsent(state.ask, 0);
    column.differenceOrAbsent(state.askSize, 0);
    column.differenceOrAbsent(state.high, 0);
    column.differenceOrAbsent(state.low, 0);
    column.differenceOrAbsent(state.open, 0);
    column.unsigned(state.trades);
    column.unsigned(state.bars.length);
    for (const { intervalSeconds, startS, open, high, low, close, volume } of state.bars) {
      column.unsigned(intervalSeconds);
      column.difference(startS, 0);
      column.difference(open, 0);
      column.difference(high, 0);
      column.difference(low, 0);
      column.difference(close, 0);
      column.unsigned(volume);
    }
    column.unsigned(state.book === null ? 0 : 1);
    if (state.book === null) continue;
    putLevels(column, state.book.bids);
    putLevels(column, state.book.asks);
  }
  return column.bytes.slice();
}

/** @throws MalformedError */
export function decodeKeyframe(content: Uint8Array): KeyframeInstrument[] {
  const cursor = new ByteCursor(content);
  const count = cursor.count(content.length);
  const instruments: KeyframeInstrument[] = [];
  for (let index = 0; index < count; index += 1) {
    const instrument = cursor.unsigned();
    const values = Object.fromEntries(FIELDS.map((field) => [field, cursor.difference(0)])) as Record<
      (typeof FIELDS)[number],
      number
    >;
    const trades = cursor.unsigned();
    const bars: KeyframeBar[] = Array.from({ length: cursor.count(content.length) }, () => ({
      intervalSeconds: cursor.unsigned(),
      startS: cursor.difference(0),
      open: cursor.difference(0),
      high: cursor.difference(0),
      low: cursor.difference(0),
      close: cursor.difference(0),
      volume: cursor.unsigned(),
    }));
    const hasBook = cursor.count(1) === 1;
    const book = hasBook
      ? { bids: levels(cursor, content.length), asks: levels(cursor, content.length) }
      : null;
    instruments.push({ instrument, ...values, trades, bars, book });
  }
  if (!cursor.isAtEnd) throw new MalformedError('bytes follow the last instrument');
  return instruments;
}

/** Writes a state in the units of the whole tape. */
export function scaleKeyframe(state: KeyframeInstrument, price: number, size: number): void {
  if (price === 1 && size === 1) return;
  for (const field of PRICES) state[field] *= price;
  for (const field of SIZES) state[field] *= size;
  for (const bar of state.bars) {
    for (const field of ['open', 'high', 'low', 'close'] as const) bar[field] *= price;
    bar.volume *= size;
  }
  for (const side of state.book === null ? [] : [state.book.bids, state.book.asks]) {
    for (let at = 0; at < side.length; at += 2) {
      side[at]! *= price;
      side[at + 1]! *= size;
    }
  }
}

function putLevels(column: ByteColumn, flat: readonly number[]): void {
  column.unsigned(flat.length / 2);
  let before = 0;
  for (let at = 0; at < flat.length; at += 2) {
    column.difference(flat[at]!, before);
    before = flat[at]!;
    column.unsigned(flat[at + 1]!);
  }
}

function levels(cursor: ByteCursor, max: number): number[] {
  const count = cursor.count(max);
  const flat: number[] = [];
  let price = 0;
  for (let level = 0; level < count; level += 1) {
    price = cursor.difference(price);
    flat.push(price, cursor.unsigned());
  }
  return flat;
}
