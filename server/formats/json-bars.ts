import { parseDecimal, type Decimal } from '#protocol';
import type { BarNumbers } from '../tape/bar-numbers.ts';
import type { RecordingBuilder } from '../tape/recording-builder.ts';
import { AnomalyCounter } from './anomaly-counter.ts';
import { noEvents } from './event-counts.ts';
import { NOT_DECIMAL } from './field.ts';
import { withoutFloatNoise } from './float-noise.ts';
import type { ByteStream } from './file-streams.ts';
import { JsonDocument } from './json-document.ts';
import { barSecondsOfName } from './plain-bars.ts';
import { foundText, RecordingError } from './recording-error.ts';
import type { StreamReader } from './recording-format.ts';
import { instrumentOf, symbolOfFile } from './symbol-name.ts';
import { timeOfText } from './time-text.ts';

const SECOND_US = 1_000_000;
const DAY_S = 86_400;

/** ta4j (https://github.com/ta4j/ta4j): {"name": "...", "ohlc": [{"endTime": ms, "openPrice": 1673.58, ...}]} */
const TA4J = /^\s*\{[^[]*\[\s*\{\s*"endTime"\s*:/;
/** freqtrade and ccxt: [[1638316800000, open, high, low, close, volume], ...]; Binance's answers have text for numbers, and more cells. */
const ARRAYS = /^\s*\[\s*\[\s*\d{10,13}\s*,(?:\s*"?\d[\d.eE+-]*"?\s*,){4}\s*"?\d[\d.eE+-]*"?\s*[,\]]/;
const HEAD_BYTES = 4_096;

export function isJsonBars(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_BYTES)).toString('utf8');
  return TA4J.test(text) || ARRAYS.test(text);
}

/** Text of a number of the document, as it stands there: a float would not give all decimals back. */
type NumberText = string;

interface JsonBar {
  time: NumberText;
  prices: readonly [open: NumberText, high: NumberText, low: NumberText, close: NumberText];
  volume: NumberText;
}

/**
 * One JSON document of bars of one instrument. ta4j stamps a bar with its last moment (...999 ms), the arrays with its start; both
 * are let out at the end. A document is held in memory as a whole, up to 256 MB.
 */
export class JsonBarsReader implements StreamReader {
  readonly title = 'JSON bars';
  readonly counts = noEvents();
  readonly anomalies = new AnomalyCounter('bars');
  readonly #stream: ByteStream;
  readonly #builder: RecordingBuilder;
  readonly #document: JsonDocument;
  #format = 'json-bars';

  constructor(stream: ByteStream, builder: RecordingBuilder) {
    this.#stream = stream;
    this.#builder = builder;
    this.#document = new JsonDocument(stream.label, 'bars');
    this.anomalies.withoutReceiveTime();
  }

  get format(): string {
    return this.#format;
  }

  get lastRow(): number {
    return this.anomalies.rows;
  }

  push(bytes: Uint8Array): void {
    this.#document.push(bytes);
  }

  finish(): void {
    const document = this.#document.parsed();
    const isList = Array.isArray(document);
    this.#format = isList ? 'json-bars' : 'ta4j-bars';
    const bars = isList ? inOrder(document.map((row, at) => this.#ofArray(row, at))) : this.#ofTa4j(document);
    const name = isList ? null : textOf(document, 'name');
    const instrument = this.#instrument(name);
    const times = bars.map(({ time }, at) => this.#timeUs(time, at));
    const seconds = this.#seconds(times);
    for (const [at, bar] of bars.entries()) {
      // A last moment of ...999 ms, or the very end.
      const endUs = isList ? times[at]! + seconds * SECOND_US : Math.ceil(times[at]! / SECOND_US) * SECOND_US;
      const startUs = endUs - seconds * SECOND_US;
      const numbers = this.#numbers(bar, at);
      if (this.#builder.bar(instrument, endUs, endUs, startUs, seconds, numbers) !== 'none')
        throw this.#bad(
          at,
          'prices or volume',
          JSON.stringify(bar),
          'numbers that 53 bits hold exactly beside the others',
        );
      this.anomalies.bar(instrument, endUs, seconds);
      this.counts.bar += 1;
    }
  }

  #ofArray(row: unknown, at: number): JsonBar {
    if (!Array.isArray(row) || row.length < 6 || !row.every((cell) => typeof cell === 'string'))
      throw this.#bad(at, 'row', JSON.stringify(row), 'time, open, high, low, close, volume');
    const [time, open, high, low, close, volume] = row as string[];
    return { time: time!, prices: [open!, high!, low!, close!], volume: volume! };
  }

  #ofTa4j(document: unknown): JsonBar[] {
    const lists = Object.values(document as Record<string, unknown>).filter(Array.isArray);
    const rows = lists.flat() as unknown[];
    return rows.map((row, at) => {
      const field = (name: string): string => {
        const text = textOf(row, name);
        if (text === null) throw this.#bad(at, name, '', 'a number');
        return text;
      };
      return {
        time: field('endTime'),
        prices: [field('openPrice'), field('highPrice'), field('lowPrice'), field('closePrice')],
        volume: textOf(row, 'volume') ?? '0',
      };
    });
  }

  #instrument(name: string | null): number {
    const ofFile = symbolOfFile(this.#stream.name);
    // ta4j names a series "ETH/USD_PT5M@BinanceUS".
    const [, pair, venue] = /^([A-Z\d]+\/[A-Z\d]+)\S*?(?:@(\w+))?$/.exec(name ?? '') ?? [];
    const { symbol, assetClass, currency } = pair === undefined ? ofFile : instrumentOf('', pair);
    const place = venue === undefined ? ofFile.venue : venue.toLowerCase();
    return this.#builder.instruments.number(place, symbol, assetClass, currency);
  }

  #seconds(times: readonly number[]): number {
    const steps = times.slice(1).map((time, at) => Math.abs(time - times[at]!));
    const shortest = steps.reduce(
      (least, step) => (step >= SECOND_US && step < least ? step : least),
      Infinity,
    );
    if (Number.isFinite(shortest)) return Math.round(shortest / SECOND_US);
    const named = barSecondsOfName(this.#stream.name);
    return Number.isNaN(named) ? DAY_S : named;
  }

  #timeUs(text: string, at: number): number {
    const time = timeOfText(text);
    if (time === null) throw this.#bad(at, 'time', text, 'seconds or milliseconds since 1970');
    return time.timeUs;
  }

  #numbers({ prices, volume }: JsonBar, at: number): BarNumbers {
    const [open, high, low, close] = prices.map((text) => this.#number(text, 'price', at));
    const size = this.#number(volume, 'volume', at);
    if (size.mantissa < 0) throw this.#bad(at, 'volume', volume, 'a size of 0 or more');
    return { open: open!, high: high!, low: low!, close: close!, volume: size };
  }

  #number(text: string, what: string, at: number): Decimal {
    const exact = parseDecimal(text);
    if (exact !== null) return exact;
    const value = withoutFloatNoise(text);
    if (value === null) throw this.#bad(at, what, text, NOT_DECIMAL);
    this.anomalies.mark('float_noise_rounded');
    return value;
  }

  #bad(at: number, column: string, found: string, expected: string): RecordingError {
    const row = at + 1;
    return new RecordingError(
      'bad-row',
      this.#stream.label,
      `, bar ${row}, ${column}: found ${foundText(found)}, expected ${expected}.`,
      { row, column },
    );
  }
}

/**
 * Where each list has open, high, low and close among its four prices. Coinbase answers low, high, open, close, and Bitfinex open, close,
 * high, low (https://docs.cdp.coinbase.com/exchange/reference, https://docs.bitfinex.com/reference/rest-public-candles).
 */
const ORDERS = [
  [0, 1, 2, 3],
  [2, 1, 0, 3],
  [0, 2, 3, 1],
] as const;

/** Prices as open, high, low, close: in the first order in which no bar has a high below or a low above its other prices. */
function inOrder(bars: readonly JsonBar[]): JsonBar[] {
  const fits = (order: readonly number[]): boolean =>
    bars.every(({ prices }) => {
      const [open, high, low, close] = order.map((at) => Number(prices[at])) as [
        number,
        number,
        number,
        number,
      ];
      return high >= Math.max(open, low, close) && low <= Math.min(open, close);
    });
  const order = ORDERS.find(fits) ?? ORDERS[0];
  return bars.map((bar) => {
    const [open, high, low, close] = order.map((at) => bar.prices[at]!);
    return { ...bar, prices: [open!, high!, low!, close!] };
  });
}

/** A field that is a number or a text. */
function textOf(object: unknown, name: string): string | null {
  if (typeof object !== 'object' || object === null) return null;
  const value = (object as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : null;
}
