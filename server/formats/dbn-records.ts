import { NO_TRADE_ID } from '../tape/event-block.ts';
import type { BarNumbers } from '../tape/bar-numbers.ts';
import type { Misfit, RecordingBuilder } from '../tape/recording-builder.ts';
import type { AnomalyCounter } from './anomaly-counter.ts';
import { DBN_PRICE_PLACES, countAt, DbnPrice, priceAt, sizeAt, timeUsAt } from './dbn-numbers.ts';
import { databentoAggressor, DatabentoOrders, NOT_EXACT } from './databento-orders.ts';
import type { DbnSymbols } from './dbn-symbols.ts';
import { compareDecimals } from './decimal-compare.ts';
import type { EventCounts } from './event-counts.ts';
import { LevelChanges } from './level-changes.ts';

/** What cannot be kept of a record, as a sentence says it after "expected". */
export type RecordFault = string | null;

const TRADE_BYTES = 48;
const LEVEL_BYTES = 32;
const BAR_BYTES = 56;
const SECOND_US = 1_000_000;

/** Offsets within a record, https://github.com/databento/dbn/blob/main/rust/dbn/src/record.rs. */
const PUBLISHED_ID = 4;
const VENUE_TIME = 8;
const PRICE = 16;
const SIZE = 24;
const ACTION = 28;
const SIDE = 29;
const FLAGS = 30;
const RECEIVE_TIME = 32;
const LEVELS = 48;
/** Within a message about an order, where they stand in another order. */
const ORDER_BYTES = 56;
const ORDER = { id: 16, price: 24, size: 32, flags: 36, action: 38, side: 39, receiveTime: 40 } as const;
const UINT32 = 4_294_967_296;

const TRADE = 84; // T
const FLAG_BAD_RECEIVE_TIME = 0x08;
const FLAG_MAYBE_BAD_BOOK = 0x04;

/**
 * Turns records of fixed size into events of a builder. `T` records are trades; the levels of the others, and of these, become
 * quotes, with ten levels the changes of the book. Not a reader of the stream: it is handed whole records.
 */
export class DbnRecords {
  readonly #builder: RecordingBuilder;
  readonly #symbols: DbnSymbols;
  readonly #anomalies: AnomalyCounter;
  readonly #counts: EventCounts;
  readonly #price = new DbnPrice();
  readonly #ask = new DbnPrice();
  readonly #books = new Map<number, LevelChanges>();
  readonly #opens = new DbnPrice();
  readonly #highs = new DbnPrice();
  readonly #lows = new DbnPrice();
  readonly #bar: BarNumbers;
  readonly #orders: DatabentoOrders;

  constructor(
    builder: RecordingBuilder,
    symbols: DbnSymbols,
    anomalies: AnomalyCounter,
    counts: EventCounts,
  ) {
    this.#builder = builder;
    this.#symbols = symbols;
    this.#anomalies = anomalies;
    this.#counts = counts;
    this.#orders = new DatabentoOrders(builder, anomalies, counts);
    this.#bar = {
      open: this.#opens,
      high: this.#highs,
      low: this.#lows,
      close: this.#price,
      volume: { mantissa: 0, decimals: 0 },
    };
  }

  /** A trade alone (`trades`), or with one level (`mbp-1`, `tbbo`) or ten (`mbp-10`). */
  message(view: DataView, at: number, levels: number): RecordFault {
    const receiveTimeUs = timeUsAt(view, at + RECEIVE_TIME);
    const sentTimeUs = timeUsAt(view, at + VENUE_TIME);
    const venueTimeUs = sentTimeUs === sentTimeUs ? sentTimeUs : receiveTimeUs;
    const timeUs = receiveTimeUs === receiveTimeUs ? receiveTimeUs : venueTimeUs;
    if (timeUs !== timeUs) return 'a time in ts_event or ts_recv';
    const id = view.getUint32(at + PUBLISHED_ID, true);
    const instrument = this.#symbols.number(id, timeUs);
    this.#countFlags(view.getUint8(at + FLAGS));
    this.#anomalies.row(instrument, venueTimeUs, timeUs);
    if (view.getUint8(at + ACTION) === TRADE) {
      const fault = this.#trade(view, at, instrument, venueTimeUs, timeUs);
      if (fault !== null) return fault;
    }
    if (levels === 0) return null;
    return levels === 1
      ? this.#quote(view, at + LEVELS, instrument, venueTimeUs, timeUs)
      : this.#levels(view, at + LEVELS, levels, instrument, venueTimeUs, timeUs);
  }

  /** The best prices at the end of an interval. The last trade that stands beside them is not all trades, so it is none here. */
  bestAtInterval(view: DataView, at: number): RecordFault {
    const timeUs = timeUsAt(view, at + RECEIVE_TIME);
    if (timeUs !== timeUs) return 'a time in ts_recv';
    const instrument = this.#symbols.number(view.getUint32(at + PUBLISHED_ID, true), timeUs);
    this.#countFlags(view.getUint8(at + FLAGS));
    this.#anomalies.row(instrument, timeUs, timeUs);
    return this.#quote(view, at + LEVELS, instrument, timeUs, timeUs);
  }

  /** A message about one order (`mbo`). */
  order(view: DataView, at: number): RecordFault {
    const receiveTimeUs = timeUsAt(view, at + ORDER.receiveTime);
    const sentTimeUs = timeUsAt(view, at + VENUE_TIME);
    const timeUs = receiveTimeUs === receiveTimeUs ? receiveTimeUs : sentTimeUs;
    if (timeUs !== timeUs) return 'a time in ts_event or ts_recv';
    const price = priceAt(view, at + ORDER.price);
    if (price === Number.POSITIVE_INFINITY) return NOT_EXACT;
    const flags = view.getUint8(at + ORDER.flags);
    this.#countFlags(flags);
    const high = view.getUint32(at + ORDER.id + 4, true);
    const id = high * UINT32 + view.getUint32(at + ORDER.id, true);
    const instrument = this.#symbols.number(view.getUint32(at + PUBLISHED_ID, true), timeUs);
    return this.#orders.take(instrument, {
      action: String.fromCharCode(view.getUint8(at + ORDER.action)),
      side: String.fromCharCode(view.getUint8(at + ORDER.side)),
      id: Number.isSafeInteger(id) ? id : String(view.getBigUint64(at + ORDER.id, true)),
      price,
      size: view.getUint32(at + ORDER.size, true),
      flags,
      venueTimeUs: sentTimeUs === sentTimeUs ? sentTimeUs : timeUs,
      receiveTimeUs: timeUs,
    });
  }

  bar(view: DataView, at: number, seconds: number): RecordFault {
    const startUs = timeUsAt(view, at + VENUE_TIME);
    if (startUs !== startUs) return 'the start of the bar in ts_event';
    const instrument = this.#symbols.number(view.getUint32(at + PUBLISHED_ID, true), startUs);
    const isRead =
      this.#opens.read(view, at + PRICE) &&
      this.#highs.read(view, at + PRICE + 8) &&
      this.#lows.read(view, at + PRICE + 16) &&
      this.#price.read(view, at + PRICE + 24);
    const volume = countAt(view, at + PRICE + 32);
    if (!isRead || volume === Number.POSITIVE_INFINITY) return NOT_EXACT;
    if ([this.#opens, this.#highs, this.#lows, this.#price].some(({ mantissa }) => mantissa !== mantissa))
      return 'the four prices of a bar';
    this.#bar.volume.mantissa = volume;
    const endUs = startUs + seconds * SECOND_US;
    const misfit = this.#builder.bar(instrument, endUs, endUs, startUs, seconds, this.#bar);
    if (misfit !== 'none') return NOT_EXACT;
    this.#counts.bar += 1;
    this.#anomalies.bar(instrument, endUs, seconds);
    return null;
  }

  #countFlags(flags: number): void {
    if ((flags & FLAG_BAD_RECEIVE_TIME) !== 0) this.#anomalies.mark('bad_receive_time');
    if ((flags & FLAG_MAYBE_BAD_BOOK) !== 0) this.#anomalies.mark('maybe_bad_book');
  }

  #trade(
    view: DataView,
    at: number,
    instrument: number,
    venueTimeUs: number,
    receiveTimeUs: number,
  ): RecordFault {
    const price = this.#price;
    if (!price.read(view, at + PRICE)) return NOT_EXACT;
    const size = sizeAt(view, at + SIZE);
    if (Number.isNaN(price.mantissa) || Number.isNaN(size)) return 'price and size of a trade';
    if (size === 0) {
      this.#anomalies.zeroSize();
      return null;
    }
    const misfit = this.#builder.trade(
      instrument,
      venueTimeUs,
      receiveTimeUs,
      price.mantissa,
      price.decimals,
      size,
      0,
      databentoAggressor(String.fromCharCode(view.getUint8(at + SIDE))),
      NO_TRADE_ID,
    );
    this.#counts.trade += misfit === 'none' ? 1 : 0;
    return misfit === 'none' ? null : NOT_EXACT;
  }

  #quote(
    view: DataView,
    at: number,
    instrument: number,
    venueTimeUs: number,
    receiveTimeUs: number,
  ): RecordFault {
    const bid = this.#price;
    const ask = this.#ask;
    if (!bid.read(view, at) || !ask.read(view, at + 8)) return NOT_EXACT;
    const misfit: Misfit = this.#builder.quote(
      instrument,
      venueTimeUs,
      receiveTimeUs,
      bid.mantissa,
      bid.decimals,
      Number.isNaN(bid.mantissa) ? Number.NaN : sizeAt(view, at + 16),
      0,
      ask.mantissa,
      ask.decimals,
      Number.isNaN(ask.mantissa) ? Number.NaN : sizeAt(view, at + 20),
      0,
    );
    if (misfit !== 'none') return NOT_EXACT;
    this.#counts.quote += 1;
    this.#anomalies.spread(compareDecimals(ask.mantissa, ask.decimals, bid.mantissa, bid.decimals));
    return null;
  }

  #levels(
    view: DataView,
    at: number,
    levels: number,
    instrument: number,
    venueTimeUs: number,
    receiveTimeUs: number,
  ): RecordFault {
    let book = this.#books.get(instrument);
    if (book === undefined) {
      book = new LevelChanges(DBN_PRICE_PLACES);
      this.#books.set(instrument, book);
    }
    book.begin();
    for (let level = 0; level < levels; level += 1) {
      const from = at + level * LEVEL_BYTES;
      const bid = priceAt(view, from);
      const ask = priceAt(view, from + 8);
      if (bid === Number.POSITIVE_INFINITY || ask === Number.POSITIVE_INFINITY) return NOT_EXACT;
      const bidSize = view.getUint32(from + 16, true);
      const askSize = view.getUint32(from + 20, true);
      if (bid === bid && bidSize > 0) book.bids.push(bid, bidSize);
      if (ask === ask && askSize > 0) book.asks.push(ask, askSize);
    }
    const { misfit, hasEvent } = book.emit(this.#builder, instrument, venueTimeUs, receiveTimeUs);
    if (misfit !== 'none') return NOT_EXACT;
    if (hasEvent) this.#counts.book += 1;
    this.#anomalies.spread(book.spread);
    return null;
  }
}

interface RecordKind {
  /** Fewest bytes; a time of sending may follow. */
  readonly bytes: number;
  readonly take: (records: DbnRecords, view: DataView, at: number) => RecordFault;
}

const message = (levels: number): RecordKind => ({
  bytes: TRADE_BYTES + levels * LEVEL_BYTES,
  take: (records, view, at) => records.message(view, at, levels),
});
const order: RecordKind = {
  bytes: ORDER_BYTES,
  take: (records, view, at) => records.order(view, at),
};
const atInterval: RecordKind = {
  bytes: TRADE_BYTES + LEVEL_BYTES,
  take: (records, view, at) => records.bestAtInterval(view, at),
};
const bars = (seconds: number): RecordKind => ({
  bytes: BAR_BYTES,
  take: (records, view, at) => records.bar(view, at, seconds),
});

/** By the type in a record's second byte. */
export const RECORD_KINDS: ReadonlyMap<number, RecordKind> = new Map([
  [0x00, message(0)],
  [0x01, message(1)],
  [0x0a, message(10)],
  [0x20, bars(1)],
  [0x21, bars(60)],
  [0x22, bars(3_600)],
  [0x23, bars(86_400)],
  [0x24, bars(86_400)],
  [0xa0, order],
  // Consolidated feeds differ in what stands behind the sizes.
  [0xb1, message(1)],
  [0xc0, atInterval],
  [0xc1, atInterval],
  [0xc2, message(1)],
  [0xc3, atInterval],
  [0xc4, atInterval],
]);
