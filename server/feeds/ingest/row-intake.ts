import {
  ABSENT,
  priceTicks,
  sizeLots,
  unixUs,
  type MarketEvent,
  type PriceTicks,
  type SizeLots,
  type UnixUs,
} from '#protocol';
import { areTicks, isTick, isTime } from '../../engine/event-check.ts';
import type { EventSink } from '../../engine/ports.ts';
import { TakenInstrument } from '../instrument-owners.ts';
import type { ListedInstrument } from '../venue/venue-instrument.ts';
import { PUSHED_INSTRUMENTS_MAX, PushedInstruments } from './pushed-instruments.ts';
import { RecentIds } from '../recent-ids.ts';
import {
  checkRow,
  shownValue,
  type Row,
  type RowFault,
  type RowOutcome,
  type RowType,
} from './row-schema.ts';

/** A trade that is sent again within so many other trades with an id is left out. */
export const TRADE_IDS_REMEMBERED = 100_000;

type EventRow = Exclude<Row, { type: 'instrument' }>;

/**
 * Turns rows of other people's programs into events for the sink, or into a reason why not. Not a parser of bytes: a row is a value
 * already. Never throws for what a row holds. Invariant: a row that was refused has put nothing into the sink, and its id is not
 * remembered.
 */
export class RowIntake {
  readonly #sink: EventSink;
  readonly #venue: string;
  readonly #reserved: ReadonlySet<string>;
  readonly #instruments: PushedInstruments;
  readonly #ids = new RecentIds(TRADE_IDS_REMEMBERED);

  constructor(
    sink: EventSink,
    options: {
      /** Of rows that name none. */
      venue: string;
      /** Venues that other feeds bring: their prices are not to be mixed with these. */
      reserved: Iterable<string>;
    },
  ) {
    this.#sink = sink;
    this.#venue = options.venue;
    this.#reserved = new Set([...options.reserved].map((venue) => venue.toLowerCase()));
    this.#instruments = new PushedInstruments(sink);
  }

  /** @param impliedType of a row that names none */
  take(value: unknown, receiveTimeUs: UnixUs, impliedType?: RowType): RowOutcome {
    try {
      return this.#take(value, receiveTimeUs, impliedType);
    } catch (error) {
      if (!(error instanceof TakenInstrument)) throw error;
      return fault(
        'symbol',
        'an instrument that no other feed brings',
        (value as { symbol: unknown }).symbol,
      );
    }
  }

  #take(value: unknown, receiveTimeUs: UnixUs, impliedType?: RowType): RowOutcome {
    const checked = checkRow(value, impliedType);
    if (!checked.ok) return checked.fault;
    const { row } = checked;
    if (row.venue === '') row.venue = this.#venue;
    if (this.#reserved.has(row.venue.toLowerCase()))
      return fault('venue', 'a venue that no feed of this server brings itself', row.venue);
    if (row.type === 'instrument') return this.#instruments.define(row) === null ? tooMany(row) : 'noted';
    const timeUs = row.type === 'bar' ? row.start : (row.time ?? receiveTimeUs);
    if (!isTime(timeUs, receiveTimeUs))
      return fault(row.type === 'bar' ? 'start' : 'time', 'a time that is not more than a day ahead', timeUs);
    const unsound = unsoundField(row);
    if (unsound !== null) return unsound;
    const instrument = this.#instruments.find(row.venue, row.symbol);
    if (instrument === null) return tooMany(row);
    return this.#deliver(row, instrument, receiveTimeUs);
  }

  #deliver(row: EventRow, instrument: ListedInstrument, receiveTimeUs: UnixUs): RowOutcome {
    const id = row.type === 'trade' && row.id !== '' ? `${instrument.id}:${row.id}` : '';
    if (id !== '' && this.#ids.has(id)) return 'duplicate';
    const event = eventOf(row, instrument, receiveTimeUs);
    // Settled even when it is refused: what was read for it must not mix with the next row's.
    const isExact = instrument.settle(event);
    const field = isExact ? inexactField(event, row) : 'price';
    if (field !== null) {
      return fault(
        field,
        'a number that 53 bits hold exactly beside the others of its instrument',
        (row as Record<string, unknown>)[field],
      );
    }
    if (event.type === 'bar' && !areTicks(event.open, event.high, event.low, event.close))
      return fault('high', 'a high and low that enclose open and close', (row as { high: string }).high);
    if (id !== '') this.#ids.add(id);
    this.#sink.onEvent(event);
    return 'taken';
  }
}

function fault(field: string, expected: string, found: unknown): RowFault {
  return { field, expected, found: shownValue(found) };
}

function tooMany(row: Row): RowFault {
  return fault(
    'symbol',
    `one of the ${PUSHED_INSTRUMENTS_MAX} instruments that were named before`,
    row.symbol,
  );
}

/** What a schema of single fields cannot say. */
function unsoundField(row: EventRow): RowFault | null {
  switch (row.type) {
    case 'quote':
      return row.bid === undefined && row.ask === undefined
        ? fault('bid', 'a bid, an ask, or both', undefined)
        : null;
    case 'statistics': {
      const { open, high, low, volume } = row;
      return (open ?? high ?? low ?? volume) === undefined
        ? fault('open', 'at least one of open, high, low, volume', undefined)
        : null;
    }
    case 'bar':
      return (row.start / 1_000_000) % row.interval === 0
        ? null
        : fault('start', `the start of a bar of ${row.interval} s, aligned to UTC`, row.start);
    default:
      return null;
  }
}

function eventOf(row: EventRow, instrument: ListedInstrument, receiveTimeUs: UnixUs): MarketEvent {
  const head = {
    instrument: instrument.id,
    venueTimeUs: row.time === undefined ? receiveTimeUs : unixUs(row.time),
    receiveTimeUs,
  };
  const price = (text: string | undefined): PriceTicks =>
    priceTicks(text === undefined ? ABSENT : instrument.price(text));
  const size = (text: string | undefined): SizeLots =>
    sizeLots(text === undefined ? ABSENT : instrument.size(text));
  switch (row.type) {
    case 'trade': {
      const { side: aggressor, id: tradeId } = row;
      return { type: 'trade', ...head, price: price(row.price), size: size(row.size), aggressor, tradeId };
    }
    case 'quote':
      return {
        type: 'quote',
        ...head,
        bid: price(row.bid),
        bidSize: size(row.bidSize),
        ask: price(row.ask),
        askSize: size(row.askSize),
      };
    case 'book': {
      const bids: number[] = [];
      const asks: number[] = [];
      instrument.levels(row.bids, bids);
      instrument.levels(row.asks, asks);
      return { type: 'book', ...head, snapshot: row.snapshot, bids, asks };
    }
    case 'statistics':
      return {
        type: 'statistics',
        ...head,
        open: price(row.open),
        high: price(row.high),
        low: price(row.low),
        volume: size(row.volume),
      };
    case 'bar':
      return {
        type: 'bar',
        ...head,
        intervalSeconds: row.interval,
        startTimeUs: unixUs(row.start),
        open: price(row.open),
        high: price(row.high),
        low: price(row.low),
        close: price(row.close),
        volume: size(row.volume),
      };
  }
}

const PRICE_FIELDS = ['price', 'bid', 'ask', 'open', 'high', 'low', 'close'] as const;
const SIZE_FIELDS = ['size', 'bidSize', 'askSize', 'volume'] as const;

/** The first field whose text could not become whole steps: the text is sound, so it is too large or too fine beside the others. */
function inexactField(event: MarketEvent, row: EventRow): string | null {
  if (event.type === 'book') {
    const { bids, asks } = row as Extract<EventRow, { type: 'book' }>;
    if (event.bids.length !== 2 * bids.length) return 'bids';
    return event.asks.length === 2 * asks.length ? null : 'asks';
  }
  const made = event as unknown as Record<string, unknown>;
  const said = row as Record<string, unknown>;
  for (const field of [...PRICE_FIELDS, ...SIZE_FIELDS]) {
    if (said[field] !== undefined && !isTick(made[field] as number)) return field;
  }
  return null;
}
