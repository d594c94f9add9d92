import type { UnixUs } from '#protocol';
import { Book } from '../../engine/book.ts';
import type { VenueFault, VenueInstrument, VenuePort } from '../venue/ports.ts';
import { bookEvent } from './book-event.ts';
import type { BookRows } from './map.ts';

/** Differences that wait for the snapshot: minutes of the busiest pair. */
const WAITING_MAX = 4_096;

/**
 * The whole depth of one pair from `diff_order_book_`, as recorded sessions have it; live sessions ask for the top (BS7).
 * Invariant: between a fault and the next snapshot nothing is handed on.
 *
 * BS9 The book is GET /order_book/{pair}/ and the differences that are newer, by microtimestamp: they are kept until the answer is here,
 *     and those that are not newer than the snapshot are left out.
 * BS10 An answer that is older than the first difference that was kept may have a hole before it: it is asked for again.
 * BS11 Differences come in the order of their microtimestamp, and leave no bid at or above an ask.
 */
export class DifferenceBook {
  readonly #symbol: string;
  readonly #instrument: VenueInstrument;
  readonly #port: VenuePort;
  #waiting: { rows: BookRows; receiveTimeUs: UnixUs }[] = [];
  #watched: Book | null = null;
  #revision = 0;
  /** Of the snapshot, then of the newest difference. */
  #lastTimeUs = 0;
  #hasDifference = false;

  constructor(symbol: string, instrument: VenueInstrument, port: VenuePort) {
    this.#symbol = symbol;
    this.#instrument = instrument;
    this.#port = port;
  }

  get hasBook(): boolean {
    return this.#watched !== null;
  }

  drop(): void {
    this.#watched = null;
    this.#waiting = [];
    this.#lastTimeUs = 0;
    this.#hasDifference = false;
  }

  /** BS9. True when a snapshot is wanted. */
  take(rows: BookRows, receiveTimeUs: UnixUs): boolean {
    if (this.#watched !== null) {
      this.#apply(rows, receiveTimeUs);
      return false;
    }
    if (this.#waiting.length === WAITING_MAX) this.#waiting = [];
    this.#waiting.push({ rows, receiveTimeUs });
    return true;
  }

  /** BS9, BS10. False when it is too old. */
  snapshot(rows: BookRows, receiveTimeUs: UnixUs): boolean {
    if (this.hasBook) return true;
    if (this.#waiting.length > 0 && rows.timeUs < this.#waiting[0]!.rows.timeUs) return false;
    const event = bookEvent(this.#port, this.#instrument, rows, true, receiveTimeUs);
    if (event === null) {
      this.#fault('malformed', 'The snapshot of REST holds what is no number.');
      return true;
    }
    this.#port.event(event);
    this.#watched = new Book();
    this.#revision = this.#instrument.revision ?? 0;
    this.#watched.apply(true, event.bids, event.asks);
    this.#lastTimeUs = rows.timeUs;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { rows: later, receiveTimeUs: timeUs } of waiting) this.#apply(later, timeUs);
    return true;
  }

  /** No snapshot is to be had: what was kept is handed on as it is. A book without its beginning; it never counts as live. */
  release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { rows, receiveTimeUs } of waiting) {
      const event = bookEvent(this.#port, this.#instrument, rows, false, receiveTimeUs);
      if (event !== null) this.#port.event(event);
    }
  }

  #apply(rows: BookRows, receiveTimeUs: UnixUs): void {
    if (this.#watched === null) return;
    if (rows.timeUs <= this.#lastTimeUs) {
      if (!this.#hasDifference || rows.timeUs === this.#lastTimeUs) return;
      const backMs = (this.#lastTimeUs - rows.timeUs) / 1000;
      return this.#fault('order', `A difference is ${backMs} ms older than the one before.`);
    }
    this.#lastTimeUs = rows.timeUs;
    this.#hasDifference = true;
    const event = bookEvent(this.#port, this.#instrument, rows, false, receiveTimeUs);
    if (event === null) return this.#fault('malformed', 'A difference holds what is no number.');
    this.#port.event(event);
    // In finer units than the snapshot: what was watched cannot be compared any more, so the top is learnt anew.
    if ((this.#instrument.revision ?? 0) !== this.#revision) {
      this.#revision = this.#instrument.revision ?? 0;
      this.#watched = new Book();
    }
    this.#watched.apply(false, event.bids, event.asks);
    const { bidPrice, askPrice } = this.#watched;
    if (bidPrice >= askPrice)
      return this.#fault('crossed', `The best bid is ${bidPrice - askPrice} ticks above the best ask.`);
    return undefined;
  }

  #fault(kind: VenueFault['kind'], detail: string): void {
    this.drop();
    this.#port.fault({ kind, symbol: this.#symbol, detail });
  }
}
