import { AGGRESSOR_UNKNOWN, invariant, type Aggressor, type Decimal } from '#protocol';
import { emptyBar, type BarNumbers } from '../tape/bar-numbers.ts';
import { NO_TRADE_ID, TRADE_ID_BYTES_MAX } from '../tape/event-block.ts';
import type { Misfit, RecordingBuilder } from '../tape/recording-builder.ts';
import type { AnomalyCounter } from './anomaly-counter.ts';
import { BarLengths } from './bar-lengths.ts';
import { compareDecimals } from './decimal-compare.ts';
import { FieldFault, NOT_DECIMAL, NOT_TIME, type Field } from './field.ts';
import { tableKind, type FieldRole, type TableKind } from './field-roles.ts';
import { TIME_US_MAX, TIME_US_MIN } from './row-cells.ts';
import { aggressorOfMaker, aggressorOfWord } from './side-word.ts';
import { instrumentOf, type FileSymbol } from './symbol-name.ts';

const SECOND_US = 1_000_000;
const NOTHING: Decimal = { mantissa: Number.NaN, decimals: 0 };
const NOT_EXACT = 'a number that 53 bits hold exactly beside the others of its instrument';
const bytesOf = new TextEncoder();

export type Fields = Partial<Record<FieldRole, Field>>;

export interface MappedTable {
  readonly builder: RecordingBuilder;
  readonly anomalies: AnomalyCounter;
  readonly fields: Fields;
  /** What the file says of its instrument where no column does. */
  readonly ofFile: FileSymbol;
  /** How long bars are; NaN where it has to be found out. */
  readonly barSeconds: number;
}

/**
 * Turns the rows of a table into events by what its columns are: trades, quotes or bars. Not a reader: fields stand on the row that it
 * is called for. Invariant: a row that ends in a fault has left no event behind.
 */
export class MappedEvents {
  readonly kind: TableKind;
  readonly #table: MappedTable;
  readonly #numbers = new Map<string, number>();
  readonly #lengths: BarLengths;
  readonly #bar = emptyBar();

  constructor(table: MappedTable) {
    const { fields, anomalies, barSeconds } = table;
    const kind = tableKind((role) => fields[role] !== undefined);
    invariant(kind !== null, 'a table has the columns of one kind');
    this.kind = kind;
    this.#table = table;
    this.#lengths = new BarLengths(barSeconds, (instrument, timeUs, seconds, bar) =>
      this.#addBar(instrument, timeUs, seconds, bar),
    );
    if (fields.received === undefined) anomalies.withoutReceiveTime();
  }

  /** @throws FieldFault */
  row(): void {
    if (this.kind === 'trades') this.#trade();
    else if (this.kind === 'quotes') this.#quote();
    else this.#barRow();
  }

  /** The table has ended. @throws FieldFault */
  finish(): void {
    this.#lengths.finish();
  }

  #trade(): void {
    const { builder, anomalies, fields } = this.#table;
    const instrument = this.#instrument();
    const venueTimeUs = timeOf(fields.time!);
    const receiveTimeUs = this.#receiveTimeUs(venueTimeUs);
    const aggressor = this.#aggressor();
    const price = numberOf(fields.price!);
    const { mantissa: priceMantissa, decimals: priceDecimals } = price;
    const size = sizeOf(fields.size!);
    if (size.mantissa === 0) {
      anomalies.row(instrument, venueTimeUs, receiveTimeUs);
      anomalies.zeroSize();
      return;
    }
    const misfit = builder.trade(
      instrument,
      venueTimeUs,
      receiveTimeUs,
      priceMantissa,
      priceDecimals,
      size.mantissa,
      size.decimals,
      aggressor,
      this.#tradeId(instrument),
    );
    this.#checkFit(misfit, { price: fields.price!, size: fields.size! });
    anomalies.row(instrument, venueTimeUs, receiveTimeUs);
  }

  #tradeId(instrument: number): number {
    const { builder, anomalies, fields } = this.#table;
    const text = fields.id?.text() ?? '';
    if (text === '') return NO_TRADE_ID;
    const id = /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(id)) {
      anomalies.numberId(instrument, id);
      return id;
    }
    const bytes = bytesOf.encode(text);
    if (bytes.length > TRADE_ID_BYTES_MAX)
      throw new FieldFault(fields.id!.name, text, `an id of at most ${TRADE_ID_BYTES_MAX} bytes`);
    anomalies.textId(instrument, bytes, 0, bytes.length);
    return builder.textId(bytes, 0, bytes.length);
  }

  /** A word that is not understood is told and never guessed at: 0 and 1 mean the one or the other. */
  #aggressor(): Aggressor {
    const { side, maker } = this.#table.fields;
    const aggressor =
      side !== undefined
        ? aggressorOfWord(side.text())
        : maker === undefined
          ? AGGRESSOR_UNKNOWN
          : aggressorOfMaker(maker.text());
    if (aggressor !== null) return aggressor;
    this.#table.anomalies.mark('sides_not_understood');
    return AGGRESSOR_UNKNOWN;
  }

  #quote(): void {
    const { builder, anomalies, fields } = this.#table;
    const instrument = this.#instrument();
    const venueTimeUs = timeOf(fields.time!);
    const receiveTimeUs = this.#receiveTimeUs(venueTimeUs);
    const bid = { ...(fields.bid?.decimal() ?? NOTHING) };
    const bidSize = { ...optionalSize(fields.bidSize) };
    const ask = { ...(fields.ask?.decimal() ?? NOTHING) };
    const askSize = optionalSize(fields.askSize);
    const misfit = builder.quote(
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
    this.#checkFit(misfit, fields);
    anomalies.row(instrument, venueTimeUs, receiveTimeUs);
    anomalies.spread(compareDecimals(ask.mantissa, ask.decimals, bid.mantissa, bid.decimals));
  }

  #barRow(): void {
    const { fields } = this.#table;
    const instrument = this.#instrument();
    const timeUs = timeOf((fields.time ?? fields.end)!);
    const bar = this.#bar;
    Object.assign(bar.open, numberOf(fields.open!));
    Object.assign(bar.high, numberOf(fields.high!));
    Object.assign(bar.low, numberOf(fields.low!));
    Object.assign(bar.close, numberOf(fields.close!));
    Object.assign(bar.volume, fields.volume === undefined ? NO_VOLUME : optionalSize(fields.volume));
    const seconds = fields.interval === undefined ? Number.NaN : secondsOf(fields.interval);
    if (Number.isNaN(seconds)) this.#lengths.add(instrument, timeUs, bar);
    else this.#addBar(instrument, timeUs, seconds, bar);
  }

  #addBar(instrument: number, timeUs: number, seconds: number, bar: BarNumbers): void {
    const { builder, anomalies, fields } = this.#table;
    const startUs = fields.time === undefined ? timeUs - seconds * SECOND_US : timeUs;
    const endUs = startUs + seconds * SECOND_US;
    const misfit = builder.bar(instrument, endUs, endUs, startUs, seconds, bar);
    this.#checkFit(misfit, { price: fields.close!, size: (fields.volume ?? fields.close)! });
    anomalies.bar(instrument, endUs, seconds);
  }

  #receiveTimeUs(venueTimeUs: number): number {
    const { received } = this.#table.fields;
    if (received === undefined) return venueTimeUs;
    const timeUs = received.timeUs();
    return Number.isNaN(timeUs) ? venueTimeUs : timeUs;
  }

  #instrument(): number {
    const { builder, fields, ofFile } = this.#table;
    const name = fields.symbol?.text() ?? '';
    const place = fields.venue?.text() ?? '';
    const key = `${place}\0${name}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const { venue, symbol, assetClass, currency } =
      name === '' && place === '' ? ofFile : instrumentOf(place || ofFile.venue, name || ofFile.symbol);
    const number = builder.instruments.number(venue, symbol, assetClass, currency);
    this.#numbers.set(key, number);
    return number;
  }

  #checkFit(misfit: Misfit, fields: Partial<Record<Misfit, Field>>): void {
    if (misfit === 'none') return;
    const field = fields[misfit]!;
    throw new FieldFault(field.name, field.text(), NOT_EXACT);
  }
}

const NO_VOLUME: Decimal = { mantissa: 0, decimals: 0 };

function timeOf(field: Field): number {
  const timeUs = field.timeUs();
  if (timeUs >= TIME_US_MIN && timeUs < TIME_US_MAX) return timeUs;
  throw new FieldFault(field.name, field.text(), NOT_TIME);
}

/** The object is the field's own: it is to be used before the field is read again. */
function numberOf(field: Field): Decimal {
  const number = field.decimal();
  if (number === null) throw new FieldFault(field.name, field.text(), NOT_DECIMAL);
  return number;
}

function sizeOf(field: Field): Decimal {
  const size = numberOf(field);
  if (size.mantissa < 0) throw new FieldFault(field.name, field.text(), 'a size of 0 or more');
  return size;
}

function optionalSize(field: Field | undefined): Decimal {
  const size = field?.decimal() ?? NOTHING;
  if (size.mantissa < 0) throw new FieldFault(field!.name, field!.text(), 'a size of 0 or more');
  return size;
}

const SECONDS_OF_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** 60, 1m, 4h, 1d. */
function secondsOf(field: Field): number {
  const text = field.text();
  const [, count, unit = 's'] = /^(\d{1,8})\s*([smhd])?$/.exec(text) ?? [];
  const seconds = Number(count) * SECONDS_OF_UNIT[unit]!;
  if (seconds >= 1) return seconds;
  throw new FieldFault(field.name, text, 'the length of a bar, such as 60 or 1m');
}
