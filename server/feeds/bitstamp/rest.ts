import {
  AGGRESSOR_BUY,
  AGGRESSOR_SELL,
  priceTicks,
  sizeLots,
  unixUs,
  type StatisticsEvent,
  type UnixUs,
} from '#protocol';
import type { VenueInstrument, VenueListing, VenueRest, VenueTrade } from '../venue/ports.ts';
import { bookOf, type BookRows } from './map.ts';
import type { BitstampBook, BitstampPair, BitstampTicker, BitstampTransaction } from './wire.ts';

/** More digits after the point than any decimal here has. */
const DECIMALS_MAX = 18;

/**
 * BS14 "counter_decimals: Counter decimal precision", "base_decimals": prices and amounts are multiples of 10 to the power of minus that.
 * GET /trading-pairs-info/: https://www.bitstamp.net/api/#tag/Market-info
 */
export async function listings(rest: VenueRest, symbols: readonly string[]): Promise<VenueListing[]> {
  const pairs = jsonOf(await rest.text('/trading-pairs-info/'));
  if (!Array.isArray(pairs)) throw new Error("Bitstamp's list of pairs is no JSON list.");
  const wanted = new Set(symbols);
  return (pairs as unknown[]).flatMap((row) => {
    const {
      url_symbol: symbol,
      name,
      description,
      base_decimals,
      counter_decimals,
    } = (row ?? {}) as BitstampPair;
    if (typeof symbol !== 'string' || (wanted.size > 0 && !wanted.has(symbol))) return [];
    const pair = typeof name === 'string' ? name : '';
    return {
      symbol,
      name: typeof description === 'string' && description !== '' ? description : pair || symbol,
      assetClass: 'crypto' as const,
      currency: pair.split('/')[1] ?? '',
      tick: stepText(counter_decimals),
      lot: stepText(base_decimals),
    };
  });
}

/** Null when the answer is no book. @throws Error when there is no answer */
export async function restBook(rest: VenueRest, symbol: string): Promise<BookRows | null> {
  const book = jsonOf(await rest.text(`/order_book/${encodeURIComponent(symbol)}/`));
  return typeof book === 'object' && book !== null ? bookOf(book as BitstampBook) : null;
}

/**
 * BS15 There is no channel for the numbers of a day: GET /ticker/{pair}/ has "last 24 hours price high", "low", "volume", and the price
 *      24 hours ago. Between two answers the engine adds the trades that come.
 * Null when the answer is no ticker. @throws Error when there is no answer
 */
export async function restStatistics(
  rest: VenueRest,
  instrument: VenueInstrument,
  nowUs: () => UnixUs,
): Promise<StatisticsEvent | null> {
  const answer = jsonOf(await rest.text(`/ticker/${encodeURIComponent(instrument.symbol)}/`));
  if (typeof answer !== 'object' || answer === null) return null;
  const { open_24: open24, open, high, low, volume } = answer as BitstampTicker;
  const price = (text: unknown) =>
    priceTicks(typeof text === 'string' ? instrument.price(text) || Number.NaN : Number.NaN);
  const timeUs = nowUs();
  return {
    type: 'statistics',
    instrument: instrument.id,
    venueTimeUs: timeUs,
    receiveTimeUs: timeUs,
    open: price(open24 ?? open),
    high: price(high),
    low: price(low),
    volume: sizeLots(typeof volume === 'string' ? instrument.size(volume) : Number.NaN),
  };
}

/**
 * BS18 Ids are of all pairs together, so a hole cannot be seen in them. What a connection missed while there was none is in
 *      GET /transactions/{pair}/: with "time=minute" the trades of the last minute, newest first, in seconds.
 * Oldest first; empty when the answer is no list. @throws Error when there is no answer
 */
export async function restTrades(rest: VenueRest, symbol: string): Promise<VenueTrade[]> {
  const rows = jsonOf(await rest.text(`/transactions/${encodeURIComponent(symbol)}/?time=minute`));
  if (!Array.isArray(rows)) return [];
  return (rows as unknown[])
    .flatMap((row): VenueTrade[] => {
      const { date, tid: id, price, amount: size, type } = (row ?? {}) as BitstampTransaction;
      const side = String(type);
      if (!isDigits(date) || !isDigits(id) || typeof price !== 'string' || typeof size !== 'string')
        return [];
      if (side !== '0' && side !== '1') return [];
      const timeUs = unixUs(Number(date) * 1_000_000);
      const aggressor = side === '0' ? AGGRESSOR_BUY : AGGRESSOR_SELL;
      return [{ symbol, id, price, size, aggressor, venueTimeUs: timeUs, receiveTimeUs: timeUs }];
    })
    .toSorted((a, b) => Number(a.id) - Number(b.id));
}

function isDigits(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,15}$/.test(value);
}

/** 2 -> `0.01`; empty for what is no number of digits. */
function stepText(decimals: unknown): string {
  const isCount = typeof decimals === 'number' && Number.isInteger(decimals);
  if (!isCount || decimals < 0 || decimals > DECIMALS_MAX) return '';
  return decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
