import Papa from 'papaparse';
import type { RecordingBuilder } from '../tape/recording-builder.ts';
import type { ColumnMap } from './column-map.ts';
import type { ByteStream } from './file-streams.ts';
import { tableMap, type TableMap } from './map-guess.ts';
import { MappedReader } from './mapped-reader.ts';
import { dayOfName } from './mapped-table.ts';
import { RecordingError } from './recording-error.ts';

/** Rows by which columns are judged. */
const HEAD_ROWS_MAX = 50;
const HEAD_CHARS = 65_536;
/** Lines over which a quoted cell may go. */
const CELL_LINES_MAX = 20;
/** A row without end must not fill the memory. */
const ROW_CHARS_MAX = 1_048_576;

interface ParsedRows {
  data: string[][];
  errors: { code: string }[];
}

/** What the first rows of a text say of its columns. Text when they say nothing: what is missing. */
export function guessTable(head: string, fileName: string, given: ColumnMap): TableMap | string {
  return tableMap(headRows(head).rows, given, dayOfName(fileName) !== '');
}

function headRows(head: string): { rows: string[][]; delimiter: string } {
  const parsed = Papa.parse<string[]>(head, { preview: HEAD_ROWS_MAX, skipEmptyLines: true });
  // The last row of the head may be cut.
  const rows =
    parsed.data.length > 1 && parsed.data.length < HEAD_ROWS_MAX ? parsed.data.slice(0, -1) : parsed.data;
  return { rows: /[\r\n]$/.test(head) ? parsed.data : rows, delimiter: parsed.meta.delimiter };
}

/**
 * CSV of columns that no known layout has, with any delimiter, on its way into a builder: what the columns are was given or is guessed.
 * A tenth as fast as the known layouts: each cell is a string. Not reusable.
 */
export class MappedCsvReader extends MappedReader {
  readonly #stream: ByteStream;
  readonly #decoder = new TextDecoder();
  #text = '';
  #parser: Papa.Parser | null = null;
  #isHeaderDue = false;
  #columns = 0;

  constructor(stream: ByteStream, builder: RecordingBuilder, given: ColumnMap, isStrict: boolean) {
    super('csv', stream, builder, given, isStrict);
    this.#stream = stream;
  }

  push(bytes: Uint8Array): void {
    this.#text += this.#decoder.decode(bytes, { stream: true });
    if (this.#parser === null && this.#text.length < HEAD_CHARS) return;
    this.#takeRows(true);
  }

  finish(isCut = false): void {
    this.#text += this.#decoder.decode();
    if (isCut) this.#text = this.#text.slice(0, this.#text.lastIndexOf('\n') + 1);
    this.#takeRows(false);
    this.table.finish(this.row);
  }

  #takeRows(hasMore: boolean): void {
    const parser = (this.#parser ??= this.#begin(hasMore));
    const end = hasMore ? this.#text.lastIndexOf('\n') + 1 : this.#text.length;
    const whole = this.#text.slice(0, end).replace(/\r?\n$/, '');
    this.#text = this.#text.slice(end);
    if (this.#text.length > ROW_CHARS_MAX) {
      const row = this.row + 1;
      const sentence = `, row ${row}, is longer than ${ROW_CHARS_MAX} characters: expected lines of values.`;
      throw new RecordingError('bad-row', this.#stream.label, sentence, { row });
    }
    if (end === 0) return;
    if (!whole.includes('"')) for (const row of this.#parsed(parser, whole).data) this.#onRow(row);
    else this.#takeLines(parser, whole.split(/\r?\n/), hasMore);
  }

  /** Line by line: a quote that is not closed would take in all rows up to the next one. */
  #takeLines(parser: Papa.Parser, lines: readonly string[], hasMore: boolean): void {
    for (let at = 0; at < lines.length; at += 1) {
      const { data, errors } = this.#parsed(parser, lines[at]!);
      if (!errors.some(({ code }) => code === 'MissingQuotes')) {
        this.#onRow(data[0] ?? ['']);
        continue;
      }
      if (hasMore && lines.length - at < CELL_LINES_MAX) {
        this.#text = `${lines.slice(at).join('\n')}\n${this.#text}`;
        return;
      }
      at += this.#takeWithLineEnds(parser, lines.slice(at, at + CELL_LINES_MAX));
    }
  }

  /** A cell may have some line ends in it. Returns how many lines behind the first belong to its row. */
  #takeWithLineEnds(parser: Papa.Parser, lines: readonly string[]): number {
    for (let more = 1; more < lines.length; more += 1) {
      const { data, errors } = this.#parsed(parser, lines.slice(0, more + 1).join('\n'));
      if (errors.some(({ code }) => code === 'MissingQuotes')) continue;
      if (errors.length > 0 || data.length !== 1 || data[0]!.length !== this.#columns) break;
      this.#onRow(data[0]!);
      this.row += more;
      return more;
    }
    this.row += 1;
    this.table.brokenRow(this.row, lines[0]!, 'quotes that are closed in their row');
    return 0;
  }

  #parsed(parser: Papa.Parser, text: string): ParsedRows {
    return parser.parse(text, 0, false) as ParsedRows;
  }

  #begin(hasMore: boolean): Papa.Parser {
    if (this.#text.startsWith('\uFEFF')) this.#text = this.#text.slice(1);
    const { rows, delimiter } = headRows(hasMore ? this.#text : `${this.#text}\n`);
    this.#columns = rows[0]?.length ?? 0;
    // Where commas part cells, one within a cell parts thousands.
    this.#isHeaderDue = this.table.begin(rows, delimiter !== ',');
    return new Papa.Parser({ delimiter });
  }

  #onRow(row: readonly string[]): void {
    this.row += 1;
    if (row.length === 1 && row[0]!.trim() === '') return;
    if (this.#isHeaderDue) this.#isHeaderDue = false;
    else this.table.row(row, this.row);
  }
}
