import { AGGRESSOR_BUY, AGGRESSOR_SELL, AGGRESSOR_UNKNOWN, type Aggressor } from '#protocol';
import { NO_TRADE_ID } from '../tape/event-block.ts';
import type { RecordingBuilder } from '../tape/recording-builder.ts';
import type { AnomalyCounter } from './anomaly-counter.ts';
import { DBN_PRICE_PLACES } from './dbn-numbers.ts';
import { DecimalCell } from './decimal-cell.ts';
import type { EventCounts } from './event-counts.ts';
import { OrderLevels, type OrderId } from './order-levels.ts';

/** https://databento.com/docs/standards-and-conventions/common-fields-enums-types#flags */
const FLAG_LAST = 0x80;
const FLAG_TOP_OF_BOOK = 0x40;
const FLAG_LEVEL = 0x10;

/** Letters of sides: of a trade the side of who crossed the spread. */
const ASK = 'A';
const BID = 'B';

/** A message about one order, https://databento.com/docs/schemas-and-data-formats/mbo. */
export interface OrderMessage {
  action: string;
  side: string;
  id: OrderId;
  /** Billionths; NaN where the message has none. */
  price: number;
  size: number;
  flags: number;
  venueTimeUs: number;
  receiveTimeUs: number;
}

export const NOT_EXACT = 'numbers that 53 bits hold exactly beside the others of their instrument';

export function databentoAggressor(side: string): Aggressor {
  if (side === BID) return AGGRESSOR_BUY;
  return side === ASK ? AGGRESSOR_SELL : AGGRESSOR_UNKNOWN;
}

/**
 * Makes trades and level books of messages about orders: add, cancel, modify, clear; trades and fills leave the book as it is, the
 * cancel that follows them does not. Messages of one event of the venue become one change of the book, at the one that is marked as the
 * last.
 */
export class DatabentoOrders {
  readonly #builder: RecordingBuilder;
  readonly #anomalies: AnomalyCounter;
  readonly #counts: EventCounts;
  readonly #books = new Map<number, OrderLevels>();
  readonly #price = new DecimalCell();

  constructor(builder: RecordingBuilder, anomalies: AnomalyCounter, counts: EventCounts) {
    this.#builder = builder;
    this.#anomalies = anomalies;
    this.#counts = counts;
  }

  /** What cannot be kept, as a sentence says it after "expected"; null when all went well. */
  take(instrument: number, message: OrderMessage): string | null {
    const { action, flags, venueTimeUs, receiveTimeUs } = message;
    this.#anomalies.row(instrument, venueTimeUs, receiveTimeUs);
    const book = this.#book(instrument);
    const fault = action === 'T' ? this.#trade(instrument, message) : this.#apply(book, message);
    if (fault !== null || (flags & FLAG_LAST) === 0 || !book.hasChanges) return fault;
    return this.#emit(instrument, book, venueTimeUs, receiveTimeUs);
  }

  #emit(instrument: number, book: OrderLevels, venueTimeUs: number, receiveTimeUs: number): string | null {
    if (book.emit(this.#builder, instrument, venueTimeUs, receiveTimeUs) !== 'none') return NOT_EXACT;
    this.#counts.book += 1;
    return null;
  }

  #book(instrument: number): OrderLevels {
    let book = this.#books.get(instrument);
    if (book === undefined) {
      book = new OrderLevels(DBN_PRICE_PLACES);
      this.#books.set(instrument, book);
    }
    return book;
  }

  #apply(book: OrderLevels, { action, side, id, price, size, flags }: OrderMessage): string | null {
    const isBid = side === BID;
    switch (action) {
      case 'R':
        book.clear();
        return null;
      case 'C':
        if (!book.reduce(id, size)) this.#anomalies.mark('unknown_orders');
        return null;
      case 'A':
      case 'M':
        if (!isBid && side !== ASK) return 'the side of an order';
        if ((flags & FLAG_TOP_OF_BOOK) !== 0) {
          book.clearSide(isBid);
          if (!Number.isNaN(price)) book.setLevel(isBid, price, size);
          return null;
        }
        if (Number.isNaN(price)) return 'the price of an order';
        if ((flags & FLAG_LEVEL) !== 0) book.setLevel(isBid, price, size);
        else book.add(id, isBid, price, size);
        return null;
      case 'F':
      case 'N':
        return null;
      default:
        this.#anomalies.mark('records_not_played');
        return null;
    }
  }

  #trade(instrument: number, message: OrderMessage): string | null {
    const { price, size, side, venueTimeUs, receiveTimeUs } = message;
    if (Number.isNaN(price)) return 'the price of a trade';
    if (size === 0) {
      this.#anomalies.zeroSize();
      return null;
    }
    const number = this.#price;
    number.mantissa = price;
    number.decimals = 0;
    number.shift(DBN_PRICE_PLACES);
    const misfit = this.#builder.trade(
      instrument,
      venueTimeUs,
      receiveTimeUs,
      number.mantissa,
      number.decimals,
      size,
      0,
      databentoAggressor(side),
      NO_TRADE_ID,
    );
    if (misfit !== 'none') return NOT_EXACT;
    this.#counts.trade += 1;
    return null;
  }
}
