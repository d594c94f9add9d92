import { AGGRESSOR_BUY, AGGRESSOR_SELL, unixUs, type UnixUs } from '#protocol';
import type { VenueTrade } from '../venue/ports.ts';
import type { BitstampBook, BitstampLevel, BitstampTrade } from './wire.ts';

/**
 * What frames mean, in the venue's words. Pure and total: what is not as documented is null.
 *
 * Rules, https://www.bitstamp.net/websocket/v2/:
 * BS1 "Channel: live_trades_[market]", "order_book_[market]", "diff_order_book_[market]": a channel's name ends with its pair.
 * BS2 "type: Trade type (0 - buy; 1 - sell)": who crossed the spread.
 * BS3 "price_str", "amount_str": the text. The numbers beside them went through a float.
 * BS4 "microtimestamp": "Trade microtimestamp", microseconds since 1970 as text; of a book, when it was like that.
 * BS5 order_book: "bids: List of top 100 bids", "asks: List of top 100 asks": each frame is the whole.
 * BS6 diff_order_book: "bids: List of changed bids since last broadcast", an amount of 0 = the level is gone.
 */

const CHANNEL = /^(live_trades|order_book|diff_order_book)_(.+)$/;
/** Microseconds of 1990 to 2100. */
const TIME_US = /^\d{15,16}$/;

export type BitstampChannel = 'live_trades' | 'order_book' | 'diff_order_book';

/** BS1. Null for a channel of another kind. */
export function channelOf(name: unknown): { kind: BitstampChannel; symbol: string } | null {
  const match = typeof name === 'string' ? CHANNEL.exec(name) : null;
  return match === null ? null : { kind: match[1] as BitstampChannel, symbol: match[2]! };
}

/** BS2, BS3, BS4. */
export function tradeOf(data: BitstampTrade, symbol: string, receiveTimeUs: UnixUs): VenueTrade | null {
  const { id, price_str: price, amount_str: size, type } = data;
  const venueTimeUs = timeOf(data.microtimestamp);
  if (venueTimeUs === null || typeof price !== 'string' || typeof size !== 'string') return null;
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || (type !== 0 && type !== 1)) return null;
  const aggressor = type === 0 ? AGGRESSOR_BUY : AGGRESSOR_SELL;
  return { symbol, id: String(id), price, size, aggressor, venueTimeUs, receiveTimeUs };
}

/** A book, or what changed in one. */
export interface BookRows {
  readonly timeUs: UnixUs;
  readonly bids: readonly BitstampLevel[];
  readonly asks: readonly BitstampLevel[];
}

/** BS4, BS5, BS6. Null when one row is no level: a book with a level missing is a wrong book. */
export function bookOf(data: BitstampBook): BookRows | null {
  const timeUs = timeOf(data.microtimestamp);
  const bids = levelsOf(data.bids);
  const asks = levelsOf(data.asks);
  return timeUs === null || bids === null || asks === null ? null : { timeUs, bids, asks };
}

function timeOf(text: unknown): UnixUs | null {
  return typeof text === 'string' && TIME_US.test(text) ? unixUs(Number(text)) : null;
}

function levelsOf(rows: unknown): readonly BitstampLevel[] | null {
  if (!Array.isArray(rows)) return null;
  for (const row of rows as unknown[]) {
    if (!Array.isArray(row) || typeof row[0] !== 'string' || typeof row[1] !== 'string') return null;
  }
  return rows as unknown as readonly BitstampLevel[];
}
