import {
  AGGRESSOR_BUY,
  AGGRESSOR_SELL,
  decimalText,
  parseDecimal,
  rescale,
  unixUs,
  type UnixUs,
} from '#protocol';
import type { VenueTrade } from '../venue/ports.ts';

/** Sums that the venue makes are floats: `45955.905192620005`. No size there has more decimals than this. */
const SIZE_DECIMALS = 8;

/** `[ID, MTS, ±AMOUNT, PRICE]`; a positive amount was bought. Null for another row. https://docs.bitfinex.com/reference/ws-public-trades */
export function tradeOf(symbol: string, row: unknown, receiveTimeUs: UnixUs): VenueTrade | null {
  if (!isRow(row)) return null;
  const [id = '', timeMs = '', amount = '', price = ''] = row;
  if (!/^\d+$/.test(id) || !(Number(timeMs) > 0)) return null;
  return {
    symbol,
    id,
    price,
    size: unsigned(amount),
    aggressor: amount.startsWith('-') ? AGGRESSOR_SELL : AGGRESSOR_BUY,
    venueTimeUs: unixUs(Number(timeMs) * 1000),
    receiveTimeUs,
  };
}

export interface BookSides {
  readonly bids: [price: string, size: string][];
  readonly asks: [price: string, size: string][];
}

/**
 * `[PRICE, COUNT, ±AMOUNT]`: a positive amount is a bid; count 0 removes the level, its amount then is 1 or -1.
 * https://docs.bitfinex.com/reference/ws-public-books
 */
export function sidesOf(rows: readonly unknown[]): BookSides {
  const sides: BookSides = { bids: [], asks: [] };
  for (const row of rows) {
    // What is no row is handed on as a level without numbers, so that it is counted.
    const [price = '', count = '', amount = ''] = isRow(row) ? row : [];
    const side = amount.startsWith('-') ? sides.asks : sides.bids;
    side.push([price, count === '0' ? '0' : unsigned(amount)]);
  }
  return sides;
}

/** The part of a ticker that is used, as text. Its sizes are sums of 25 levels, so it makes no quote. */
export interface DayTexts {
  /** The last price less the day's change; empty when that is not exact. */
  readonly open: string;
  readonly volume: string;
  readonly high: string;
  readonly low: string;
}

/**
 * `[BID, BID_SIZE, ASK, ASK_SIZE, DAILY_CHANGE, DAILY_CHANGE_RELATIVE, LAST_PRICE, VOLUME, HIGH, LOW]`
 * https://docs.bitfinex.com/reference/ws-public-ticker
 */
export function dayOf(row: readonly unknown[]): DayTexts | null {
  if (!isRow(row)) return null;
  const [, , , , change, , last, volume, high, low] = row;
  if (change === undefined || last === undefined || volume === undefined) return null;
  if (high === undefined || low === undefined) return null;
  return { open: difference(last, change), volume: rounded(volume), high, low };
}

/** A row of numbers as text; a field that a pair has not is null there. */
function isRow(row: unknown): row is readonly string[] {
  return Array.isArray(row) && row.every((field) => typeof field === 'string');
}

/** left - right of decimal texts. */
function difference(left: string, right: string): string {
  const [from, less] = [parseDecimal(left), parseDecimal(right)];
  if (from === null || less === null) return '';
  const decimals = Math.max(from.decimals, less.decimals);
  const whole =
    rescale(from.mantissa, from.decimals, decimals) - rescale(less.mantissa, less.decimals, decimals);
  return decimalText(whole, decimals);
}

/** Decimal text to 8 decimals, half up, without a float between. */
export function rounded(text: string): string {
  const [, whole, fraction = ''] = /^(\d+)\.(\d+)$/.exec(text) ?? [];
  if (whole === undefined || fraction.length <= SIZE_DECIMALS) return text;
  const up = fraction[SIZE_DECIMALS]! >= '5' ? 1n : 0n;
  const digits = String(BigInt(whole + fraction.slice(0, SIZE_DECIMALS)) + up).padStart(
    SIZE_DECIMALS + 1,
    '0',
  );
  return `${digits.slice(0, -SIZE_DECIMALS)}.${digits.slice(-SIZE_DECIMALS)}`;
}

/** `BTCUSD` -> `USD`, `BTCF0:USTF0` -> `USTF0`. https://docs.bitfinex.com/docs/ws-general#supported-pairs */
export function currencyOf(pair: string): string {
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : pair.slice(-3);
}

function unsigned(text: string): string {
  return text.startsWith('-') ? text.slice(1) : text;
}
