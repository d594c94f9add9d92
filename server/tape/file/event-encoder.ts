import type { BarEvent, BookEvent, MarketEvent, QuoteEvent, StatisticsEvent, TradeEvent } from '#protocol';
import { TradeView } from '../trade-view.ts';
import { ByteColumn, ESCAPE_ABSENT, ESCAPE_TEXT } from './byte-column.ts';
import {
  COLUMNS,
  KIND_BAR,
  KIND_BOOK,
  KIND_QUOTE,
  KIND_STATISTICS,
  KIND_TRADE,
  LAST_ASK,
  LAST_ASK_SIZE,
  LAST_BID,
  LAST_BID_SIZE,
  LAST_BLOCK,
  LAST_BOOK_ASK,
  LAST_BOOK_BID,
  LAST_CLOSE,
  LAST_HIGH,
  LAST_LOW,
  LAST_OPEN,
  LAST_TRADE_ID,
  LAST_TRADE_PRICE,
  LAST_VENUE_TIME,
  LAST_VOLUME,
  ROW,
  TAG_AGGRESSOR_SHIFT,
  TAG_SAME_INSTRUMENT,
  TAG_SNAPSHOT,
  TAG_VENUE_IS_RECEIVE,
  TAG_VENUE_MS,
  type ColumnName,
} from './event-kinds.ts';

const ROWS_START = 64;
const MS_US = 1_000;

/** A trade id that a number gives back: at most 15 digits, no leading zero. */
const PLAIN_ID = /^(?:0|[1-9]\d{0,14})$/;
const PLAIN_ID_END = 1e15;

/**
 * Events on their way into one block, column by column. Not a check of their values: `isRecordable` comes first. Invariant: what it
 * holds can be read without any other block of events.
 */
export class EventEncoder {
  events = 0;
  readonly #columns = Object.fromEntries(COLUMNS.map((name) => [name, new ByteColumn()])) as Record<
    ColumnName,
    ByteColumn
  >;
  #rows: Float64Array = new Float64Array(ROWS_START * ROW);
  /** Number of the block that is being filled; a row of another block counts as zeros. */
  #block = 1;
  #instrument = -1;
  #receiveTimeUs = 0;
  /** Numbers that a decoder holds for these events. */
  #numbers = 0;
  #texts = 0;

  /** Bytes so far, before compression. */
  get bytes(): number {
    let bytes = 0;
    for (const name of COLUMNS) bytes += this.#columns[name].length;
    return bytes;
  }

  take(event: MarketEvent): void {
    const { instrument, venueTimeUs, receiveTimeUs } = event;
    const columns = this.#columns;
    const row = this.#row(instrument);
    let tag = 0;
    if (instrument === this.#instrument) tag = TAG_SAME_INSTRUMENT;
    else columns.instrument.unsigned(instrument);
    this.#instrument = instrument;
    columns.receiveTime.difference(receiveTimeUs, this.#receiveTimeUs);
    this.#receiveTimeUs = receiveTimeUs;
    tag |= this.#venueTime(row, venueTimeUs, receiveTimeUs);
    columns.tag.byte(tag | this.#content(row, event));
    this.events += 1;
  }

  /** The block's content; the encoder is empty afterwards. */
  seal(into: ByteColumn): void {
    into.unsigned(this.events);
    into.unsigned(this.#numbers);
    into.unsigned(this.#texts);
    for (const name of COLUMNS) into.unsigned(this.#columns[name].length);
    for (const name of COLUMNS) {
      into.append(this.#columns[name].bytes);
      this.#columns[name].clear();
    }
    this.events = 0;
    this.#numbers = 0;
    this.#texts = 0;
    this.#block += 1;
    this.#instrument = -1;
    this.#receiveTimeUs = 0;
  }

  #row(instrument: number): number {
    const row = instrument * ROW;
    if (row + ROW > this.#rows.length) {
      const longer = new Float64Array(Math.max(2 * this.#rows.length, row + ROW));
      longer.set(this.#rows);
      this.#rows = longer;
    }
    if (this.#rows[row + LAST_BLOCK] !== this.#block) {
      this.#rows.fill(0, row, row + ROW);
      this.#rows[row + LAST_BLOCK] = this.#block;
    }
    return row;
  }

  /** Bits of the tag. */
  #venueTime(row: number, venueTimeUs: number, receiveTimeUs: number): number {
    const rows = this.#rows;
    // The first of a block is written against its arrival, which lies near.
    const base = rows[row + LAST_VENUE_TIME] || receiveTimeUs;
    rows[row + LAST_VENUE_TIME] = venueTimeUs;
    if (venueTimeUs === receiveTimeUs) return TAG_VENUE_IS_RECEIVE;
    const moved = venueTimeUs - base;
    const movedMs = Math.floor(moved / MS_US);
    // Not the remainder, which for floats is a call into C.
    const isMs = movedMs * MS_US === moved && Number.isSafeInteger(moved);
    this.#columns.venueTime.difference(isMs ? movedMs : venueTimeUs, isMs ? 0 : base);
    return isMs ? TAG_VENUE_MS : 0;
  }

  #content(row: number, event: MarketEvent): number {
    switch (event.type) {
      case 'trade':
        return this.#trade(row, event);
      case 'quote':
        return this.#quote(row, event);
      case 'book':
        return this.#book(row, event);
      case 'statistics':
        return this.#statistics(row, event);
      case 'bar':
        return this.#bar(row, event);
    }
  }

  #trade(row: number, event: TradeEvent): number {
    const { price, size, aggressor } = event;
    const rows = this.#rows;
    const { tradePrice, tradeSize } = this.#columns;
    tradePrice.difference(price, rows[row + LAST_TRADE_PRICE]!);
    rows[row + LAST_TRADE_PRICE] = price;
    tradeSize.unsigned(size);
    const id = TradeView.idOf(event);
    if (id >= 0 && id < PLAIN_ID_END) this.#plainId(row, id);
    else this.#idText(row, event.tradeId);
    this.#numbers += 3;
    return KIND_TRADE | (aggressor << TAG_AGGRESSOR_SHIFT);
  }

  #plainId(row: number, id: number): void {
    const rows = this.#rows;
    this.#columns.tradeId.difference(id, rows[row + LAST_TRADE_ID]! + 1);
    rows[row + LAST_TRADE_ID] = id;
  }

  #idText(row: number, tradeId: string): void {
    const { tradeId: ids, tradeIdText } = this.#columns;
    if (tradeId === '') return ids.escape(ESCAPE_ABSENT);
    if (PLAIN_ID.test(tradeId)) return this.#plainId(row, Number(tradeId));
    ids.escape(ESCAPE_TEXT);
    tradeIdText.text(tradeId);
    this.#texts += 1;
  }

  /** Bits 0-3 of the mask: the value is written. Bits 4-7: it is absent. Neither: as before. */
  #quote(row: number, { bid, bidSize, ask, askSize }: QuoteEvent): number {
    const rows = this.#rows;
    const { quotePrice, quoteSize, quoteMask } = this.#columns;
    const lastBid = rows[row + LAST_BID]!;
    let mask = 0;
    if (bid !== bid) mask |= 0x10;
    else if (bid !== lastBid) {
      mask |= 0x01;
      quotePrice.difference(bid, lastBid);
      rows[row + LAST_BID] = bid;
    }
    if (bidSize !== bidSize) mask |= 0x20;
    else if (bidSize !== rows[row + LAST_BID_SIZE]) {
      mask |= 0x02;
      quoteSize.unsigned(bidSize);
      rows[row + LAST_BID_SIZE] = bidSize;
    }
    if (ask !== ask) mask |= 0x40;
    else if (ask !== rows[row + LAST_ASK]) {
      mask |= 0x04;
      quotePrice.difference(ask, rows[row + LAST_ASK]!);
      rows[row + LAST_ASK] = ask;
    }
    if (askSize !== askSize) mask |= 0x80;
    else if (askSize !== rows[row + LAST_ASK_SIZE]) {
      mask |= 0x08;
      quoteSize.unsigned(askSize);
      rows[row + LAST_ASK_SIZE] = askSize;
    }
    quoteMask.byte(mask);
    this.#numbers += 4;
    return KIND_QUOTE;
  }

  #book(row: number, { bids, asks, snapshot }: BookEvent): number {
    const { bookCount } = this.#columns;
    bookCount.unsigned(bids.length / 2);
    bookCount.unsigned(asks.length / 2);
    this.#levels(row + LAST_BOOK_BID, bids);
    this.#levels(row + LAST_BOOK_ASK, asks);
    this.#numbers += 2 + bids.length + asks.length;
    return snapshot ? KIND_BOOK | TAG_SNAPSHOT : KIND_BOOK;
  }

  /** The first price against the first one of the last event that had any on this side, then each against the one before. */
  #levels(first: number, levels: readonly number[]): void {
    if (levels.length === 0) return;
    const { bookPrice, bookSize } = this.#columns;
    bookPrice.differences(levels, 0, this.#rows[first]!);
    for (let at = 1; at < levels.length; at += 2) bookSize.unsigned(levels[at]!);
    this.#rows[first] = levels[0]!;
  }

  #statistics(row: number, { open, high, low, volume }: StatisticsEvent): number {
    this.#against(row + LAST_OPEN, open);
    this.#against(row + LAST_HIGH, high);
    this.#against(row + LAST_LOW, low);
    this.#against(row + LAST_VOLUME, volume);
    this.#numbers += 4;
    return KIND_STATISTICS;
  }

  #against(place: number, value: number): void {
    this.#columns.other.differenceOrAbsent(value, this.#rows[place]!);
    if (value === value) this.#rows[place] = value;
  }

  #bar(row: number, event: BarEvent): number {
    const { intervalSeconds, startTimeUs, venueTimeUs, open, high, low, close, volume } = event;
    const { other } = this.#columns;
    other.unsigned(intervalSeconds);
    other.difference(startTimeUs, venueTimeUs);
    other.difference(open, this.#rows[row + LAST_CLOSE]!);
    other.difference(high, open);
    other.difference(low, open);
    other.difference(close, open);
    other.unsigned(volume);
    this.#rows[row + LAST_CLOSE] = close;
    this.#numbers += 7;
    return KIND_BAR;
  }
}
