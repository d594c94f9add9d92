import type { BookEvent, UnixUs } from '#protocol';
import type { IsoTime } from '../iso-time.ts';
import type { VenueFault, VenueInstrument, VenuePort } from '../venue/ports.ts';
import { KrakenBook, type BookSides } from './book.ts';
import type { BookFrame } from './book-text.ts';
import { levelsOf, timeOf } from './map.ts';
import { BOOK_DEPTH } from './subscribe.ts';
import type { KrakenRow } from './wire.ts';

/**
 * The books of one connection, each checked frame by frame.
 *
 * Invariant: only what reproduced the venue's checksum is handed on. A book that did not is forgotten, and nothing of it comes until its
 * next snapshot.
 */
export class KrakenBooks {
  readonly #port: VenuePort;
  readonly #time: IsoTime;
  readonly #books = new Map<string, KrakenBook>();
  readonly #depths = new Map<string, number>();
  readonly #event = {
    type: 'book',
    snapshot: false,
    bids: [] as number[],
    asks: [] as number[],
  } as unknown as BookEvent;

  constructor(port: VenuePort, time: IsoTime) {
    this.#port = port;
    this.#time = time;
  }

  /** The venue says with its answer how deep the book is that it serves. */
  setDepth(symbol: string, depth: number): void {
    this.#depths.set(symbol, depth);
  }

  forget(symbol: string): void {
    this.#books.delete(symbol);
  }

  /** A row as it came: what is wrong with it is told. */
  takeRow(row: KrakenRow, isSnapshot: boolean, receiveTimeUs: UnixUs): void {
    const { symbol, timestamp } = row;
    if (typeof symbol !== 'string') return this.#port.malformed('A book without a symbol.');
    const bids = levelsOf(row.bids);
    const asks = levelsOf(row.asks);
    const checksum = String(row.checksum);
    if (bids === null || asks === null || !/^\d{1,10}$/.test(checksum)) {
      // Without it the book is not known any more.
      if (this.#port.instrument(symbol) === null) return this.#port.unexpected(`book of ${symbol}`);
      return this.#fault('malformed', symbol, 'A change of the book has levels or a checksum that are none.');
    }
    return this.take(
      { isSnapshot, symbol, bids, asks, checksum, timestamp: String(timestamp) },
      receiveTimeUs,
    );
  }

  take(frame: BookFrame, receiveTimeUs: UnixUs): void {
    const { symbol, isSnapshot } = frame;
    const instrument = this.#port.instrument(symbol);
    if (instrument === null) return this.#port.unexpected(`book of ${symbol}`);
    const book = isSnapshot
      ? new KrakenBook(this.#depths.get(symbol) ?? BOOK_DEPTH)
      : this.#books.get(symbol);
    // On its way when the subscription was given up, or behind a fault.
    if (book === undefined) return this.#port.unexpected(`book update of ${symbol} before its snapshot`);
    const changed = book.apply(frame);
    const ours = book.checksum;
    const isRight = ours === Number(frame.checksum);
    this.#port.checksum?.(isRight);
    if (!isRight)
      return this.#fault(
        'checksum',
        symbol,
        `The book's checksum is ${ours} where ${frame.checksum} is due.`,
      );
    if (book.isCrossed) return this.#fault('crossed', symbol, 'The best bid is not below the best ask.');
    if (isSnapshot) this.#books.set(symbol, book);
    return this.#emit(instrument, changed, frame, receiveTimeUs);
  }

  #emit(instrument: VenueInstrument, changed: BookSides, frame: BookFrame, receiveTimeUs: UnixUs): void {
    const event = this.#event;
    event.instrument = instrument.id;
    event.snapshot = frame.isSnapshot;
    event.venueTimeUs = timeOf(frame, this.#time, receiveTimeUs);
    event.receiveTimeUs = receiveTimeUs;
    event.bids.length = 0;
    event.asks.length = 0;
    const refused = instrument.levels(changed.bids, event.bids) + instrument.levels(changed.asks, event.asks);
    if (refused > 0) return this.#fault('malformed', frame.symbol, `${refused} levels are no numbers.`);
    this.#port.event(event);
    return frame.isSnapshot ? this.#port.live(frame.symbol) : undefined;
  }

  #fault(kind: VenueFault['kind'], symbol: string, detail: string): void {
    this.#books.delete(symbol);
    this.#port.fault({ kind, symbol, detail });
  }
}
