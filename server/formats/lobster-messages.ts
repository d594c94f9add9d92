import type { Misfit } from '../tape/recording-builder.ts';
import type { ReadPlace } from './byte-source.ts';
import { CsvRows } from './csv-rows.ts';
import type { ByteStream } from './file-streams.ts';
import { RecordingError } from './recording-error.ts';
import { RowCells, type RowTarget } from './row-cells.ts';
import { ZoneTime } from './zone-time.ts';

const COLUMNS = ['time', 'type', 'order id', 'size', 'price', 'direction'];
const TYPE_MAX = 7;
const SCALED_PLACES = 4;
const US_DECIMALS = 6;
const DAY_S = 86_400;
const DAY_MS = 86_400_000;

export interface LobsterMessage {
  timeUs: number;
  type: number;
  size: number;
  price: number;
  priceDecimals: number;
  /** 1 = a buy order, -1 = a sell order. */
  direction: number;
  /** Exactly the time of the message before, nanoseconds included. */
  isSameTime: boolean;
}

/**
 * The message file of a LOBSTER pair, asked for rows when they are needed. A row is
 * `34200.004241176,1,16113575,18,5853300,1`: seconds since midnight in New York, type, order id, size, price x 10,000, direction.
 */
export class LobsterMessages implements ReadPlace {
  readonly #stream: ByteStream;
  readonly #chunks: AsyncGenerator<Uint8Array>;
  readonly #rows: CsvRows;
  readonly #cells: RowCells;
  readonly #dayMs: number;
  readonly #zone = new ZoneTime('America/New_York');
  #queue: LobsterMessage[] = [];
  #at = 0;
  #isOver = false;
  #timeMantissa = Number.NaN;
  #timeDecimals = 0;

  constructor(
    stream: ByteStream,
    dayMs: number,
    base: Pick<RowTarget, 'builder' | 'anomalies' | 'counts' | 'assetClass'>,
  ) {
    this.#stream = stream;
    this.#dayMs = dayMs;
    this.#rows = new CsvRows(stream.label, () => this.#onRow());
    this.#cells = new RowCells({
      ...base,
      path: stream.label,
      fileName: stream.name,
      rows: this.#rows,
      columns: COLUMNS,
    });
    this.#chunks = stream.chunks(this);
  }

  get lastRow(): number {
    return this.#rows.line;
  }

  /** Messages that were read and not taken. */
  get waiting(): number {
    return this.#queue.length - this.#at;
  }

  next(): LobsterMessage {
    const message = this.#queue[this.#at]!;
    this.#at += 1;
    if (this.#at === this.#queue.length) {
      this.#queue = [];
      this.#at = 0;
    }
    return message;
  }

  /** Reads on until so many wait, or the file ends. */
  async wait(messages: number): Promise<void> {
    while (this.waiting < messages && (await this.more()));
  }

  /** Reads one chunk. False at the end of the file. */
  async more(): Promise<boolean> {
    if (this.#isOver) return false;
    const chunk = await this.#chunks.next();
    if (chunk.done === true) {
      this.#isOver = true;
      this.#rows.finish();
      return this.waiting > 0;
    }
    this.#rows.push(chunk.value);
    return true;
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined);
  }

  /** About the message that was taken last, whose row may have been left behind. */
  refuse(misfit: Misfit): never {
    throw new RecordingError(
      'bad-row',
      this.#stream.label,
      ` has a ${misfit === 'size' ? 'size' : 'price'} that 53 bits do not hold exactly beside the others of its instrument: expected fewer digits.`,
    );
  }

  #onRow(): void {
    const cells = this.#cells;
    const { decimal } = cells;
    cells.checkCount();
    const { timeUs, isSameTime } = this.#time();
    const type = this.#whole(1, 1, TYPE_MAX, 'a type from 1 to 7');
    const size = this.#whole(3, 0, Number.MAX_SAFE_INTEGER, 'a whole number of shares');
    cells.price(4);
    decimal.shift(SCALED_PLACES);
    const price = decimal.mantissa;
    const priceDecimals = decimal.decimals;
    const direction = this.#whole(5, -1, 1, '1 or -1');
    this.#queue.push({ timeUs, type, size, price, priceDecimals, direction, isSameTime });
  }

  #time(): { timeUs: number; isSameTime: boolean } {
    const { decimal } = this.#cells;
    this.#cells.price(0);
    const { mantissa, decimals } = decimal;
    const seconds = mantissa / 10 ** decimals;
    if (!(seconds >= 0 && seconds < DAY_S))
      throw this.#cells.fail(0, 'seconds since midnight, from 0 to below 86400');
    const isSameTime = mantissa === this.#timeMantissa && decimals === this.#timeDecimals;
    this.#timeMantissa = mantissa;
    this.#timeDecimals = decimals;
    const sinceMidnightUs =
      decimals <= US_DECIMALS
        ? mantissa * 10 ** (US_DECIMALS - decimals)
        : Math.floor(mantissa / 10 ** (decimals - US_DECIMALS));
    const offsetMs = this.#zone.offsetMs(this.#dayMs, Math.min(seconds * 1000, DAY_MS - 1));
    return { timeUs: (this.#dayMs - offsetMs) * 1000 + sinceMidnightUs, isSameTime };
  }

  #whole(cell: number, lowest: number, highest: number, expected: string): number {
    const { decimal } = this.#cells;
    this.#cells.price(cell);
    const { mantissa, decimals } = decimal;
    if (decimals === 0 && mantissa >= lowest && mantissa <= highest) return mantissa;
    throw this.#cells.fail(cell, expected);
  }
}
