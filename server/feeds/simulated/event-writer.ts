import {
  AGGRESSOR_BUY,
  AGGRESSOR_SELL,
  type BookEvent,
  type InstrumentId,
  LIMITS,
  type PriceTicks,
  type QuoteEvent,
  type SizeLots,
  type StatisticsEvent,
  type TradeEvent,
  type UnixUs,
} from '#protocol';
import type { EventSink } from '../../engine/ports.ts';
import type { OrderBooks } from './order-book.ts';
import type { DayNumbers } from './rolling-day.ts';

type Target = Pick<EventSink, 'onEvent'>;

/**
 * Writes the state of the books into events and hands them on. One object a kind, used again and again, as the contract of
 * MarketEvent allows: nothing is allocated for an event. A simulated venue's clock is ours, so arrival is the venue's time.
 */
export class EventWriter {
  readonly #ids: Int32Array;
  readonly #books: OrderBooks;
  readonly #statistics: StatisticsEvent;
  readonly #quote: QuoteEvent;
  readonly #trade: TradeEvent;
  readonly #book: BookEvent;

  /** `ids` gives the instrument's number in the events by its place in the simulation; it may change. */
  constructor(ids: Int32Array, books: OrderBooks) {
    this.#ids = ids;
    this.#books = books;
    const base = { instrument: 0 as InstrumentId, venueTimeUs: 0 as UnixUs, receiveTimeUs: 0 as UnixUs };
    const price = 0 as PriceTicks;
    const size = 0 as SizeLots;
    this.#statistics = { ...base, type: 'statistics', open: price, high: price, low: price, volume: size };
    this.#quote = { ...base, type: 'quote', bid: price, bidSize: size, ask: price, askSize: size };
    this.#trade = { ...base, type: 'trade', price, size, aggressor: AGGRESSOR_BUY, tradeId: '' };
    this.#book = { ...base, type: 'book', snapshot: true, bids: emptyLevels(), asks: emptyLevels() };
  }

  statistics(index: number, timeUs: UnixUs, day: DayNumbers, sink: Target): void {
    const event = this.#statistics;
    event.instrument = this.#ids[index] as InstrumentId;
    event.venueTimeUs = timeUs;
    event.receiveTimeUs = timeUs;
    event.open = day.open as PriceTicks;
    event.high = day.high as PriceTicks;
    event.low = day.low as PriceTicks;
    event.volume = day.volume as SizeLots;
    sink.onEvent(event);
  }

  /** The best bid and ask. */
  quote(index: number, timeUs: UnixUs, sink: Target): void {
    const event = this.#quote;
    const books = this.#books;
    event.instrument = this.#ids[index] as InstrumentId;
    event.venueTimeUs = timeUs;
    event.receiveTimeUs = timeUs;
    event.bid = books.bid[index] as PriceTicks;
    event.bidSize = books.bidSize[index] as SizeLots;
    event.ask = books.ask[index] as PriceTicks;
    event.askSize = books.askSize[index] as SizeLots;
    sink.onEvent(event);
  }

  /** A trade at the best ask (`side` +1, a buyer came) or at the best bid (-1). The answer holds until the next one. */
  trade(
    index: number,
    timeUs: UnixUs,
    side: 1 | -1,
    relativeVolume: number,
    sink: Target,
  ): Readonly<TradeEvent> {
    const event = this.#trade;
    const books = this.#books;
    event.instrument = this.#ids[index] as InstrumentId;
    event.venueTimeUs = timeUs;
    event.receiveTimeUs = timeUs;
    event.price = (side > 0 ? books.ask[index] : books.bid[index]) as PriceTicks;
    event.size = books.tradeSize(index, relativeVolume) as SizeLots;
    event.aggressor = side > 0 ? AGGRESSOR_BUY : AGGRESSOR_SELL;
    sink.onEvent(event);
    return event;
  }

  /** All ten levels a side. */
  book(index: number, timeUs: UnixUs, sink: Target): void {
    const event = this.#book;
    event.instrument = this.#ids[index] as InstrumentId;
    event.venueTimeUs = timeUs;
    event.receiveTimeUs = timeUs;
    this.#books.levels(index, event.bids, event.asks);
    sink.onEvent(event);
  }
}

function emptyLevels(): number[] {
  return Array.from({ length: 2 * LIMITS.bookLevelsMax }, () => 0);
}
