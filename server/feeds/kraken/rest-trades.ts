import { AGGRESSOR_BUY, AGGRESSOR_SELL, AGGRESSOR_UNKNOWN, unixUs } from '#protocol';
import { usOfText } from '../event-time.ts';
import type { VenueTrade } from '../venue/ports.ts';
import { inOrder, plainDecimal } from './map.ts';

/** Digits of a fraction of a second that are us. */
const FRACTION_DIGITS = 6;

/**
 * Rows of GET /0/public/Trades, oldest first: `["30243.40000","0.34507674",1688669597.8277369,"b","m","",61044952]` are price, volume,
 * seconds since 1970, buy or sell, market or limit, nothing, id. Rows that are none are left out.
 */
export function tradesOf(symbol: string, result: Record<string, unknown>): readonly VenueTrade[] {
  const rows = Object.entries(result).find(([name]) => name !== 'last')?.[1];
  if (!Array.isArray(rows)) return [];
  return inOrder(rows.map((row: unknown) => tradeOf(symbol, row)).filter((trade) => trade !== null));
}

function tradeOf(symbol: string, row: unknown): VenueTrade | null {
  if (!Array.isArray(row)) return null;
  const [price, size, seconds, side, , , id] = row as unknown[];
  const [priceText, sizeText] = [plainDecimal(price), plainDecimal(size)];
  if (priceText === null || sizeText === null || !/^\d+$/.test(String(id))) return null;
  const [whole = '', fraction = ''] = String(seconds).split('.');
  const timeUs = usOfText(`${whole}${fraction.slice(0, FRACTION_DIGITS).padEnd(FRACTION_DIGITS, '0')}`);
  if (timeUs !== timeUs) return null;
  const aggressor = side === 'b' ? AGGRESSOR_BUY : side === 's' ? AGGRESSOR_SELL : AGGRESSOR_UNKNOWN;
  const venueTimeUs = unixUs(timeUs);
  return {
    symbol,
    id: String(id),
    price: priceText,
    size: sizeText,
    aggressor,
    venueTimeUs,
    receiveTimeUs: venueTimeUs,
  };
}
