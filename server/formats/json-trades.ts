import { parseDecimal, type Decimal } from '#protocol';
import { NO_TRADE_ID, TRADE_ID_BYTES_MAX } from '../tape/event-block.ts';
import type { RecordingBuilder } from '../tape/recording-builder.ts';
import { AnomalyCounter } from './anomaly-counter.ts';
import { BrokenRowCounter, type BrokenRows } from './broken-rows.ts';
import { noEvents } from './event-counts.ts';
import { FieldFault, NOT_DECIMAL, NOT_TIME } from './field.ts';
import { withoutFloatNoise } from './float-noise.ts';
import type { ByteStream } from './file-streams.ts';
import { JsonDocument } from './json-document.ts';
import { foundText, RecordingError } from './recording-error.ts';
import type { StreamReader } from './recording-format.ts';
import { TIME_US_MAX, TIME_US_MIN } from './row-cells.ts';
import { aggressorOfWord } from './side-word.ts';
import { instrumentOf, symbolOfFile } from './symbol-name.ts';
import { TextLines } from './text-lines.ts';
import { timeOfText } from './time-text.ts';

/**
 * ccxt's trades (https://docs.ccxt.com/#/README?id=trade-structure), in one list or one a line:
 * {"id":"12345","timestamp":1502962946216,"symbol":"ETH/BTC","side":"buy","price":0.06917684,"amount":1.5, ...}
 */
const OBJECTS = /^\s*\[?\s*\{/;
const OBJECT_KEYS = ['timestamp', 'price', 'amount', 'side'].map((name) => new RegExp(`"${name}"\\s*:`));
/** freqtrade's (https://www.freqtrade.io/en/stable/data-download/): [[ms, id, type, side, price, amount, cost], ...] */
const ARRAYS =
  /^\s*\[\s*\[\s*\d{12,13}(?:\.0)?\s*,\s*(?:"[^"]*"|\d+|null)\s*,\s*(?:"[^"]*"|null)\s*,\s*"(?:buy|sell)"\s*,/;
const HEAD_BYTES = 16_384;
const bytesOf = new TextEncoder();

export function isJsonTrades(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_BYTES)).toString('utf8');
  return ARRAYS.test(text) || (OBJECTS.test(text) && OBJECT_KEYS.every((key) => key.test(text)));
}

/** What a trade is made of, numbers as they stand in the text. */
interface TradeFields {
  time: unknown;
  symbol: unknown;
  id: unknown;
  side: unknown;
  price: unknown;
  size: unknown;
}

/**
 * Trades as objects or lists in JSON: one document, held in memory as a whole, or one object a line, which is streamed. Times are those
 * of the venue; nobody wrote down an arrival.
 */
export class JsonTradesReader implements StreamReader {
  readonly title = 'JSON trades';
  readonly format = 'json-trades';
  readonly counts = noEvents();
  readonly anomalies = new AnomalyCounter('trades');
  readonly #stream: ByteStream;
  readonly #builder: RecordingBuilder;
  readonly #broken: BrokenRowCounter;
  readonly #document: JsonDocument;
  readonly #lines: TextLines;
  readonly #numbers = new Map<string, number>();
  /** Null until the first bytes say it. */
  #isDocument: boolean | null = null;
  #rows = 0;

  constructor(stream: ByteStream, builder: RecordingBuilder, isStrict: boolean) {
    this.#stream = stream;
    this.#builder = builder;
    this.#broken = new BrokenRowCounter(isStrict);
    this.#document = new JsonDocument(stream.label, 'trades');
    this.#lines = new TextLines(stream.label, (line) => this.#onLine(line));
    this.anomalies.withoutReceiveTime();
  }

  get lastRow(): number {
    return this.#rows;
  }

  get rows(): number {
    return this.#rows;
  }

  get broken(): BrokenRows {
    return this.#broken.result();
  }

  push(bytes: Uint8Array): void {
    this.#isDocument ??= /^\s*\[/.test(Buffer.from(bytes).toString('latin1', 0, 64));
    if (this.#isDocument) this.#document.push(bytes);
    else this.#lines.push(bytes);
  }

  finish(): void {
    if (this.#isDocument === true) {
      const rows = this.#document.parsed();
      if (Array.isArray(rows)) for (const row of rows as unknown[]) this.#onRow(row);
    } else this.#lines.finish();
    this.#broken.finish();
  }

  #onLine(line: string): void {
    if (line.trim() === '') return;
    try {
      this.#onRow(JsonDocument.ofText(line));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#rows += 1;
      this.#broken.broken(this.#bad('line', line, 'a JSON object'));
    }
  }

  #onRow(row: unknown): void {
    this.#rows += 1;
    try {
      this.#trade(fieldsOf(row));
      this.#broken.sound();
    } catch (error) {
      if (!(error instanceof FieldFault)) throw error;
      this.#broken.broken(this.#bad(error.column, error.found, error.expected));
    }
  }

  #bad(column: string, found: string, expected: string): RecordingError {
    const row = this.#rows;
    const sentence = `, trade ${row}, ${column}: found ${foundText(found)}, expected ${expected}.`;
    return new RecordingError('bad-row', this.#stream.label, sentence, { row, column });
  }

  #trade({ time, symbol, id, side, price, size }: TradeFields): void {
    const timeUs = timeOfValue(time);
    const instrument = this.#instrument(typeof symbol === 'string' ? symbol : '');
    const aggressor = aggressorOfWord(typeof side === 'string' ? side : '');
    if (aggressor === null) throw new FieldFault('side', String(side), 'buy or sell');
    const { mantissa, decimals } = decimalOf('price', price, this.#onNoise);
    const amount = decimalOf('amount', size, this.#onNoise);
    if (amount.mantissa < 0) throw new FieldFault('amount', String(size), 'a size of 0 or more');
    if (amount.mantissa === 0) {
      this.anomalies.row(instrument, timeUs, timeUs);
      this.anomalies.zeroSize();
      return;
    }
    const misfit = this.#builder.trade(
      instrument,
      timeUs,
      timeUs,
      mantissa,
      decimals,
      amount.mantissa,
      amount.decimals,
      aggressor,
      this.#tradeId(instrument, id === null || id === undefined ? '' : String(id)),
    );
    if (misfit !== 'none')
      throw new FieldFault(
        misfit,
        '',
        'a number that 53 bits hold exactly beside the others of its instrument',
      );
    this.counts.trade += 1;
    this.anomalies.row(instrument, timeUs, timeUs);
  }

  readonly #onNoise = (): void => this.anomalies.mark('float_noise_rounded');

  #tradeId(instrument: number, id: string): number {
    if (id === '') return NO_TRADE_ID;
    if (/^(?:0|[1-9]\d{0,15})$/.test(id) && Number.isSafeInteger(Number(id))) {
      this.anomalies.numberId(instrument, Number(id));
      return Number(id);
    }
    const bytes = bytesOf.encode(id);
    if (bytes.length > TRADE_ID_BYTES_MAX)
      throw new FieldFault('id', id, `an id of at most ${TRADE_ID_BYTES_MAX} bytes`);
    this.anomalies.textId(instrument, bytes, 0, bytes.length);
    return this.#builder.textId(bytes, 0, bytes.length);
  }

  #instrument(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const ofFile = symbolOfFile(this.#stream.name);
    // BTC/USDT:USDT is a contract that settles in USDT.
    const { venue, symbol, assetClass, currency } =
      name === '' ? ofFile : instrumentOf(ofFile.venue, name.split(':')[0]!);
    const number = this.#builder.instruments.number(venue, symbol, assetClass, currency);
    this.#numbers.set(name, number);
    return number;
  }
}

function fieldsOf(row: unknown): TradeFields {
  if (Array.isArray(row)) {
    const [time, id, , side, price, size] = row as unknown[];
    return { time, symbol: '', id, side, price, size };
  }
  if (typeof row !== 'object' || row === null)
    throw new FieldFault('trade', String(row), 'an object or a list');
  const { timestamp: time, symbol, id, side, price, amount: size } = row as Record<string, unknown>;
  return { time, symbol, id, side, price, size };
}

function timeOfValue(value: unknown): number {
  const text = typeof value === 'string' ? value.replace(/\.0+$/, '') : '';
  const timeUs = timeOfText(text)?.timeUs ?? Number.NaN;
  if (timeUs >= TIME_US_MIN && timeUs < TIME_US_MAX) return timeUs;
  throw new FieldFault('timestamp', String(value ?? ''), NOT_TIME);
}

/** @param onNoise a number was rounded to the digits that a float keeps */
function decimalOf(name: string, value: unknown, onNoise: () => void): Decimal {
  const text = typeof value === 'string' ? value : '';
  const decimal = parseDecimal(text);
  if (decimal !== null) return decimal;
  const rounded = withoutFloatNoise(text);
  if (rounded !== null) {
    onNoise();
    return rounded;
  }
  throw new FieldFault(name, String(value ?? ''), NOT_DECIMAL);
}
