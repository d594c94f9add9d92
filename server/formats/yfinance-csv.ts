import type { RecordingBuilder } from '../tape/recording-builder.ts';
import type { ByteStream } from './file-streams.ts';
import { MappedReader } from './mapped-reader.ts';
import { TextLines } from './text-lines.ts';

const HEAD_BYTES = 65_536;
/** Three lines: what each column is, of which symbol, and what the first one is. */
const HEADER = /^\uFEFF?Price,[^\n]*\nTicker,[^\n]*\n(?:Date|Datetime),/;
const HEADER_LINES = 3;
/** A row for each symbol of a line. */
const COLUMNS = ['time', 'symbol', 'open', 'high', 'low', 'close', 'volume'] as const;
const PRICES = COLUMNS.slice(2);

/** Whether it is a table of bars as yfinance (https://ranaroussi.github.io/yfinance) downloads it and pandas writes it. */
export function isYfinance(bytes: Uint8Array): boolean {
  return HEADER.test(
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString('utf8'),
  );
}

/** Bars of several symbols beside each other on their way into a builder. Not reusable. */
export class YfinanceReader extends MappedReader {
  readonly #lines: TextLines;
  #fields: readonly string[] = [];
  /** By symbol the columns of its prices and volume, -1 where there is none. */
  readonly #symbols = new Map<string, readonly number[]>();
  #hasBegun = false;

  constructor(stream: ByteStream, builder: RecordingBuilder, isStrict: boolean) {
    super('csv', stream, builder, new Map(), isStrict);
    this.#lines = new TextLines(stream.label, (line, number) =>
      this.#onLine(line.trimEnd().split(','), number),
    );
  }

  push(bytes: Uint8Array): void {
    this.#lines.push(bytes);
  }

  finish(isCut = false): void {
    if (!isCut) this.#lines.finish();
    this.table.finish(this.row);
  }

  #onLine(cells: readonly string[], number: number): void {
    this.row = number;
    if (number === 1) this.#fields = cells.map((name) => name.trim().toLowerCase());
    else if (number === 2) this.#takeSymbols(cells);
    else if (number > HEADER_LINES && cells.length > 1) this.#takeRow(cells, number);
  }

  #takeSymbols(cells: readonly string[]): void {
    for (const symbol of new Set(cells.slice(1))) {
      const columns = PRICES.map((name) =>
        this.#fields.findIndex((field, at) => field === name && cells[at] === symbol),
      );
      this.#symbols.set(symbol, columns);
    }
  }

  #takeRow(cells: readonly string[], number: number): void {
    for (const [symbol, columns] of this.#symbols) {
      const values = columns.map((column) => cells[column] ?? '');
      // On a day on which it did not trade.
      if (values.every((value) => value === '')) continue;
      const row = [cells[0]!, symbol, ...values];
      if (!this.#hasBegun) this.table.begin([COLUMNS, row], false);
      this.#hasBegun = true;
      this.table.row(row, number);
    }
  }
}
