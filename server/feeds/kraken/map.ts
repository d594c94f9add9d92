import {
  AGGRESSOR_BUY,
  AGGRESSOR_SELL,
  AGGRESSOR_UNKNOWN,
  decimalText,
  parseDecimal,
  rescale,
  unixUs,
  type UnixUs,
} from '#protocol';
import type { IsoTime } from '../iso-time.ts';
import type { VenueTrade } from '../venue/ports.ts';
import type { KrakenFrame, KrakenLevel, KrakenRow } from './wire.ts';

/**
 * What frames mean, in the venue's words. Pure and total: what is not as documented is null.
 *
 * Rules of https://docs.kraken.com/api/docs/websocket-v2 and https://docs.kraken.com/api/docs/guides/spot-ws-book-v2:
 * KR1 "trade ... side: The side of the taker order": the aggressor as given. "trade_id ... a sequence number, unique per book".
 *     "snapshot ... the most recent 50 trades".
 * KR2 book: "the absolute quantity", "An update with qty 0 means that price level should be removed".
 * KR3 "After each update, truncate your book to the subscribed depth: you will not receive qty 0 for levels that fall out of scope."
 * KR4 checksum: CRC32 of the text of the top 10 asks, low to high, then the top 10 bids, high to low; of each level price, then qty,
 *     "remove '.'", "remove leading zeros"; over the digits as sent, since trailing zeros count. It stands for the book after all
 *     changes of its frame. There is no sequence number: the checksum is what finds a loss.
 * KR5 ticker: best bid and ask with quantities, and 24 h numbers; `change` is from the price 24 h ago. Tokenised stocks that do not trade
 *     are sent with price 0 and a timestamp of 1970: neither is a price or a time.
 * KR6 "There is a separate acknowledgement response for each symbol"; a refused one has success false, and the connection goes on.
 * KR7 "Heartbeat messages are sent approximately once every second in the absence of any other channel updates."
 * KR8 status: `maintenance` "Markets are offline"; `cancel_only`, `post_only` "No order matching will occur".
 * KR9 Frames of WebSocket v1 are arrays, or objects with an `event`: https://docs.kraken.com/exchange/guides/websockets/introduction
 */
export function isVersion1(frame: unknown): boolean {
  if (Array.isArray(frame)) return true;
  const { event, channel, method } = frame as KrakenFrame;
  return typeof event === 'string' && channel === undefined && method === undefined;
}

/** KR2. Null when one row is no level: a book with a level missing is a wrong book. */
export function levelsOf(rows: unknown): KrakenLevel[] | null {
  if (!Array.isArray(rows)) return null;
  const levels: KrakenLevel[] = [];
  for (const row of rows as readonly (KrakenRow | null)[]) {
    const price = plainDecimal(row?.price);
    const qty = plainDecimal(row?.qty);
    if (price === null || qty === null) return null;
    levels.push([price, qty]);
  }
  return levels;
}

/** Longer text is no price and no quantity, and would cost much to find that out. */
export const DECIMAL_LENGTH_MAX = 40;

/** A decimal of 0 or more as `12.340`: as it came, but for exponents, which are written out. */
export function plainDecimal(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > DECIMAL_LENGTH_MAX) return null;
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if ((code < 48 || code > 57) && code !== 46) return withoutExponent(value);
  }
  return value === '' ? null : value;
}

function withoutExponent(text: string): string | null {
  const decimal = parseDecimal(text);
  return decimal === null || decimal.mantissa < 0 ? null : decimalText(decimal.mantissa, decimal.decimals);
}

/** KR1. */
export function tradeOf(
  row: KrakenRow,
  symbol: string,
  time: IsoTime,
  receiveTimeUs: UnixUs,
): VenueTrade | null {
  const { trade_id: id, side } = row;
  const price = plainDecimal(row.price);
  const size = plainDecimal(row.qty);
  if (price === null || size === null || typeof id !== 'string' || !/^\d+$/.test(id)) return null;
  const venueTimeUs = time.read(row.timestamp);
  if (venueTimeUs !== venueTimeUs) return null;
  const aggressor = side === 'buy' ? AGGRESSOR_BUY : side === 'sell' ? AGGRESSOR_SELL : AGGRESSOR_UNKNOWN;
  return { symbol, id, price, size, aggressor, venueTimeUs: unixUs(venueTimeUs), receiveTimeUs };
}

/** Oldest first, by id. */
export function inOrder(trades: readonly VenueTrade[]): readonly VenueTrade[] {
  const isLater = (a: string, b: string) => a.length > b.length || (a.length === b.length && a > b);
  const isSorted = trades.every(({ id }, at) => at === 0 || !isLater(trades[at - 1]!.id, id));
  return isSorted ? trades : trades.toSorted((a, b) => (isLater(a.id, b.id) ? 1 : -1));
}

/** KR5. The price of 24 h ago as text of as many decimals as prices have; null when that cannot be told exactly. */
export function openOf({ last, change }: KrakenRow): string | null {
  if (typeof last !== 'string' || typeof change !== 'string') return null;
  const now = parseDecimal(last);
  const moved = parseDecimal(change);
  if (now === null || moved === null || now.mantissa <= 0) return null;
  const point = last.indexOf('.');
  const decimals = Math.max(now.decimals, point < 0 ? 0 : last.length - point - 1);
  const open =
    rescale(now.mantissa, now.decimals, decimals) - rescale(moved.mantissa, moved.decimals, decimals);
  return open > 0 ? decimalText(open, decimals) : null;
}

/** KR5. A time, or the arrival where the venue wrote none. */
export function timeOf(row: Pick<KrakenRow, 'timestamp'>, time: IsoTime, receiveTimeUs: UnixUs): UnixUs {
  const timeUs = time.read(row.timestamp);
  return timeUs === timeUs ? unixUs(timeUs) : receiveTimeUs;
}
