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
  type UnixUs,
} from '#protocol';
import { usOfText } from '../event-time.ts';
import { PackedTime } from '../message-pack.ts';
import type { VenueInstrument, VenueTrade } from '../venue/ports.ts';
import type { AlpacaMessage } from './wire.ts';

/**
 * AL3 `tks` of a crypto trade is the taker's side. Stock trades have none, and it is not guessed.
 * AL4 A trade id is unique within its exchange (`x`) only, so both together tell trades apart.
 * AL5 A quote without buyers or sellers has 0 as the price of that side: nothing is said of it.
 */

/** The digits of a number as the venue meant them; empty for what is none. */
export function numberText(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}

/** Microseconds; NaN for what is no time. */
export function timeUs(value: unknown): number {
  if (value instanceof PackedTime) return value.us;
  return typeof value === 'string' ? usOfText(value) : Number.NaN;
}

function idText(value: unknown): string {
  return typeof value === 'string' ? value : numberText(value);
}

/** Null when a field is not as documented. */
export function tradeOf(message: AlpacaMessage, symbol: string, receiveTimeUs: UnixUs): VenueTrade | null {
  const { i, x, p, s, tks, t } = message;
  const venueTimeUs = timeUs(t);
  const id = idText(i);
  const price = numberText(p);
  const size = numberText(s);
  if (venueTimeUs !== venueTimeUs || id === '' || price === '' || size === '') return null;
  return {
    symbol,
    id: typeof x === 'string' && x !== '' ? `${x}:${id}` : id,
    price,
    size,
    aggressor: tks === 'B' ? AGGRESSOR_BUY : tks === 'S' ? AGGRESSOR_SELL : AGGRESSOR_UNKNOWN,
    venueTimeUs: unixUs(venueTimeUs),
    receiveTimeUs,
  };
}

export function quoteOf(
  message: AlpacaMessage,
  instrument: VenueInstrument,
  receiveTimeUs: UnixUs,
): QuoteEvent | null {
  const { bp, bs, ap, as, t } = message;
  const venueTimeUs = timeUs(t);
  const [bid, bidSize, ask, askSize] = [bp, bs, ap, as].map(numberText) as [string, string, string, string];
  if (venueTimeUs !== venueTimeUs || bid === '' || bidSize === '' || ask === '' || askSize === '')
    return null;
  const hasBid = bid !== '0';
  const hasAsk = ask !== '0';
  return {
    type: 'quote',
    instrument: instrument.id,
    venueTimeUs: unixUs(venueTimeUs),
    receiveTimeUs,
    bid: priceTicks(hasBid ? instrument.price(bid) : ABSENT),
    bidSize: sizeLots(hasBid ? instrument.size(bidSize) : ABSENT),
    ask: priceTicks(hasAsk ? instrument.price(ask) : ABSENT),
    askSize: sizeLots(hasAsk ? instrument.size(askSize) : ABSENT),
  };
}

/** The day so far. Its `t` is the day's begin, so it is stamped by its arrival. */
export function statisticsOf(
  message: AlpacaMessage,
  instrument: VenueInstrument,
  receiveTimeUs: UnixUs,
): StatisticsEvent | null {
  const { o, h, l, v } = message;
  const [open, high, low, volume] = [o, h, l, v].map(numberText) as [string, string, string, string];
  if (open === '' || high === '' || low === '' || volume === '') return null;
  return {
    type: 'statistics',
    instrument: instrument.id,
    venueTimeUs: receiveTimeUs,
    receiveTimeUs,
    open: priceTicks(instrument.price(open)),
    high: priceTicks(instrument.price(high)),
    low: priceTicks(instrument.price(low)),
    volume: sizeLots(instrument.size(volume)),
  };
}

/** Levels of a crypto book, of which size 0 removes one. Null when the message is not as documented. */
export function bookOf(
  message: AlpacaMessage,
  instrument: VenueInstrument,
  receiveTimeUs: UnixUs,
): BookEvent | null {
  const venueTimeUs = timeUs(message.t);
  const bidTexts = levelTexts(message.b);
  const askTexts = levelTexts(message.a);
  if (venueTimeUs !== venueTimeUs || bidTexts === null || askTexts === null) return null;
  const bids: number[] = [];
  const asks: number[] = [];
  if (instrument.levels(bidTexts, bids) + instrument.levels(askTexts, asks) > 0) return null;
  return {
    type: 'book',
    instrument: instrument.id,
    venueTimeUs: unixUs(venueTimeUs),
    receiveTimeUs,
    snapshot: message.r === true,
    bids,
    asks,
  };
}

function levelTexts(value: unknown): string[][] | null {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return null;
  const texts = (value as unknown[]).map((level) => {
    const { p, s } = (level ?? {}) as { p?: unknown; s?: unknown };
    return [numberText(p), numberText(s)];
  });
  return texts.every(([price, size]) => price !== '' && size !== '') ? texts : null;
}

/** The names of a list, as the answer to a subscription has them. */
export function names(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
}
