import { AGGRESSOR_NAMES, type Aggressor, type Decimal } from '#protocol';
import { emptyBar } from '../tape/bar-numbers.ts';
import { NO_TRADE_ID, TRADE_ID_BYTES_MAX } from '../tape/event-block.ts';
import type { Misfit, RecordingBuilder } from '../tape/recording-builder.ts';
import type { AnomalyCounter } from './anomaly-counter.ts';
import { compareDecimals } from './decimal-compare.ts';
import type { ExportKind } from './export-options.ts';
import { FieldFault, NOT_DECIMAL, NOT_TIME, type Field } from './field.ts';
import { quoteCurrency } from './quote-currency.ts';
import { TIME_US_MAX, TIME_US_MIN } from './row-cells.ts';
import type { TableNote } from './tickwire-table-note.ts';

const ABSENT: Decimal = { mantissa: Number.NaN, decimals: 0 };
const NOT_EXACT = 'a number that 53 bits hold exactly beside the others of its instrument';
const bytesOf = new TextEncoder();

const BASE = ['exchange', 'symbol', 'timestamp', 'local_timestamp'];
const COLUMNS: Readonly<Record<ExportKind, readonly string[]>> = {
  trade: [...BASE, 'id', 'side', 'price', 'amount'],
  quote: [...BASE, 'ask_amount', 'ask_price', 'bid_price', 'bid_amount'],
  book: [...BASE, 'event', 'is_snapshot', 'side', 'price', 'amount'],
  bar: [...BASE, 'start', 'interval_s', 'open', 'high', 'low', 'close', 'volume'],
};

/** The columns of a table of ours; null where another program has taken one away, and its rows are read by names. */
export function tickwireColumns(kind: ExportKind, names: readonly string[]): readonly string[] | null {
  const columns = COLUMNS[kind];
  return columns.every((name) => names.includes(name)) ? columns : null;
}

export interface TickwireTarget {
  readonly builder: RecordingBuilder;
  readonly anomalies: AnomalyCounter;
  readonly note: TableNote;
  readonly fields: Readonly<Record<string, Field>>;
}

/**
 * Turns the rows of a table that `tickwire export --format parquet` wrote into the events that they were. Not a reader: fields stand on
 * the row that it is called for. Invariant: a row that ends in a fault has left nothing behind.
 */
export class TickwireTable {
  readonly kind: ExportKind;
  readonly #target: TickwireTarget;
  readonly #numbers = new Map<string, number>();
  readonly #bar = emptyBar();
  /** The book event whose rows are being read; empty = none. */
  #event = '';
  #instrument = 0;
  #venueTimeUs = 0;
  #receiveTimeUs = 0;
  #isSnapshot = false;

  constructor(target: TickwireTarget) {
    this.#target = target;
    this.kind = target.note.kind;
  }

  /** @throws FieldFault */
  row(): void {
    const instrument = this.#number();
    const venueTimeUs = this.#timeUs('timestamp');
    const receiveTimeUs = this.#timeUs('local_timestamp');
    switch (this.kind) {
      case 'trade':
        this.#trade(instrument, venueTimeUs, receiveTimeUs);
        break;
      case 'quote':
        this.#quote(instrument, venueTimeUs, receiveTimeUs);
        break;
      case 'bar':
        this.#barRow(instrument, venueTimeUs, receiveTimeUs);
        break;
      case 'book':
        this.#level(instrument, venueTimeUs, receiveTimeUs);
    }
    if (this.kind !== 'bar') this.#target.anomalies.row(instrument, venueTimeUs, receiveTimeUs);
  }

  /** The table has ended: the last book event has all its levels. */
  finish(): void {
    if (this.#event === '') return;
    this.#target.builder.book(this.#instrument, this.#venueTimeUs, this.#receiveTimeUs, this.#isSnapshot);
    this.#event = '';
  }

  #trade(instrument: number, venueTimeUs: number, receiveTimeUs: number): void {
    const price = this.#decimal('price');
    const size = this.#decimal('amount');
    const side = AGGRESSOR_NAMES.findIndex((name) => name === this.#text('side'));
    if (side === -1) throw new FieldFault('side', this.#text('side'), AGGRESSOR_NAMES.join(', '));
    const misfit = this.#target.builder.trade(
      instrument,
      venueTimeUs,
      receiveTimeUs,
      price.mantissa,
      price.decimals,
      size.mantissa,
      size.decimals,
      side as Aggressor,
      this.#tradeId(instrument),
    );
    checkFit(misfit);
    if (size.mantissa === 0) this.#target.anomalies.zeroSize();
  }

  #tradeId(instrument: number): number {
    const { builder, anomalies } = this.#target;
    const id = this.#text('id');
    if (id === '') return NO_TRADE_ID;
    if (/^(?:0|[1-9]\d{0,15})$/.test(id) && Number.isSafeInteger(Number(id))) {
      anomalies.numberId(instrument, Number(id));
      return Number(id);
    }
    const bytes = bytesOf.encode(id);
    if (bytes.length > TRADE_ID_BYTES_MAX)
      throw new FieldFault('id', id, `an id of at most ${TRADE_ID_BYTES_MAX} bytes`);
    anomalies.textId(instrument, bytes, 0, bytes.length);
    return builder.textId(bytes, 0, bytes.length);
  }

  #quote(instrument: number, venueTimeUs: number, receiveTimeUs: number): void {
    const bid = this.#optional('bid_price');
    const bidSize = this.#optional('bid_amount');
    const ask = this.#optional('ask_price');
    const askSize = this.#optional('ask_amount');
    const misfit = this.#target.builder.quote(
      instrument,
      venueTimeUs,
      receiveTimeUs,
      bid.mantissa,
      bid.decimals,
      bidSize.mantissa,
      bidSize.decimals,
      ask.mantissa,
      ask.decimals,
      askSize.mantissa,
      askSize.decimals,
    );
    checkFit(misfit);
    this.#target.anomalies.spread(compareDecimals(ask.mantissa, ask.decimals, bid.mantissa, bid.decimals));
  }

  #barRow(instrument: number, venueTimeUs: number, receiveTimeUs: number): void {
    const bar = this.#bar;
    for (const name of ['open', 'high', 'low', 'close'] as const)
      Object.assign(bar[name], this.#decimal(name));
    Object.assign(bar.volume, this.#optional('volume'));
    const seconds = Number(this.#text('interval_s'));
    if (!Number.isSafeInteger(seconds) || seconds < 1)
      throw new FieldFault('interval_s', this.#text('interval_s'), 'whole seconds, 1 or more');
    const startUs = this.#timeUs('start');
    checkFit(this.#target.builder.bar(instrument, venueTimeUs, receiveTimeUs, startUs, seconds, bar));
    this.#target.anomalies.bar(instrument, receiveTimeUs, seconds);
  }

  #level(instrument: number, venueTimeUs: number, receiveTimeUs: number): void {
    const event = this.#text('event');
    const side = this.#text('side');
    const isLevel = side !== '';
    if (isLevel && side !== 'bid' && side !== 'ask') throw new FieldFault('side', side, 'bid or ask');
    const price = isLevel ? this.#decimal('price') : ABSENT;
    const size = isLevel ? this.#decimal('amount') : ABSENT;
    if (event !== this.#event) this.finish();
    if (isLevel) {
      const { mantissa, decimals } = size;
      checkFit(
        this.#target.builder.level(
          instrument,
          side as 'bid' | 'ask',
          price.mantissa,
          price.decimals,
          mantissa,
          decimals,
        ),
      );
    }
    this.#event = event;
    this.#instrument = instrument;
    this.#venueTimeUs = venueTimeUs;
    this.#receiveTimeUs = receiveTimeUs;
    this.#isSnapshot = this.#text('is_snapshot') === 'true';
  }

  #number(): number {
    const venue = this.#text('exchange');
    const symbol = this.#text('symbol');
    const key = `${venue}:${symbol}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const { builder, note } = this.#target;
    const { assetClass, currency } = note.instruments.get(key) ?? {
      assetClass: 'other' as const,
      currency: quoteCurrency(symbol),
    };
    const number = builder.instruments.number(venue, symbol, assetClass, currency);
    this.#numbers.set(key, number);
    return number;
  }

  #text(name: string): string {
    return this.#target.fields[name]!.text();
  }

  #timeUs(name: string): number {
    const timeUs = this.#target.fields[name]!.timeUs();
    if (timeUs >= TIME_US_MIN && timeUs < TIME_US_MAX) return timeUs;
    throw new FieldFault(name, this.#text(name), NOT_TIME);
  }

  /** The object is the field's own: it is to be used before the field is read again. */
  #decimal(name: string): Decimal {
    const value = this.#target.fields[name]!.decimal();
    if (value === null) throw new FieldFault(name, '', NOT_DECIMAL);
    return value;
  }

  #optional(name: string): Decimal {
    return this.#target.fields[name]!.decimal() ?? ABSENT;
  }
}

function checkFit(misfit: Misfit): void {
  if (misfit !== 'none') throw new FieldFault(misfit, '', NOT_EXACT);
}
