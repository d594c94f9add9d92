import {
  messageOf,
  type BinanceMessage,
  type DepthSnapshot,
  type DepthUpdate,
} from '../feeds/binance/map.ts';
import type { BinanceFrame } from '../feeds/binance/wire.ts';
import type { FrameEvents, FrameFault } from './frame-events.ts';

/** Updates of a book that are kept for a snapshot to come, per symbol: half a minute of the busiest. */
const WAITING_MAX = 512;

type Message<Type extends BinanceMessage['type']> = Extract<BinanceMessage, { type: Type }>;

/** What is known of one symbol's book. */
interface BookState {
  instrument: number;
  lastId: number;
  hasSnapshot: boolean;
  waiting: DepthUpdate[];
}

/** A frame of a combined stream, of a raw one, or an answer of REST with a snapshot of the book. */
export function isBinanceFrame(frame: unknown): frame is BinanceFrame {
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

  take(frame: BinanceFrame, receiveTimeUs: number): FrameFault {
    const message = messageOf(frame);
    switch (message.type) {
      case 'trade':
        return this.#trade(message, receiveTimeUs);
      case 'quote':
        return this.#quote(message, receiveTimeUs);
      case 'depth':
        return this.#depth(message, receiveTimeUs);
      case 'snapshot':
        return this.#snapshot(message, receiveTimeUs);
      case 'malformed':
        return message.reason;
      default:
        this.#events.anomalies.mark('frames_not_played');
        return null;
    }
  }

  #trade(
    { symbol, id, price, size, aggressor, timeUs }: Message<'trade'>,
    receiveTimeUs: number,
  ): FrameFault {
    const instrument = this.#events.instrument('binance', symbol);
    return this.#events.trade(instrument, timeUs, arrival(receiveTimeUs, timeUs), price, size, aggressor, id);
  }

  #quote({ symbol, bid, ask, timeUs }: Message<'quote'>, receiveTimeUs: number): FrameFault {
    const receivedUs = arrival(receiveTimeUs, timeUs);
    if (Number.isNaN(receivedUs)) return 'a time of arrival: the frame has none of the venue';
    const instrument = this.#events.instrument('binance', symbol);
    return this.#events.quote(instrument, timeUs, receivedUs, bid, ask);
  }

  #depth(update: DepthUpdate, receiveTimeUs: number): FrameFault {
    const { symbol, firstId, lastId, previousId, timeUs, bids, asks } = update;
    const book = this.#book(symbol);
    this.#lastSymbol = symbol;
    if (book.hasSnapshot && lastId <= book.lastId) {
      this.#events.anomalies.mark('stale_book_updates');
      return null;
    }
    // Futures name the update before; on spot the ids follow one another.
    const isNext = Number.isNaN(previousId) ? firstId <= book.lastId + 1 : previousId === book.lastId;
    if (book.lastId >= 0 && !isNext) this.#events.anomalies.mark('book_gaps');
    book.lastId = lastId;
    if (!book.hasSnapshot && book.waiting.length < WAITING_MAX) book.waiting.push(update);
    return this.#events.book(book.instrument, timeUs, arrival(receiveTimeUs, timeUs), false, bids, asks);
  }

  #snapshot(snapshot: DepthSnapshot, receiveTimeUs: number): FrameFault {
    const symbol = snapshot.symbol === '' ? this.#lastSymbol : snapshot.symbol;
    if (symbol === '' || Number.isNaN(receiveTimeUs)) {
      this.#events.anomalies.mark('frames_not_played');
      return null;
    }
    const book = this.#book(symbol);
    const { lastId: snapshotId, bids, asks } = snapshot;
    const fault = this.#events.book(book.instrument, receiveTimeUs, receiveTimeUs, true, bids, asks);
    if (fault !== null) return fault;
    for (const update of book.waiting.filter(({ lastId }) => lastId > snapshotId)) {
      this.#events.anomalies.mark('book_updates_played_again');
      const again = this.#events.book(
        book.instrument,
        update.timeUs,
        receiveTimeUs,
        false,
        update.bids,
        update.asks,
      );
      if (again !== null) return again;
    }
    book.waiting = [];
    book.hasSnapshot = true;
    book.lastId = Math.max(book.lastId, snapshotId);
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
