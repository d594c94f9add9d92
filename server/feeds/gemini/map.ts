import { AGGRESSOR_BUY, AGGRESSOR_SELL, AGGRESSOR_UNKNOWN, unixUs, type UnixUs } from '#protocol';
import type { VenueListing, VenueTrade } from '../venue/ports.ts';
import type { L2Updates, SymbolDetails, Trade } from './wire.ts';

const AGGRESSOR = { buy: AGGRESSOR_BUY, sell: AGGRESSOR_SELL } as const;

/** Null for what has not the types that the page says. */
export function tradeOf(trade: Trade, receiveTimeUs: UnixUs): VenueTrade | null {
  if (typeof trade !== 'object' || trade === null) return null;
  const { symbol, event_id: id, price, quantity: size, side, timestamp } = trade;
  if (![symbol, price, size].every((text) => typeof text === 'string')) return null;
  if (!(timestamp > 0) || !Number.isSafeInteger(id)) return null;
  return {
    symbol,
    id: String(id),
    price,
    size,
    aggressor: AGGRESSOR[side] ?? AGGRESSOR_UNKNOWN,
    venueTimeUs: unixUs(timestamp * 1000),
    receiveTimeUs,
  };
}

/** The trades of a first frame, oldest first, and how many were none. */
export function tradesOf(
  { trades }: L2Updates,
  receiveTimeUs: UnixUs,
): { trades: VenueTrade[]; refused: number } {
  const rows = Array.isArray(trades) ? (trades as readonly Trade[]) : [];
  const known = rows.map((row) => tradeOf(row, receiveTimeUs)).filter((trade) => trade !== null);
  return {
    trades: known.sort((left, right) => Number(left.id) - Number(right.id)),
    refused: rows.length - known.length,
  };
}

/** Price and size of the levels of one side. What is of no side is handed on with the bids, without numbers, so that it is counted. */
export function levelsOf({ changes }: L2Updates, side: 'buy' | 'sell'): [price: string, size: string][] {
  const levels: [string, string][] = [];
  for (const change of changes) {
    const of = Array.isArray(change) ? change[0] : undefined;
    if (of === side) levels.push([change[1], change[2]]);
    else if (side === 'buy' && of !== 'sell') levels.push(['', '']);
  }
  return levels;
}

export function listingOf(details: SymbolDetails): VenueListing {
  const { symbol, base_currency: base, quote_currency: currency } = details;
  return {
    symbol: symbol.toUpperCase(),
    name: `${base} / ${currency}`,
    assetClass: 'crypto',
    currency,
    // Powers of ten: their shortest text is exact.
    tick: String(details.quote_increment),
    lot: String(details.tick_size),
  };
}
