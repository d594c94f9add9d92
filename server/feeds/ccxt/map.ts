import {
  ABSENT,
  AGGRESSOR_BUY,
  AGGRESSOR_SELL,
  AGGRESSOR_UNKNOWN,
  priceTicks,
  sizeLots,
  unixUs,
  type BookEvent,
  type QuoteEvent,
  type StatisticsEvent,
  type TradeEvent,
  type UnixUs,
} from '#protocol';
import { usOfNumber } from '../event-time.ts';
import type { VenueInstrument, VenueListing } from '../venue/ports.ts';
import type { CcxtMarket, CcxtModule, CcxtOrderBook, CcxtTicker, CcxtTrade } from './ccxt-module.ts';

/**
 * ccxt has turned prices and sizes into floats: they are read as the shortest decimal text that gives the same float, which is what the
 * exchange sent as long as that had at most 15 digits.
 */

/** Levels a side that are kept: the wire has 10. */
const LEVELS_MAX = 25;

/** Empty for what is no number. */
export function numberText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}

function usOf(timestampMs: unknown, receiveTimeUs: UnixUs): UnixUs {
  const us = typeof timestampMs === 'number' ? usOfNumber(timestampMs) : Number.NaN;
  return us === us ? unixUs(us) : receiveTimeUs;
}

/** An increment as text; empty where the exchange's precision says none. */
function stepText(precision: unknown, mode: number, module: CcxtModule): string {
  const text = numberText(precision);
  if (text === '') return '';
  if (mode === module.TICK_SIZE) return text;
  // Digits after the point; of digits in all (SIGNIFICANT_DIGITS) no step follows.
  if (mode === module.DECIMAL_PLACES && /^\d{1,2}$/.test(text)) return `1e-${text}`;
  return '';
}

export function listingOf(
  symbol: string,
  market: CcxtMarket,
  mode: number,
  module: CcxtModule,
): VenueListing {
  const { base, quote, type, precision } = market;
  const currency = numberText(quote);
  const kind = typeof type === 'string' && type !== 'spot' ? ` ${type}` : '';
  return {
    symbol,
    name: `${numberText(base) || symbol}${currency === '' ? '' : ` / ${currency}`}${kind}`,
    assetClass: type === 'swap' || type === 'future' ? 'future' : 'crypto',
    currency,
    tick: stepText(precision?.price, mode, module),
    lot: stepText(precision?.amount, mode, module),
  };
}

/** Null when a field is none. */
export function tradeOf(
  trade: CcxtTrade,
  instrument: VenueInstrument,
  receiveTimeUs: UnixUs,
): TradeEvent | null {
  const price = instrument.price(numberText(trade.price));
  const size = instrument.size(numberText(trade.amount));
  if (price !== price || size !== size) return null;
  const { id, side, timestamp } = trade;
  return {
    type: 'trade',
    instrument: instrument.id,
    venueTimeUs: usOf(timestamp, receiveTimeUs),
    receiveTimeUs,
    price: priceTicks(price),
    size: sizeLots(size),
    aggressor: side === 'buy' ? AGGRESSOR_BUY : side === 'sell' ? AGGRESSOR_SELL : AGGRESSOR_UNKNOWN,
    tradeId: numberText(id),
  };
}

/** The best levels as a whole book: ccxt keeps the book and does not say what changed. */
export function bookOf(
  book: CcxtOrderBook,
  instrument: VenueInstrument,
  receiveTimeUs: UnixUs,
): BookEvent | null {
  const bidTexts = levelTexts(book.bids);
  const askTexts = levelTexts(book.asks);
  if (bidTexts === null || askTexts === null) return null;
  const bids: number[] = [];
  const asks: number[] = [];
  if (instrument.levels(bidTexts, bids) + instrument.levels(askTexts, asks) > 0) return null;
  return {
    type: 'book',
    instrument: instrument.id,
    venueTimeUs: usOf(book.timestamp, receiveTimeUs),
    receiveTimeUs,
    snapshot: true,
    bids,
    asks,
  };
}

function levelTexts(levels: unknown): string[][] | null {
  if (!Array.isArray(levels)) return null;
  return levels
    .slice(0, LEVELS_MAX)
    .map((level: unknown) =>
      Array.isArray(level) ? [numberText(level[0]), numberText(level[1])] : ['', ''],
    );
}

/** The last 24 h. Null when it says nothing of them. */
export function statisticsOf(
  ticker: CcxtTicker,
  instrument: VenueInstrument,
  receiveTimeUs: UnixUs,
): StatisticsEvent | null {
  const [open, high, low, volume] = [ticker.open, ticker.high, ticker.low, ticker.baseVolume].map(numberText);
  if (`${open}${high}${low}${volume}` === '') return null;
  return {
    type: 'statistics',
    instrument: instrument.id,
    venueTimeUs: usOf(ticker.timestamp, receiveTimeUs),
    receiveTimeUs,
    open: priceTicks(instrument.price(open!)),
    high: priceTicks(instrument.price(high!)),
    low: priceTicks(instrument.price(low!)),
    volume: sizeLots(instrument.size(volume!)),
  };
}

/** Top of book by the ticker, for exchanges without a book. Null when it has neither side. */
export function quoteOf(
  ticker: CcxtTicker,
  instrument: VenueInstrument,
  receiveTimeUs: UnixUs,
): QuoteEvent | null {
  const bid = priceOrAbsent(ticker.bid, instrument);
  const ask = priceOrAbsent(ticker.ask, instrument);
  if (bid !== bid && ask !== ask) return null;
  const size = (value: unknown): number =>
    numberText(value) === '' ? ABSENT : instrument.size(numberText(value));
  return {
    type: 'quote',
    instrument: instrument.id,
    venueTimeUs: usOf(ticker.timestamp, receiveTimeUs),
    receiveTimeUs,
    bid: priceTicks(bid),
    bidSize: sizeLots(size(ticker.bidVolume)),
    ask: priceTicks(ask),
    askSize: sizeLots(size(ticker.askVolume)),
  };
}

function priceOrAbsent(value: unknown, instrument: VenueInstrument): number {
  const text = numberText(value);
  return text === '' || text === '0' ? ABSENT : instrument.price(text);
}
