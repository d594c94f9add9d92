import { AGGRESSOR_NAMES, stepsToText, type InstrumentDefinition } from '#protocol';
import type { SchemaElement } from 'hyparquet';
import type { ColumnSource } from 'hyparquet-writer';
import type { ExportKind } from './export-options.ts';
import type { ExportedEvent } from './export-selection.ts';
import { decimalElement, type DecimalForm } from './parquet-decimals.ts';

type Encoding = NonNullable<ColumnSource['encoding']>;
type Value = string | bigint | boolean | null;

interface Column {
  readonly element: SchemaElement;
  readonly encoding: Encoding;
  values: Value[];
}

/** Rows of a Parquet table on their way into the next row group. */
export interface ParquetRows {
  readonly elements: readonly SchemaElement[];
  /** Rows that wait. */
  readonly count: number;
  add(event: ExportedEvent): void;
  /** Hands over what waits. */
  take(): ColumnSource[];
}

/** Columns and order of the layouts in CSV, so that one knows the one who knows the other. */
const NUMBERS: Readonly<Record<ExportKind, readonly string[]>> = {
  trade: ['price', 'amount'],
  quote: ['ask_amount', 'ask_price', 'bid_price', 'bid_amount'],
  book: ['price', 'amount'],
  bar: ['open', 'high', 'low', 'close', 'volume'],
};
const SIZES = new Set(['amount', 'ask_amount', 'bid_amount', 'volume']);

/** Numbers of events of one kind as columns. An event of another kind is an invariant broken by the caller. */
export function parquetRows(
  kind: ExportKind,
  instruments: readonly InstrumentDefinition[],
  forms: { readonly price: DecimalForm; readonly size: DecimalForm },
): ParquetRows {
  return new Rows(kind, instruments, forms);
}

class Rows implements ParquetRows {
  readonly #instruments: readonly InstrumentDefinition[];
  readonly #forms: { readonly price: DecimalForm; readonly size: DecimalForm };
  readonly #columns: Column[] = [];
  readonly #base: Column[];
  readonly #own: Column[];
  readonly #numbers: Column[];
  #count = 0;
  #events = 0n;

  constructor(
    kind: ExportKind,
    instruments: readonly InstrumentDefinition[],
    forms: { readonly price: DecimalForm; readonly size: DecimalForm },
  ) {
    this.#instruments = instruments;
    this.#forms = forms;
    this.#base = [
      this.#column(text('exchange', 'REQUIRED'), 'RLE_DICTIONARY'),
      this.#column(text('symbol', 'REQUIRED'), 'RLE_DICTIONARY'),
      this.#column(time('timestamp'), 'DELTA_BINARY_PACKED'),
      this.#column(time('local_timestamp'), 'DELTA_BINARY_PACKED'),
    ];
    this.#own = ownElements(kind).map(([element, encoding]) => this.#column(element, encoding));
    const repetition = kind === 'trade' ? 'REQUIRED' : 'OPTIONAL';
    this.#numbers = NUMBERS[kind].map((name) => {
      const form = SIZES.has(name) ? forms.size : forms.price;
      return this.#column(decimalElement(name, form, repetition), 'PLAIN');
    });
  }

  get elements(): readonly SchemaElement[] {
    return this.#columns.map(({ element }) => element);
  }

  get count(): number {
    return this.#count;
  }

  #column(element: SchemaElement, encoding: Encoding): Column {
    const column = { element, encoding, values: [] };
    this.#columns.push(column);
    return column;
  }

  add(event: ExportedEvent): void {
    switch (event.type) {
      case 'trade':
        this.#begin(event, [event.tradeId, AGGRESSOR_NAMES[event.aggressor]]);
        this.#put(event, [event.price, event.size]);
        break;
      case 'quote':
        this.#begin(event, []);
        this.#put(event, [event.askSize, event.ask, event.bid, event.bidSize]);
        break;
      case 'bar':
        this.#begin(event, [BigInt(event.startTimeUs), BigInt(event.intervalSeconds)]);
        this.#put(event, [event.open, event.high, event.low, event.close, event.volume]);
        break;
      case 'book': {
        const number = this.#events;
        for (const [side, levels] of [
          ['bid', event.bids],
          ['ask', event.asks],
        ] as const) {
          for (let at = 0; at < levels.length; at += 2) {
            this.#begin(event, [number, event.snapshot, side]);
            this.#put(event, [levels[at]!, levels[at + 1]!]);
          }
        }
        if (event.bids.length + event.asks.length > 0) break;
        this.#begin(event, [number, event.snapshot, null]);
        this.#put(event, [Number.NaN, Number.NaN]);
      }
    }
    this.#events += 1n;
  }

  #begin({ instrument, venueTimeUs, receiveTimeUs }: ExportedEvent, own: readonly Value[]): void {
    const { venue, symbol } = this.#instruments[instrument]!;
    const [exchanges, symbols, times, localTimes] = this.#base as [Column, Column, Column, Column];
    exchanges.values.push(venue);
    symbols.values.push(symbol);
    times.values.push(BigInt(venueTimeUs));
    localTimes.values.push(BigInt(receiveTimeUs));
    for (const [at, value] of own.entries()) this.#own[at]!.values.push(value);
    this.#count += 1;
  }

  /** @param steps prices in ticks, sizes in lots, NaN for what the event does not have */
  #put({ instrument }: ExportedEvent, steps: readonly number[]): void {
    for (const [at, { element, values }] of this.#numbers.entries()) {
      const isSize = SIZES.has(element.name);
      const form = isSize ? this.#forms.size : this.#forms.price;
      const number = steps[at]!;
      if (Number.isNaN(number)) values.push(null);
      else if (form.storage === 'text') {
        const { tick, lot } = this.#instruments[instrument]!;
        values.push(stepsToText(number, isSize ? lot : tick));
      } else values.push(BigInt(number) * form.factors[instrument]!);
    }
  }

  take(): ColumnSource[] {
    this.#count = 0;
    return this.#columns.map((column) => {
      const { element, encoding, values } = column;
      column.values = [];
      return { name: element.name, data: values, encoding };
    });
  }
}

function ownElements(kind: ExportKind): readonly (readonly [SchemaElement, Encoding])[] {
  switch (kind) {
    case 'trade':
      return [
        [text('id', 'REQUIRED'), 'PLAIN'],
        [text('side', 'REQUIRED'), 'RLE_DICTIONARY'],
      ];
    case 'quote':
      return [];
    case 'bar':
      return [
        [time('start'), 'DELTA_BINARY_PACKED'],
        [{ name: 'interval_s', type: 'INT64', repetition_type: 'REQUIRED' }, 'DELTA_BINARY_PACKED'],
      ];
    case 'book':
      return [
        [{ name: 'event', type: 'INT64', repetition_type: 'REQUIRED' }, 'DELTA_BINARY_PACKED'],
        [{ name: 'is_snapshot', type: 'BOOLEAN', repetition_type: 'REQUIRED' }, 'PLAIN'],
        [text('side', 'OPTIONAL'), 'RLE_DICTIONARY'],
      ];
  }
}

function text(name: string, repetition: 'REQUIRED' | 'OPTIONAL'): SchemaElement {
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: repetition };
}

function time(name: string): SchemaElement {
  return {
    name,
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
    repetition_type: 'REQUIRED',
  };
}
