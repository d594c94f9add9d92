import {
  BIT_ASK,
  BIT_ASK_SIZE,
  BIT_BID,
  BIT_BID_SIZE,
  BIT_LAST,
  BIT_RANGE,
  BIT_TRADE,
  LIMITS,
  type BarEvent,
  type BookEvent,
  type InstrumentId,
  type QuoteColumns,
  type QuoteEvent,
  type StatisticsEvent,
  type TradeEvent,
} from '#protocol';
import { Book } from './book.ts';
import { clearQuoteColumns, emptyQuoteColumns, grow, growQuoteColumns } from './columns.ts';

/**
 * Last value of every instrument and field, one column a field, with the version of its last change. Methods return the bits
 * of what changed; equal values change nothing.
 */
export class MarketState {
  readonly columns: QuoteColumns = emptyQuoteColumns();
  /** Version stamp of the last change of each instrument; 0 = never. */
  #version: Float64Array = new Float64Array(0);
  #books: (Book | undefined)[] = [];

  /** Makes room for `size` instruments. */
  reserve(size: number): void {
    growQuoteColumns(this.columns, size);
    this.#version = grow(this.#version, size, 0);
  }

  version(id: number): number {
    return this.#version[id]!;
  }

  stamp(id: number, version: number): void {
    this.#version[id] = version;
  }

  trade(event: TradeEvent): number {
    const { columns } = this;
    const id = event.instrument;
    let bits = BIT_TRADE;
    columns.lastSize[id] = event.size;
    columns.tradeTimeUs[id] = event.venueTimeUs;
    const volume = columns.volume[id]!;
    columns.volume[id] = (volume === volume ? volume : 0) + event.size;
    if (columns.last[id] !== event.price) {
      columns.last[id] = event.price;
      bits |= BIT_LAST;
    }
    if (!(event.price <= columns.high[id]!)) {
      columns.high[id] = event.price;
      bits |= BIT_RANGE;
    }
    if (!(event.price >= columns.low[id]!)) {
      columns.low[id] = event.price;
      bits |= BIT_RANGE;
    }
    return bits;
  }

  quote(event: QuoteEvent): number {
    return this.#top(event.instrument, event.bid, event.bidSize, event.ask, event.askSize);
  }

  statistics(event: StatisticsEvent): number {
    const { columns } = this;
    const id = event.instrument;
    let bits = 0;
    if (set(columns.volume, id, event.volume)) bits |= BIT_TRADE;
    if (set(columns.high, id, event.high)) bits |= BIT_RANGE;
    if (set(columns.low, id, event.low)) bits |= BIT_RANGE;
    return bits;
  }

  /** Takes a finished bar as if it were the trades that made it. */
  bar(event: BarEvent): number {
    const { columns } = this;
    const id = event.instrument;
    const volume = columns.volume[id]!;
    columns.volume[id] = (volume === volume ? volume : 0) + event.volume;
    columns.tradeTimeUs[id] = event.venueTimeUs;
    let bits = BIT_TRADE;
    if (set(columns.last, id, event.close)) bits |= BIT_LAST;
    if (!(event.high <= columns.high[id]!)) bits |= set(columns.high, id, event.high) ? BIT_RANGE : 0;
    if (!(event.low >= columns.low[id]!)) bits |= set(columns.low, id, event.low) ? BIT_RANGE : 0;
    return bits;
  }

  /** Takes book levels; the top of the book becomes the quote. */
  book(event: BookEvent): number {
    const book = (this.#books[event.instrument] ??= new Book());
    book.apply(event.snapshot, event.bids, event.asks);
    const bid = book.bestBid;
    const ask = book.bestAsk;
    return this.#top(
      event.instrument,
      bid?.price ?? NaN,
      bid?.size ?? NaN,
      ask?.price ?? NaN,
      ask?.size ?? NaN,
    );
  }

  /** The wire's share of a book: flat levels of both sides. Undefined when the source never sent one. */
  bookLevels(id: InstrumentId): { bids: number[]; asks: number[] } | undefined {
    const book = this.#books[id];
    return book && { bids: book.bids(LIMITS.bookLevelsMax), asks: book.asks(LIMITS.bookLevelsMax) };
  }

  clear(): void {
    clearQuoteColumns(this.columns);
    this.#version.fill(0);
    this.#books = [];
  }

  /** NaN on a side leaves that side as it is. */
  #top(id: number, bid: number, bidSize: number, ask: number, askSize: number): number {
    const { columns } = this;
    let bits = 0;
    if (set(columns.bid, id, bid)) bits |= BIT_BID;
    if (set(columns.bidSize, id, bidSize)) bits |= BIT_BID_SIZE;
    if (set(columns.ask, id, ask)) bits |= BIT_ASK;
    if (set(columns.askSize, id, askSize)) bits |= BIT_ASK_SIZE;
    return bits;
  }
}

/** Sets a known value; false when it is NaN or already there. */
function set(column: Float64Array, id: number, value: number): boolean {
  if (value !== value || column[id] === value) return false;
  column[id] = value;
  return true;
}
