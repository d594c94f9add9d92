import type { BookEvent, UnixUs } from '#protocol';
import type { IsoTime } from '../iso-time.ts';
import type { VenueFault, VenueInstrument, VenuePort } from '../venue/ports.ts';
import { KrakenBook } from './book.ts';
import { levelsOf, timeOf } from './map.ts';
import { BOOK_DEPTH } from './subscribe.ts';
import type { KrakenLevel, KrakenRow } from './wire.ts';

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

  take(row: KrakenRow, isSnapshot: boolean, receiveTimeUs: UnixUs): void {
    const { symbol } = row;
    if (typeof symbol !== 'string') return this.#port.malformed('A book without a symbol.');
    const instrument = this.#port.instrument(symbol);
    if (instrument === null) return this.#port.unexpected(`book of ${symbol}`);
    const book = isSnapshot
      ? new KrakenBook(this.#depths.get(symbol) ?? BOOK_DEPTH)
      : this.#books.get(symbol);
    // On its way when the subscription was given up, or behind a fault.
    if (book === undefined) return this.#port.unexpected(`book update of ${symbol} before its snapshot`);
    const bids = levelsOf(row.bids);
    const asks = levelsOf(row.asks);
    if (bids === null || asks === null || !/^\d{1,10}$/.test(String(row.checksum)))
      return this.#fault('malformed', symbol, 'A change of the book has levels or a checksum that are none.');
    const changed = book.apply({ bids, asks });
    const ours = book.checksum;
    const isRight = ours === Number(row.checksum);
    this.#port.checksum?.(isRight);
    if (!isRight)
      return this.#fault(
        'checksum',
        symbol,
        `The book's checksum is ${ours} where ${String(row.checksum)} is due.`,
      );
    if (book.isCrossed) return this.#fault('crossed', symbol, 'The best bid is not below the best ask.');
    this.#books.set(symbol, book);
    return this.#emit(instrument, changed, row, isSnapshot, receiveTimeUs);
  }

  #emit(
    instrument: VenueInstrument,
    { bids, asks }: { bids: KrakenLevel[]; asks: KrakenLevel[] },
    row: KrakenRow,
    isSnapshot: boolean,
    receiveTimeUs: UnixUs,
  ): void {
    const event = this.#event;
    event.instrument = instrument.id;
    event.snapshot = isSnapshot;
    event.venueTimeUs = timeOf(row, this.#time, receiveTimeUs);
    event.receiveTimeUs = receiveTimeUs;
    event.bids.length = 0;
    event.asks.length = 0;
    const refused = instrument.levels(bids, event.bids) + instrument.levels(asks, event.asks);
    if (refused > 0) return this.#fault('malformed', instrument.symbol, `${refused} levels are no numbers.`);
    this.#port.event(event);
    if (isSnapshot) this.#port.live(instrument.symbol);
  }

  #fault(kind: VenueFault['kind'], symbol: string, detail: string): void {
    this.#books.delete(symbol);
    this.#port.fault({ kind, symbol, detail });
  }
}
