import {
  BIT_ASK,
  BIT_ASK_SIZE,
  BIT_BID,
  BIT_BID_SIZE,
  BIT_LAST,
  BIT_RANGE,
  BIT_TRADE,
  LIMITS,
  QUOTE_FIELDS,
  type BarEvent,
  type BookEvent,
  type InstrumentId,
  type QuoteColumns,
  type QuoteEvent,
  type StatisticsEvent,
  type TradeEvent,
} from '#protocol';
import { Book } from './book.ts';
import type { InstrumentState } from './instrument-state.ts';
import { isLateTrade } from './late-trade.ts';
import { clearQuoteColumns, emptyQuoteColumns, grow, growQuoteColumns } from './columns.ts';

const DAY_S = 86_400;
const DAY_US = DAY_S * 1_000_000;

/** Numbers of the day that a source tells by itself, so that they are not begun anew here. */
const TOLD_OPEN = 1;
const TOLD_RANGE = 2;
const TOLD_VOLUME = 4;

/**
 * Last value of every instrument and field, one column a field, with the version of its last change. Methods return the bits
 * of what changed; equal values change nothing.
 *
 * Numbers of the day that no source tells begin anew with the first trade or bar of another UTC day, as the bar of that day does.
 */
export class MarketState {
  readonly columns: QuoteColumns = emptyQuoteColumns();
  /** Version stamp of the last change of each instrument; 0 = never. */
  #version: Float64Array = new Float64Array(0);
  #books: (Book | undefined)[] = [];
  /** End of the UTC day that the numbers of the day are of; NaN before the first trade. */
  #dayEndUs: Float64Array = new Float64Array(0);
  #told: Float64Array = new Float64Array(0);

  /** Makes room for `size` instruments. */
  reserve(size: number): void {
    growQuoteColumns(this.columns, size);
    this.#version = grow(this.#version, size, 0);
    this.#dayEndUs = grow(this.#dayEndUs, size, Number.NaN);
    this.#told = grow(this.#told, size, 0);
  }

  version(id: number): number {
    return this.#version[id]!;
  }

  stamp(id: number, version: number): void {
    this.#version[id] = version;
  }

  /**
   * To be asked before a trade, or a bar by its start, is taken. Drops the numbers of another day.
   * @returns whether its price is the open of a new day
   */
  beginsDay(id: number, timeUs: number): boolean {
    const endUs = this.#dayEndUs[id]!;
    if (timeUs < endUs) return false;
    this.#dayEndUs[id] = (Math.floor(timeUs / DAY_US) + 1) * DAY_US;
    // What is known before the first trade is of its day.
    if (endUs !== endUs) return false;
    const { volume, high, low } = this.columns;
    const told = this.#told[id]!;
    if ((told & TOLD_VOLUME) === 0) volume[id] = Number.NaN;
    if ((told & TOLD_RANGE) === 0) high[id] = low[id] = Number.NaN;
    return (told & TOLD_OPEN) === 0;
  }

  /** Time of the newest trade, where this one is late; else NaN. */
  behind(event: TradeEvent): number {
    const newestUs = this.columns.tradeTimeUs[event.instrument]!;
    return isLateTrade(event, newestUs) ? newestUs : Number.NaN;
  }

  trade(event: TradeEvent): number {
    const { columns } = this;
    const id = event.instrument;
    const behindUs = this.behind(event);
    const isLate = behindUs === behindUs;
    // The numbers are of one day: a late one of the day before has its place in that day's bar.
    if (isLate && event.venueTimeUs < this.#dayEndUs[id]! - DAY_US) return 0;
    let bits = BIT_TRADE;
    if (!isLate) {
      columns.lastSize[id] = event.size;
      columns.tradeTimeUs[id] = event.venueTimeUs;
      if (columns.last[id] !== event.price) {
        columns.last[id] = event.price;
        bits |= BIT_LAST;
      }
    }
    const volume = columns.volume[id]!;
    columns.volume[id] = (volume === volume ? volume : 0) + event.size;
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
    const { open, high, low, volume } = event;
    if (open === open) this.#told[id]! |= TOLD_OPEN;
    if (high === high || low === low) this.#told[id]! |= TOLD_RANGE;
    if (volume === volume) this.#told[id]! |= TOLD_VOLUME;
    let bits = 0;
    if (set(columns.volume, id, volume)) bits |= BIT_TRADE;
    if (set(columns.high, id, high)) bits |= BIT_RANGE;
    if (set(columns.low, id, low)) bits |= BIT_RANGE;
    return bits;
  }

  /**
   * Takes a finished bar as if it were the trades that made it.
   * @param counted its volume where it comes again, as it was taken before
   */
  bar(event: BarEvent, counted = 0): number {
    const { columns } = this;
    const id = event.instrument;
    const volume = columns.volume[id]!;
    columns.volume[id] = (volume === volume ? volume : 0) + event.volume - counted;
    columns.tradeTimeUs[id] = event.venueTimeUs;
    let bits = BIT_TRADE;
    if (set(columns.last, id, event.close)) bits |= BIT_LAST;
    if (!(event.high <= columns.high[id]!)) bits |= set(columns.high, id, event.high) ? BIT_RANGE : 0;
    if (!(event.low >= columns.low[id]!)) bits |= set(columns.low, id, event.low) ? BIT_RANGE : 0;
    return bits;
  }

  /**
   * Takes book levels; the top of the book becomes the quote. A side whose last level went is absent from then on; a side that
   * never had one says nothing.
   * @param onDropped told how many levels had no room
   */
  book(event: BookEvent, onDropped: (levels: number) => void): number {
    const { columns } = this;
    const id = event.instrument;
    const book = (this.#books[id] ??= new Book());
    const hadBid = book.bidPrice === book.bidPrice;
    const hadAsk = book.askPrice === book.askPrice;
    const dropped = book.apply(event.snapshot, event.bids, event.asks);
    if (dropped > 0) onDropped(dropped);
    const bid = book.bidPrice;
    const ask = book.askPrice;
    let bits = this.#top(id, bid, book.bidSize, ask, book.askSize);
    if (hadBid && bid !== bid) {
      if (unset(columns.bid, id)) bits |= BIT_BID;
      if (unset(columns.bidSize, id)) bits |= BIT_BID_SIZE;
    }
    if (hadAsk && ask !== ask) {
      if (unset(columns.ask, id)) bits |= BIT_ASK;
      if (unset(columns.askSize, id)) bits |= BIT_ASK_SIZE;
    }
    return bits;
  }

  /** Writes all values of an instrument in other units. A factor of NaN voids what it stands for. */
  rescale(id: number, price: number, size: number): void {
    const { last, bid, ask, high, low, lastSize, volume, bidSize, askSize } = this.columns;
    for (const column of [last, bid, ask, high, low]) column[id]! *= price;
    for (const column of [lastSize, volume, bidSize, askSize]) column[id]! *= size;
    if (price * size === price * size) this.#books[id]?.rescale(price, size);
    else this.#books[id] = undefined;
  }

  /** The best levels of a book, the wire's share unless told: flat, both sides. Undefined when the source never sent one. */
  bookLevels(
    id: InstrumentId,
    levels: number = LIMITS.bookLevelsMax,
  ): { bids: number[]; asks: number[] } | undefined {
    const book = this.#books[id];
    return book && { bids: book.bids(levels), asks: book.asks(levels) };
  }

  /** Takes a whole state in place of what is known of the instrument. */
  load(state: InstrumentState): void {
    const id = state.instrument;
    for (const field of QUOTE_FIELDS) this.columns[field][id] = state[field];
    this.loadDay(state);
    this.#books[id] = undefined;
    if (state.book === null) return;
    const book = (this.#books[id] = new Book());
    book.apply(true, state.book.bids, state.book.asks);
  }

  /** Which day the numbers of a state are of, and who made them: those of no source are those of the bar of the day. */
  loadDay({ instrument: id, open, high, low, volume, bars }: InstrumentState): void {
    const day = bars.find(({ intervalSeconds }) => intervalSeconds === DAY_S);
    this.#dayEndUs[id] = day === undefined ? Number.NaN : (day.startS + DAY_S) * 1_000_000;
    let told = 0;
    if (open === open && open !== day?.open) told |= TOLD_OPEN;
    if ((high === high && high !== day?.high) || (low === low && low !== day?.low)) told |= TOLD_RANGE;
    if (volume === volume && volume !== day?.volume) told |= TOLD_VOLUME;
    this.#told[id] = told;
  }

  clear(): void {
    clearQuoteColumns(this.columns);
    this.#version.fill(0);
    this.#dayEndUs.fill(Number.NaN);
    this.#told.fill(0);
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

/** Makes a value absent; false when it was. */
function unset(column: Float64Array, id: number): boolean {
  if (Number.isNaN(column[id])) return false;
  column[id] = Number.NaN;
  return true;
}
