import { AGGRESSOR_NAMES, ASSET_CLASSES, parseDecimal, type AssetClass, type Decimal } from '#protocol';
import { NO_TRADE_ID, TRADE_ID_BYTES_MAX } from '../tape/event-block.ts';
import type { Misfit, RecordingBuilder } from '../tape/recording-builder.ts';
import { AnomalyCounter } from './anomaly-counter.ts';
import { BrokenRowCounter, type BrokenRows } from './broken-rows.ts';
import { compareDecimals } from './decimal-compare.ts';
import { noEvents } from './event-counts.ts';
import { FieldFault, NOT_DECIMAL } from './field.ts';
import type { ByteStream } from './file-streams.ts';
import { quoteCurrency } from './quote-currency.ts';
import { foundText, RecordingError } from './recording-error.ts';
import type { StreamReader } from './recording-format.ts';
import { TIME_US_MAX, TIME_US_MIN } from './row-cells.ts';
import { TextLines } from './text-lines.ts';
import { timeOfText } from './time-text.ts';

const HEAD_BYTES = 64;
const ABSENT: Decimal = { mantissa: Number.NaN, decimals: 0 };
const bytesOf = new TextEncoder();

export function isExportLines(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_BYTES)).toString('utf8');
  return /^\{"type":"(?:instrument|trade|quote|book|bar)","venue":"/.test(text);
}

type Line = Readonly<Record<string, unknown>>;

/** What `tickwire export --format jsonl` wrote: one event a line, all kinds beside each other. Not reusable. */
export class ExportLinesReader implements StreamReader {
  readonly format = 'tickwire-lines';
  readonly title = 'Tickwire events';
  readonly counts = noEvents();
  readonly anomalies = new AnomalyCounter('quotes');
  readonly #stream: ByteStream;
  readonly #builder: RecordingBuilder;
  readonly #broken: BrokenRowCounter;
  readonly #lines: TextLines;
  #rows = 0;

  constructor(stream: ByteStream, builder: RecordingBuilder, isStrict: boolean) {
    this.#stream = stream;
    this.#builder = builder;
    this.#broken = new BrokenRowCounter(isStrict);
    this.#lines = new TextLines(stream.label, (line, row) => this.#onLine(line, row));
  }

  get lastRow(): number {
    return this.#lines.line;
  }

  get rows(): number {
    return this.#rows;
  }

  get broken(): BrokenRows {
    return this.#broken.result();
  }

  push(bytes: Uint8Array): void {
    this.#lines.push(bytes);
  }

  finish(): void {
    this.#lines.finish();
    this.#broken.finish();
  }

  #onLine(text: string, row: number): void {
    if (text.trim() === '') return;
    try {
      const line = parsedLine(text);
      if (line['type'] === 'instrument') {
        this.#instrument(line);
        return;
      }
      this.#rows += 1;
      this.#event(line);
      this.#broken.sound();
    } catch (error) {
      this.#builder.dropLevels();
      if (!(error instanceof FieldFault)) throw error;
      const { column, found, expected } = error;
      const sentence = `, row ${row}, ${column}: found ${foundText(found)}, expected ${expected}.`;
      this.#broken.broken(new RecordingError('bad-row', this.#stream.label, sentence, { row, column }));
    }
  }

  #event(line: Line): void {
    const instrument = this.#instrument(line);
    const venueTimeUs = timeOf(line, 'time');
    const receiveTimeUs = timeOf(line, 'received');
    switch (line['type']) {
      case 'trade':
        this.#trade(line, instrument, venueTimeUs, receiveTimeUs);
        this.counts.trade += 1;
        break;
      case 'quote':
        this.#quote(line, instrument, venueTimeUs, receiveTimeUs);
        this.counts.quote += 1;
        break;
      case 'bar':
        this.#bar(line, instrument, venueTimeUs, receiveTimeUs);
        this.counts.bar += 1;
        break;
      case 'book':
        this.#levels(line, instrument, 'bid');
        this.#levels(line, instrument, 'ask');
        this.#builder.book(instrument, venueTimeUs, receiveTimeUs, line['snapshot'] === true);
        this.counts.book += 1;
        break;
      default:
        throw new FieldFault('type', String(line['type']), 'instrument, trade, quote, book or bar');
    }
    this.anomalies.row(instrument, venueTimeUs, receiveTimeUs);
  }

  #instrument(line: Line): number {
    const venue = textOf(line, 'venue');
    const symbol = textOf(line, 'symbol');
    const assetClass =
      ASSET_CLASSES.find((name) => name === line['assetClass']) ?? ('other' satisfies AssetClass);
    const currency = typeof line['currency'] === 'string' ? line['currency'] : quoteCurrency(symbol);
    return this.#builder.instruments.number(venue, symbol, assetClass, currency);
  }

  #trade(line: Line, instrument: number, venueTimeUs: number, receiveTimeUs: number): void {
    const price = decimalOf(line, 'price');
    const size = decimalOf(line, 'size');
    const aggressor = AGGRESSOR_NAMES.findIndex((name) => name === line['side']);
    if (aggressor === -1) throw new FieldFault('side', String(line['side']), AGGRESSOR_NAMES.join(', '));
    const misfit = this.#builder.trade(
      instrument,
      venueTimeUs,
      receiveTimeUs,
      price.mantissa,
      price.decimals,
      size.mantissa,
      size.decimals,
      aggressor as 0 | 1 | 2,
      this.#tradeId(line),
    );
    checkFit(misfit);
  }

  #tradeId(line: Line): number {
    const id = textOf(line, 'id');
    if (id === '') return NO_TRADE_ID;
    if (/^(?:0|[1-9]\d{0,15})$/.test(id) && Number.isSafeInteger(Number(id))) return Number(id);
    const bytes = bytesOf.encode(id);
    if (bytes.length > TRADE_ID_BYTES_MAX)
      throw new FieldFault('id', id, `an id of at most ${TRADE_ID_BYTES_MAX} bytes`);
    return this.#builder.textId(bytes, 0, bytes.length);
  }

  #quote(line: Line, instrument: number, venueTimeUs: number, receiveTimeUs: number): void {
    const bid = optionalDecimal(line, 'bid');
    const bidSize = optionalDecimal(line, 'bidSize');
    const ask = optionalDecimal(line, 'ask');
    const askSize = optionalDecimal(line, 'askSize');
    const misfit = this.#builder.quote(
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
    this.anomalies.spread(compareDecimals(ask.mantissa, ask.decimals, bid.mantissa, bid.decimals));
  }

  #bar(line: Line, instrument: number, venueTimeUs: number, receiveTimeUs: number): void {
    const seconds = line['intervalSeconds'];
    if (typeof seconds !== 'number' || !(seconds > 0))
      throw new FieldFault('intervalSeconds', String(seconds), 'seconds above 0');
    const bar = {
      open: decimalOf(line, 'open'),
      high: decimalOf(line, 'high'),
      low: decimalOf(line, 'low'),
      close: decimalOf(line, 'close'),
      volume: optionalDecimal(line, 'volume'),
    };
    checkFit(this.#builder.bar(instrument, venueTimeUs, receiveTimeUs, timeOf(line, 'start'), seconds, bar));
  }

  #levels(line: Line, instrument: number, side: 'bid' | 'ask'): void {
    const levels: unknown = line[`${side}s`];
    if (!Array.isArray(levels))
      throw new FieldFault(`${side}s`, JSON.stringify(levels) ?? '', 'a list of levels');
    for (const level of levels as unknown[]) {
      const [price, size] = (Array.isArray(level) ? level : []).map((text) => parseDecimal(String(text)));
      if (price === null || price === undefined || size === null || size === undefined)
        throw new FieldFault(`${side}s`, JSON.stringify(level), 'price and size');
      checkFit(
        this.#builder.level(instrument, side, price.mantissa, price.decimals, size.mantissa, size.decimals),
      );
    }
  }
}

function parsedLine(text: string): Line {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Line;
  } catch {
    // Told below, like other JSON that is no object.
  }
  throw new FieldFault('line', text, 'a JSON object');
}

function textOf(line: Line, name: string): string {
  const value = line[name];
  if (typeof value === 'string') return value;
  throw new FieldFault(name, JSON.stringify(value) ?? '', 'text');
}

function timeOf(line: Line, name: string): number {
  const value = line[name];
  const timeUs = typeof value === 'string' ? (timeOfText(value)?.timeUs ?? Number.NaN) : value;
  if (typeof timeUs === 'number' && timeUs >= TIME_US_MIN && timeUs < TIME_US_MAX) return timeUs;
  throw new FieldFault(
    name,
    JSON.stringify(value) ?? '',
    'microseconds since 1970, or an ISO time, from 1990 to 2099',
  );
}

function decimalOf(line: Line, name: string): Decimal {
  const decimal = optionalDecimal(line, name);
  if (Number.isNaN(decimal.mantissa)) throw new FieldFault(name, '', NOT_DECIMAL);
  return decimal;
}

function optionalDecimal(line: Line, name: string): Decimal {
  const value = line[name];
  if (value === null || value === undefined) return ABSENT;
  const decimal = typeof value === 'string' ? parseDecimal(value) : null;
  if (decimal === null) throw new FieldFault(name, JSON.stringify(value), NOT_DECIMAL);
  return decimal;
}

function checkFit(misfit: Misfit): void {
  if (misfit !== 'none')
    throw new FieldFault(
      misfit,
      '',
      'a number that 53 bits hold exactly beside the others of its instrument',
    );
}
