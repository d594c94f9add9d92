import { AGGRESSOR_BUY, AGGRESSOR_SELL, type Aggressor } from '#protocol';
import { usOfNumber } from '../event-time.ts';
import type { BinanceFrame, BinanceLevel, BinancePayload } from './wire.ts';

/**
 * What frames mean, in the venue's words. Pure and total.
 *
 * Rules of https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md:
 * BN1 Combined streams wrap: `{"stream":"<streamName>","data":<rawPayload>}`.
 * BN2 "m: Is the buyer the market maker?": then the seller crossed the spread.
 * BN3 `T` is the time of the trade, `E` that of the event, mostly another. `bookTicker` of spot has neither. "All time and timestamp
 *     related fields are milliseconds by default", microseconds with `timeUnit=MICROSECOND`: told apart by magnitude.
 * BN4 `trade` and `aggTrade` number what they carry without a hole, each by itself.
 * The rules of the book are in `depth.ts`.
 */
export type BinanceMessage =
  | {
      readonly type: 'trade';
      readonly symbol: string;
      readonly isAggregate: boolean;
      readonly id: string;
      readonly price: string;
      readonly size: string;
      readonly aggressor: Aggressor;
      readonly timeUs: number;
    }
  | {
      readonly type: 'quote';
      readonly symbol: string;
      /** The update of the book that it shows; NaN where it does not say. */
      readonly updateId: number;
      readonly bid: BinanceLevel;
      readonly ask: BinanceLevel;
      /** NaN on spot. */
      readonly timeUs: number;
    }
  | DepthUpdate
  | DepthSnapshot
  | {
      readonly type: 'statistics';
      readonly symbol: string;
      readonly open: string;
      readonly high: string;
      readonly low: string;
      readonly volume: string;
      readonly timeUs: number;
    }
  | { readonly type: 'answer'; readonly id: unknown; readonly error: string }
  | { readonly type: 'shutdown' }
  /** A stream that exists and that we have no use for. */
  | { readonly type: 'unused'; readonly kind: string; readonly symbol: string }
  | { readonly type: 'unknown'; readonly kind: string }
  /** `reason`: what it should have held. */
  | { readonly type: 'malformed'; readonly symbol: string; readonly reason: string };

export interface DepthUpdate {
  readonly type: 'depth';
  readonly symbol: string;
  readonly firstId: number;
  readonly lastId: number;
  /** Futures only: the update before; NaN on spot, where ids follow one another. */
  readonly previousId: number;
  readonly bids: readonly BinanceLevel[];
  readonly asks: readonly BinanceLevel[];
  readonly timeUs: number;
}

export interface DepthSnapshot {
  readonly type: 'snapshot';
  /** Empty where nothing names it: an answer of REST. */
  readonly symbol: string;
  /** From a stream of the best 5, 10 or 20 levels: not the whole book. */
  readonly isPartial: boolean;
  readonly lastId: number;
  readonly bids: readonly BinanceLevel[];
  readonly asks: readonly BinanceLevel[];
}

/** Events of other streams, those of futures in the second line. Those of all markets at once (`!miniTicker@arr`) are arrays. */
const UNUSED =
  /^(?:kline|avgPrice|blockTrade|referencePrice|1hTicker|4hTicker|1dTicker|markPriceUpdate|forceOrder|continuous_kline|indexPrice|compositeIndex|contractInfo|assetIndexUpdate)/;

/** BN1. */
export function messageOf(frame: BinanceFrame): BinanceMessage {
  const { stream, data } = frame;
  if (typeof stream !== 'string') return payloadMessage(frame, '');
  return typeof data === 'object' && data !== null
    ? payloadMessage(data, stream)
    : malformed('', 'an object under data');
}

function payloadMessage(payload: BinancePayload, stream: string): BinanceMessage {
  const { e: kind } = payload;
  switch (kind) {
    case undefined:
      return unnamedMessage(payload, stream);
    case 'bookTicker':
      return quoteMessage(payload);
    case 'depthUpdate':
      return depthMessage(payload);
    case 'trade':
      return tradeMessage(payload, payload.t, false);
    case 'aggTrade':
      return tradeMessage(payload, payload.a, true);
    case '24hrTicker':
    case '24hrMiniTicker':
      return statisticsMessage(payload);
    case 'serverShutdown':
      return { type: 'shutdown' };
    default:
      return UNUSED.test(String(kind))
        ? { type: 'unused', kind: String(kind), symbol: String(payload.s ?? '') }
        : { type: 'unknown', kind: String(kind) };
  }
}

function unnamedMessage(payload: BinancePayload, stream: string): BinanceMessage {
  if (stream.endsWith('@bookTicker') || (payload.u !== undefined && payload.s !== undefined))
    return quoteMessage(payload);
  if (payload.lastUpdateId !== undefined)
    return snapshotOf(payload, stream) ?? malformed('', 'the sides of a book');
  if (payload.result !== undefined || payload.error !== undefined || payload.code !== undefined)
    return { type: 'answer', id: payload.id, error: errorOf(payload) };
  if (Array.isArray(payload))
    return { type: 'unused', kind: stream === '' ? 'an array' : stream, symbol: '' };
  return { type: 'unknown', kind: stream === '' ? 'an object of no kind' : stream };
}

function tradeMessage(payload: BinancePayload, id: unknown, isAggregate: boolean): BinanceMessage {
  const { s: symbol, p: price, q: size, m: isBuyerMaker } = payload;
  const timeUs = timeOf(payload.T ?? payload.E);
  if (
    typeof symbol !== 'string' ||
    typeof price !== 'string' ||
    typeof size !== 'string' ||
    timeUs !== timeUs
  )
    return malformed(symbol, 'price, size and time of a trade');
  return {
    type: 'trade',
    symbol,
    isAggregate,
    id: isId(id) ? String(id) : '',
    price,
    size,
    // BN2.
    aggressor: isBuyerMaker === true ? AGGRESSOR_SELL : AGGRESSOR_BUY,
    timeUs,
  };
}

function quoteMessage(payload: BinancePayload): BinanceMessage {
  const { s: symbol, b: bid, B: bidSize, a: ask, A: askSize, u: updateId } = payload;
  if (
    typeof symbol !== 'string' ||
    typeof bid !== 'string' ||
    typeof bidSize !== 'string' ||
    typeof ask !== 'string' ||
    typeof askSize !== 'string'
  )
    return malformed(symbol, 'the best prices and sizes');
  // BN3.
  const timeUs = timeOf(payload.T ?? payload.E);
  return {
    type: 'quote',
    symbol,
    updateId: isId(updateId) ? updateId : Number.NaN,
    bid: [bid, bidSize],
    ask: [ask, askSize],
    timeUs,
  };
}

function depthMessage(payload: BinancePayload): BinanceMessage {
  const { s: symbol, U: firstId, u: lastId, pu } = payload;
  const timeUs = timeOf(payload.E);
  const bids = levelsOf(payload.b);
  const asks = levelsOf(payload.a);
  if (
    typeof symbol !== 'string' ||
    !isId(firstId) ||
    !isId(lastId) ||
    timeUs !== timeUs ||
    bids === null ||
    asks === null
  )
    return malformed(symbol, 'the ids, the time and the sides of a change of the book');
  return {
    type: 'depth',
    symbol,
    firstId,
    lastId,
    previousId: isId(pu) ? pu : Number.NaN,
    bids,
    asks,
    timeUs,
  };
}

/** A book as REST answers it, or as a stream of its best levels sends it; null for what is none. */
export function snapshotOf(payload: BinancePayload, stream = ''): DepthSnapshot | null {
  const { lastUpdateId: lastId } = payload;
  const bids = levelsOf(payload.bids);
  const asks = levelsOf(payload.asks);
  if (!isId(lastId) || bids === null || asks === null) return null;
  // BN7: of these only the stream names the symbol.
  const symbol = stream.split('@')[0]!.toUpperCase();
  return { type: 'snapshot', symbol, isPartial: stream !== '', lastId, bids, asks };
}

function statisticsMessage(payload: BinancePayload): BinanceMessage {
  const { s: symbol, o: open, h: high, l: low, v: volume } = payload;
  const timeUs = timeOf(payload.E);
  if (
    typeof symbol !== 'string' ||
    typeof open !== 'string' ||
    typeof high !== 'string' ||
    typeof low !== 'string' ||
    typeof volume !== 'string' ||
    timeUs !== timeUs
  )
    return malformed(symbol, 'the prices and the volume of 24 h');
  return { type: 'statistics', symbol, open, high, low, volume, timeUs };
}

/** Empty when all is well. Older servers write code and msg without `error` around them. */
function errorOf(payload: BinancePayload): string {
  const error = (payload.error ?? payload) as { code?: unknown; msg?: unknown };
  if (error.code === undefined && error.msg === undefined)
    return payload.error === undefined ? '' : 'an error';
  return `${String(error.msg ?? 'an error')} (${String(error.code ?? 'no code')})`;
}

/** Null when one row is no level: a book with a level missing is a wrong book. */
function levelsOf(rows: unknown): readonly BinanceLevel[] | null {
  if (!Array.isArray(rows)) return null;
  for (const row of rows as unknown[]) {
    if (!Array.isArray(row) || typeof row[0] !== 'string' || typeof row[1] !== 'string') return null;
  }
  return rows as unknown as readonly BinanceLevel[];
}

/** BN3. NaN for what is no time. */
function timeOf(value: unknown): number {
  return typeof value === 'number' ? usOfNumber(value) : Number.NaN;
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function malformed(symbol: unknown, reason: string): BinanceMessage {
  return { type: 'malformed', symbol: typeof symbol === 'string' ? symbol : '', reason };
}
