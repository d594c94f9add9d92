import { ByteCursor, MalformedError } from './byte-cursor.ts';
import { NO_ID } from '../trade-view.ts';
import { FIRST_TEXT_ID, isKnownKind, type DecodedEvents } from './decoded-events.ts';
import {
  COLUMNS,
  KIND_BOOK,
  KIND_QUOTE,
  KIND_STATISTICS,
  KIND_TRADE,
  LAST_ASK,
  LAST_ASK_SIZE,
  LAST_BID,
  LAST_BID_SIZE,
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
  TAG_AGGRESSOR,
  TAG_KIND,
  TAG_SAME_INSTRUMENT,
  TAG_VENUE_IS_RECEIVE,
  TAG_VENUE_MS,
  type ColumnName,
} from './event-kinds.ts';

const MS_US = 1_000;
/** More numbers than any event that takes no bytes of its own: an unchanged quote has 4. */
const NUMBERS_AN_EVENT_MAX = 8;

/** Bounds that the content of a block must keep, from its head. */
export interface EventBounds {
  events: number;
  /** Instruments that the dictionary of the block has. */
  instruments: number;
  fromTimeUs: number;
  toTimeUs: number;
}

/** Reads the content of a block of events. @throws MalformedError when it does not follow the format */
export function decodeEvents(content: Uint8Array, bounds: EventBounds): DecodedEvents {
  const decoder = new EventDecoder(content, bounds);
  return decoder.run();
}

/** One reading of one block. Invariant: no number of the content sizes an array before it was held against the content's length. */
class EventDecoder {
  readonly #bounds: EventBounds;
  readonly #columns: Record<ColumnName, ByteCursor>;
  readonly #rows: Float64Array;
  readonly #numbers: Float64Array;
  readonly #texts: string[] = [];
  readonly #textCount: number;
  #next = 0;

  constructor(content: Uint8Array, bounds: EventBounds) {
    this.#bounds = bounds;
    const cursor = new ByteCursor(content);
    const count = cursor.count(content.length);
    if (count !== bounds.events) throw new MalformedError('a block holds other than its head says');
    const numbers = cursor.count(NUMBERS_AN_EVENT_MAX * count + 2 * content.length);
    this.#textCount = cursor.count(content.length);
    const lengths = COLUMNS.map(() => cursor.count(content.length));
    this.#columns = Object.fromEntries(
      COLUMNS.map((name, index) => [name, new ByteCursor(cursor.take(lengths[index]!))]),
    ) as Record<ColumnName, ByteCursor>;
    if (!cursor.isAtEnd) throw new MalformedError('bytes follow the last column');
    this.#numbers = new Float64Array(numbers);
    this.#rows = new Float64Array(bounds.instruments * ROW);
  }

  run(): DecodedEvents {
    const { events: count, instruments, fromTimeUs, toTimeUs } = this.#bounds;
    const columns = this.#columns;
    const tags = columns.tag.take(count).slice();
    const instrumentOf = new Uint32Array(count);
    const venueTimeUs = new Float64Array(count);
    const receiveTimeUs = new Float64Array(count);
    const at = new Uint32Array(count);
    let instrument = -1;
    let receiveUs = 0;
    let clockUs = fromTimeUs;
    let clock: Float64Array | null = null;
    for (let index = 0; index < count; index += 1) {
      const tag = tags[index]!;
      if ((tag & TAG_SAME_INSTRUMENT) === 0) instrument = columns.instrument.unsigned();
      if (!(instrument >= 0 && instrument < instruments)) throw new MalformedError('an unknown instrument');
      if (!isKnownKind(tag & TAG_KIND)) throw new MalformedError('an unknown kind of event');
      const row = instrument * ROW;
      receiveUs = present(columns.receiveTime.difference(receiveUs));
      if (index === 0 && receiveUs > fromTimeUs)
        throw new MalformedError('a block begins at another time than its head says');
      // The head's time of the first event is the highest so far, of the blocks before as well.
      if (receiveUs < clockUs) clock ??= receiveTimeUs.slice();
      else clockUs = receiveUs;
      if (clock !== null) clock[index] = clockUs;
      instrumentOf[index] = instrument;
      receiveTimeUs[index] = receiveUs;
      venueTimeUs[index] = this.#venueTime(row, tag, receiveUs);
      at[index] = this.#next;
      this.#content(row, tag);
    }
    if (clockUs !== toTimeUs) throw new MalformedError('a block ends at another time than its head says');
    const isWhole = Object.values(columns).every((column) => column.isAtEnd);
    if (!isWhole || this.#next !== this.#numbers.length || this.#texts.length !== this.#textCount)
      throw new MalformedError('a column is longer than its events');
    return {
      count,
      tag: tags,
      instrument: instrumentOf,
      venueTimeUs,
      receiveTimeUs,
      timeUs: clock ?? receiveTimeUs,
      at,
      numbers: this.#numbers,
      texts: this.#texts,
    };
  }

  #venueTime(row: number, tag: number, receiveTimeUs: number): number {
    const rows = this.#rows;
    const base = rows[row + LAST_VENUE_TIME] || receiveTimeUs;
    let timeUs = receiveTimeUs;
    if ((tag & TAG_VENUE_IS_RECEIVE) === 0) {
      const { venueTime } = this.#columns;
      timeUs = present(
        (tag & TAG_VENUE_MS) === 0 ? venueTime.difference(base) : base + MS_US * venueTime.difference(0),
      );
    }
    rows[row + LAST_VENUE_TIME] = timeUs;
    return timeUs;
  }

  #put(value: number): void {
    if (this.#next === this.#numbers.length) throw new MalformedError('more numbers than announced');
    this.#numbers[this.#next] = value;
    this.#next += 1;
  }

  #content(row: number, tag: number): void {
    switch (tag & TAG_KIND) {
      case KIND_TRADE:
        if ((tag & TAG_AGGRESSOR) === TAG_AGGRESSOR) throw new MalformedError('an unknown aggressor');
        return this.#trade(row);
      case KIND_QUOTE:
        return this.#quote(row);
      case KIND_BOOK:
        return this.#book(row);
      case KIND_STATISTICS:
        for (const place of [LAST_OPEN, LAST_HIGH, LAST_LOW, LAST_VOLUME]) this.#against(row + place);
        return;
      default:
        return this.#bar(row, this.#rows[row + LAST_VENUE_TIME]!);
    }
  }

  #trade(row: number): void {
    const rows = this.#rows;
    const { tradePrice, tradeSize, tradeId, tradeIdText } = this.#columns;
    const price = present(tradePrice.difference(rows[row + LAST_TRADE_PRICE]!));
    rows[row + LAST_TRADE_PRICE] = price;
    this.#put(price);
    this.#put(tradeSize.unsigned());
    const id = tradeId.difference(rows[row + LAST_TRADE_ID]! + 1);
    if (Number.isNaN(id)) this.#put(NO_ID);
    else if (id === Number.POSITIVE_INFINITY) {
      this.#put(FIRST_TEXT_ID - this.#texts.length);
      this.#texts.push(tradeIdText.text());
    } else {
      if (id < 0) throw new MalformedError('a negative trade id');
      rows[row + LAST_TRADE_ID] = id;
      this.#put(id);
    }
  }

  #quote(row: number): void {
    const rows = this.#rows;
    const { quoteMask, quotePrice, quoteSize } = this.#columns;
    const mask = quoteMask.byte();
    if ((mask & 0x01) !== 0) rows[row + LAST_BID] = present(quotePrice.difference(rows[row + LAST_BID]!));
    this.#put((mask & 0x10) === 0 ? rows[row + LAST_BID]! : Number.NaN);
    if ((mask & 0x02) !== 0) rows[row + LAST_BID_SIZE] = quoteSize.unsigned();
    this.#put((mask & 0x20) === 0 ? rows[row + LAST_BID_SIZE]! : Number.NaN);
    if ((mask & 0x04) !== 0) rows[row + LAST_ASK] = present(quotePrice.difference(rows[row + LAST_ASK]!));
    this.#put((mask & 0x40) === 0 ? rows[row + LAST_ASK]! : Number.NaN);
    if ((mask & 0x08) !== 0) rows[row + LAST_ASK_SIZE] = quoteSize.unsigned();
    this.#put((mask & 0x80) === 0 ? rows[row + LAST_ASK_SIZE]! : Number.NaN);
  }

  #book(row: number): void {
    const { bookCount } = this.#columns;
    const bids = bookCount.unsigned();
    const asks = bookCount.unsigned();
    this.#put(bids);
    this.#put(asks);
    this.#levels(row + LAST_BOOK_BID, bids);
    this.#levels(row + LAST_BOOK_ASK, asks);
  }

  #levels(first: number, levels: number): void {
    const { bookPrice, bookSize } = this.#columns;
    let price = this.#rows[first]!;
    for (let level = 0; level < levels; level += 1) {
      price = present(bookPrice.difference(price));
      if (level === 0) this.#rows[first] = price;
      this.#put(price);
      this.#put(bookSize.unsigned());
    }
  }

  #against(place: number): void {
    const value = this.#columns.other.difference(this.#rows[place]!);
    if (value === Number.POSITIVE_INFINITY) throw new MalformedError('text where a number belongs');
    if (value === value) this.#rows[place] = value;
    this.#put(value);
  }

  #bar(row: number, venueTimeUs: number): void {
    const { other } = this.#columns;
    this.#put(other.unsigned());
    this.#put(present(other.difference(venueTimeUs)));
    const open = present(other.difference(this.#rows[row + LAST_CLOSE]!));
    this.#put(open);
    this.#put(present(other.difference(open)));
    this.#put(present(other.difference(open)));
    const close = present(other.difference(open));
    this.#put(close);
    this.#rows[row + LAST_CLOSE] = close;
    this.#put(other.unsigned());
  }
}

/** Neither absent nor text. */
function present(value: number): number {
  if (!Number.isSafeInteger(value)) throw new MalformedError('a number is missing or too large');
  return value;
}
