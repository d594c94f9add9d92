import { AGGRESSOR_BUY, AGGRESSOR_SELL, unixUs, type UnixUs } from '#protocol';
import type { VenueTrade } from '../venue/ports.ts';
import type { IsoTime } from '../iso-time.ts';
import type { CoinbaseChange, CoinbaseFrame, CoinbaseLevel, CoinbaseRestTrade } from './wire.ts';

/**
 * What frames mean, in the venue's words. Pure and total: what is not as documented is null.
 *
 * Rules, https://docs.cdp.coinbase.com/exchange/websocket-feed/channels and .../overview:
 * CB1 "side ... indicates the maker order side": the aggressor is the other one.
 * CB2 "trade_id" numbers the trades of a product without a hole. ("sequence" does not: on these channels it is sparse, and a ticker
 *     has the one of its match.)
 * CB3 "level2 ... snapshot ... overview of the order book", then "l2update ... size is the updated size at the price level, not a delta.
 *     A size of "0" indicates the price level can be removed", written as 0, 0.0 or 0.00000000.
 * CB4 "time" of l2update is the trading engine's; frames of one product come in its order.
 */

const DECIMAL = /^\d+(?:\.\d+)?$/;

/** CB1, CB2. */
export function tradeOf(
  frame: CoinbaseFrame | CoinbaseRestTrade,
  symbol: string,
  time: IsoTime,
  receiveTimeUs: UnixUs | null,
): VenueTrade | null {
  const { trade_id: id, price, size, side } = frame;
  const venueTimeUs = time.read(frame.time);
  if (venueTimeUs !== venueTimeUs || !isTradeId(id)) return null;
  if (typeof price !== 'string' || typeof size !== 'string') return null;
  if (side !== 'buy' && side !== 'sell') return null;
  return {
    symbol,
    id: String(id),
    price,
    size,
    aggressor: side === 'sell' ? AGGRESSOR_BUY : AGGRESSOR_SELL,
    venueTimeUs: unixUs(venueTimeUs),
    receiveTimeUs: receiveTimeUs ?? unixUs(venueTimeUs),
  };
}

export function isTradeId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function isTicker(frame: CoinbaseFrame): boolean {
  return isNumber(frame.volume_24h);
}

/** Whether a text is a decimal, which may still be too fine or too large to be exact beside others. */
export function isNumber(text: unknown): boolean {
  return typeof text === 'string' && DECIMAL.test(text);
}

/** CB3. Null when one row is no level: a book with a level missing is a wrong book. */
export function levelsOf(rows: unknown): readonly CoinbaseLevel[] | null {
  if (!Array.isArray(rows)) return null;
  for (const row of rows as unknown[]) {
    if (!Array.isArray(row) || typeof row[0] !== 'string' || typeof row[1] !== 'string') return null;
  }
  return rows as unknown as readonly CoinbaseLevel[];
}

/** CB3. */
export function changesOf(rows: unknown): readonly CoinbaseChange[] | null {
  if (!Array.isArray(rows)) return null;
  for (const row of rows as unknown[]) {
    if (!Array.isArray(row) || (row[0] !== 'buy' && row[0] !== 'sell')) return null;
    if (typeof row[1] !== 'string' || typeof row[2] !== 'string') return null;
  }
  return rows as unknown as readonly CoinbaseChange[];
}

/** A channel as we name it: acks list `level2_batch` as `level2_50`, older captures have `level2`. */
export function channelOf(name: string): string {
  return name.startsWith('level2') ? 'level2_batch' : name;
}
