import { AGGRESSOR_BUY, AGGRESSOR_SELL } from '#protocol';
import type { FrameEvents, FrameFault, TextLevel } from './frame-events.ts';

/** Updates of a book that are kept for a snapshot to come, per symbol: half a minute of the busiest. */
const WAITING_MAX = 512;

/** Fields of https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md; times in ms. */
interface BinanceData {
  e?: string;
  s?: string;
  E?: number;
  T?: number;
  t?: number;
  p?: string;
  q?: string;
  m?: boolean;
  u?: number;
  U?: number;
  pu?: number;
  b?: unknown;
  B?: string;
  a?: unknown;
  A?: string;
  lastUpdateId?: number;
  bids?: unknown;
  asks?: unknown;
}

interface BookUpdate {
  firstId: number;
  lastId: number;
  venueTimeUs: number;
  bids: TextLevel[];
  asks: TextLevel[];
}

/** What is known of one symbol's book. */
interface BookState {
  instrument: number;
  lastId: number;
  hasSnapshot: boolean;
  waiting: BookUpdate[];
}

/** A frame of a combined stream, of a raw one, or an answer of REST with a snapshot of the book. */
export function isBinanceFrame(frame: unknown): frame is BinanceData | { stream: string; data: BinanceData } {
  if (typeof frame !== 'object' || frame === null) return false;
  if ('stream' in frame && 'data' in frame) return /^[^@]+@/.test(String(frame.stream));
  if ('lastUpdateId' in frame && 'bids' in frame && 'asks' in frame) return true;
  return 'e' in frame && 's' in frame && 'E' in frame;
}

/**
 * trade, aggTrade, bookTicker, depthUpdate and snapshots of REST. Not a check of the book: a hole in the chain of updates is counted.
 * Updates that came before the snapshot they belong to are played again behind it, as the venue's page asks.
 */
export class BinanceFrames {
  readonly #events: FrameEvents;
  readonly #books = new Map<string, BookState>();
  /** The symbol of the last update: an answer of REST does not name its own. */
  #lastSymbol = '';

  constructor(events: FrameEvents) {
    this.#events = events;
  }

  take(frame: BinanceData | { stream: string; data: BinanceData }, receiveTimeUs: number): FrameFault {
    const stream = 'stream' in frame ? frame.stream : '';
    const data = 'stream' in frame ? frame.data : frame;
    const symbol = data.s ?? stream.split('@')[0]!.toUpperCase();
    if (data.lastUpdateId !== undefined) return this.#snapshot(data, symbol, receiveTimeUs);
    switch (data.e ?? (stream.endsWith('@bookTicker') ? 'bookTicker' : '')) {
      case 'trade':
      case 'aggTrade':
        return this.#trade(data, symbol, receiveTimeUs);
      case 'bookTicker':
        return this.#bookTicker(data, symbol, receiveTimeUs);
      case 'depthUpdate':
        return this.#depth(data, symbol, receiveTimeUs);
      default:
        this.#events.anomalies.mark('frames_not_played');
        return null;
    }
  }

  #trade(data: BinanceData, symbol: string, receiveTimeUs: number): FrameFault {
    const { p: price, q: size, m: isBuyerMaker } = data;
    const timeMs = data.T ?? data.E;
    const id = data.t ?? (data as { a?: number }).a;
    if (typeof price !== 'string' || typeof size !== 'string' || timeMs === undefined)
      return 'price, size and time of a trade';
    const venueTimeUs = timeMs * 1000;
    const instrument = this.#events.instrument('binance', symbol);
    // The buyer rested in the book, so the seller crossed the spread.
    const aggressor = isBuyerMaker === true ? AGGRESSOR_SELL : AGGRESSOR_BUY;
    const receivedUs = arrival(receiveTimeUs, venueTimeUs);
    return this.#events.trade(instrument, venueTimeUs, receivedUs, price, size, aggressor, String(id ?? ''));
  }

  #bookTicker(data: BinanceData, symbol: string, receiveTimeUs: number): FrameFault {
    const { b: bid, B: bidSize, a: ask, A: askSize } = data;
    if (typeof bid !== 'string' || typeof ask !== 'string' || bidSize === undefined || askSize === undefined)
      return 'the best prices and sizes';
    // On spot these frames have no time of the venue.
    const timeMs = data.T ?? data.E;
    const venueTimeUs = timeMs === undefined ? Number.NaN : timeMs * 1000;
    const receivedUs = arrival(receiveTimeUs, venueTimeUs);
    if (Number.isNaN(receivedUs)) return 'a time of arrival: the frame has none of the venue';
    const instrument = this.#events.instrument('binance', symbol);
    return this.#events.quote(instrument, venueTimeUs, receivedUs, [bid, bidSize], [ask, askSize]);
  }

  #depth(data: BinanceData, symbol: string, receiveTimeUs: number): FrameFault {
    const { U: firstId, u: lastId, E: timeMs } = data;
    const bids = levelsOf(data.b);
    const asks = levelsOf(data.a);
    if (
      firstId === undefined ||
      lastId === undefined ||
      timeMs === undefined ||
      bids === null ||
      asks === null
    )
      return 'the ids, the time and the sides of a change of the book';
    const venueTimeUs = timeMs * 1000;
    const book = this.#book(symbol);
    this.#lastSymbol = symbol;
    if (book.hasSnapshot && lastId <= book.lastId) {
      this.#events.anomalies.mark('stale_book_updates');
      return null;
    }
    // Futures name the update before; on spot the ids follow one another.
    const isNext = data.pu === undefined ? firstId <= book.lastId + 1 : data.pu === book.lastId;
    if (book.lastId >= 0 && !isNext) this.#events.anomalies.mark('book_gaps');
    book.lastId = lastId;
    if (!book.hasSnapshot && book.waiting.length < WAITING_MAX)
      book.waiting.push({ firstId, lastId, venueTimeUs, bids, asks });
    return this.#events.book(
      book.instrument,
      venueTimeUs,
      arrival(receiveTimeUs, venueTimeUs),
      false,
      bids,
      asks,
    );
  }

  #snapshot(data: BinanceData, named: string, receiveTimeUs: number): FrameFault {
    const bids = levelsOf(data.bids);
    const asks = levelsOf(data.asks);
    const symbol = named === '' ? this.#lastSymbol : named;
    if (bids === null || asks === null || data.lastUpdateId === undefined) return 'the sides of a book';
    if (symbol === '' || Number.isNaN(receiveTimeUs)) {
      this.#events.anomalies.mark('frames_not_played');
      return null;
    }
    const book = this.#book(symbol);
    const { lastUpdateId } = data;
    const fault = this.#events.book(book.instrument, receiveTimeUs, receiveTimeUs, true, bids, asks);
    if (fault !== null) return fault;
    for (const update of book.waiting.filter(({ lastId }) => lastId > lastUpdateId)) {
      this.#events.anomalies.mark('book_updates_played_again');
      const again = this.#events.book(
        book.instrument,
        update.venueTimeUs,
        receiveTimeUs,
        false,
        update.bids,
        update.asks,
      );
      if (again !== null) return again;
    }
    book.waiting = [];
    book.hasSnapshot = true;
    book.lastId = Math.max(book.lastId, lastUpdateId);
    return null;
  }

  #book(symbol: string): BookState {
    let book = this.#books.get(symbol);
    if (book === undefined) {
      const instrument = this.#events.instrument('binance', symbol);
      book = { instrument, lastId: -1, hasSnapshot: false, waiting: [] };
      this.#books.set(symbol, book);
    }
    return book;
  }
}

/** Where nobody wrote down when a frame arrived, the venue's time stands for it. */
function arrival(receiveTimeUs: number, venueTimeUs: number): number {
  return Number.isNaN(receiveTimeUs) ? venueTimeUs : receiveTimeUs;
}

function levelsOf(value: unknown): TextLevel[] | null {
  return Array.isArray(value) ? (value as TextLevel[]) : null;
}
