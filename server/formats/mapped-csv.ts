import Papa from 'papaparse';
import type { RecordingBuilder } from '../tape/recording-builder.ts';
import { AnomalyCounter } from './anomaly-counter.ts';
import { BrokenRowCounter, type BrokenRows } from './broken-rows.ts';
import { columnMapText, type ColumnMap } from './column-map.ts';
import { noEvents, type EventCounts } from './event-counts.ts';
import { FieldFault } from './field.ts';
import type { FieldRole } from './field-roles.ts';
import type { ByteStream } from './file-streams.ts';
import { tableMap, type MappedColumn, type TableMap } from './map-guess.ts';
import { MappedEvents, type Fields } from './mapped-events.ts';
import { barSecondsOfName } from './plain-bars.ts';
import { foundText, RecordingError } from './recording-error.ts';
import type { StreamReader } from './recording-format.ts';
import { symbolOfFile } from './symbol-name.ts';
import { TextField } from './text-field.ts';
import { TextTime } from './text-time.ts';

/** Rows by which columns are judged. */
const HEAD_ROWS_MAX = 50;
const HEAD_CHARS = 65_536;
/** A row without end must not fill the memory. */
const ROW_CHARS_MAX = 1_048_576;
const KIND_OF_TABLE = { trades: 'trade', quotes: 'quote', bars: 'bar' } as const;

interface ParsedRows {
  data: string[][];
  meta: { cursor: number };
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

/** A date in a file name; empty when there is none. */
function dayOfName(fileName: string): string {
  const [, year, month, day] = /(?:^|\D)((?:19|20)\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)/.exec(fileName) ?? [];
  return year === undefined ? '' : `${year}-${month!}-${day!}`;
}

/**
 * CSV of columns that no known layout has, with any delimiter, on its way into a builder: what the columns are was given or is guessed.
 * A tenth as fast as the known layouts: each cell is a string. Not reusable.
 */
export class MappedCsvReader implements StreamReader {
  readonly title = 'trades, quotes or bars';
  readonly #stream: ByteStream;
  readonly #builder: RecordingBuilder;
  readonly #given: ColumnMap;
  readonly #broken: BrokenRowCounter;
  readonly #decoder = new TextDecoder();
  #anomalies = new AnomalyCounter('trades');
  #text = '';
  #table: TableMap | null = null;
  #parser: Papa.Parser | null = null;
  #events: MappedEvents | null = null;
  #row: readonly string[] = [];
  #line = 0;
  #rows = 0;
  #made = 0;

  constructor(stream: ByteStream, builder: RecordingBuilder, given: ColumnMap, isStrict: boolean) {
    this.#stream = stream;
    this.#builder = builder;
    this.#given = given;
    this.#broken = new BrokenRowCounter(isStrict);
  }

  get format(): string {
    return `csv-${this.#table?.kind ?? 'table'}`;
  }

  get mapping(): string {
    return this.#table === null ? '' : columnMapText(this.#table.text);
  }

  get lastRow(): number {
    return this.#line;
  }

  get rows(): number {
    return this.#rows;
  }

  get broken(): BrokenRows {
    return this.#broken.result();
  }

  get anomalies(): AnomalyCounter {
    return this.#anomalies;
  }

  get counts(): EventCounts {
    const counts = noEvents();
    if (this.#table !== null) counts[KIND_OF_TABLE[this.#table.kind]] = this.#made;
    return counts;
  }

  push(bytes: Uint8Array): void {
    this.#text += this.#decoder.decode(bytes, { stream: true });
    if (this.#parser === null && this.#text.length < HEAD_CHARS) return;
    const before = this.#builder.events;
    this.#takeRows(true);
    this.#made += this.#builder.events - before;
  }

  finish(): void {
    const before = this.#builder.events;
    this.#text += this.#decoder.decode();
    this.#takeRows(false);
    this.#attempt(() => this.#events?.finish());
    this.#made += this.#builder.events - before;
    this.#broken.finish();
  }

  #takeRows(hasMore: boolean): void {
    const parser = (this.#parser ??= this.#begin(hasMore));
    const { data, meta } = parser.parse(this.#text, 0, hasMore) as ParsedRows;
    this.#text = hasMore ? this.#text.slice(meta.cursor) : '';
    if (this.#text.length > ROW_CHARS_MAX) {
      const row = this.#line + 1;
      const sentence = `, row ${row}, is longer than ${ROW_CHARS_MAX} characters: expected lines of values.`;
      throw new RecordingError('bad-row', this.#stream.label, sentence, { row });
    }
    for (const row of data) this.#onRow(row);
  }

  #begin(hasMore: boolean): Papa.Parser {
    if (this.#text.startsWith('\uFEFF')) this.#text = this.#text.slice(1);
    const { rows, delimiter } = headRows(hasMore ? this.#text : `${this.#text}\n`);
    const { label, name } = this.#stream;
    const table = tableMap(rows, this.#given, dayOfName(name) !== '');
    if (typeof table === 'string')
      throw new RecordingError('missing-column', label, `: ${table}.`, { row: 1 });
    this.#table = table;
    this.#anomalies = new AnomalyCounter(table.kind);
    const { venue, ...ofFile } = symbolOfFile(name);
    this.#events = new MappedEvents({
      builder: this.#builder,
      anomalies: this.#anomalies,
      fields: this.#fields(table),
      ofFile: { venue, ...ofFile },
      barSeconds: barSecondsOfName(name),
    });
    return new Papa.Parser({ delimiter });
  }

  #fields(table: TableMap): Fields {
    const day = table.columns.get('date');
    const ofName = dayOfName(this.#stream.name);
    const dayOfRow = day === undefined ? () => ofName : this.#cell(day);
    const fields: Fields = {};
    for (const [role, column] of table.columns) fields[role] = this.#field(table, role, column, dayOfRow);
    return fields;
  }

  #field(table: TableMap, role: FieldRole, column: MappedColumn, day: () => string): TextField {
    const { from, unit, zone } = column;
    // A name that says UTC is no assumption.
    const name = 'column' in from ? table.names[from.column]!.trim() : role;
    const isUtc = /utc|gmt/i.test(name);
    const onZoneAssumed = () => {
      if (!isUtc) this.#anomalies.mark('times_taken_as_utc');
    };
    return new TextField({
      name,
      cell: this.#cell(column),
      time: new TextTime(unit, zone, onZoneAssumed),
      day,
    });
  }

  #cell({ from }: MappedColumn): () => string {
    if ('value' in from) return () => from.value;
    const { column } = from;
    return () => this.#row[column]!.trim();
  }

  #onRow(row: readonly string[]): void {
    this.#line += 1;
    const { names, hasHeader } = this.#table!;
    if ((row.length === 1 && row[0]!.trim() === '') || (hasHeader && this.#line === 1)) return;
    this.#rows += 1;
    this.#row = row;
    this.#attempt(() => {
      if (row.length !== names.length) throw this.#miscounted(row.length, names.length);
      this.#events!.row();
      this.#broken.sound();
    });
  }

  #attempt(take: () => void): void {
    try {
      take();
    } catch (error) {
      this.#broken.broken(this.#sentence(error));
    }
  }

  #miscounted(found: number, expected: number): RecordingError {
    const cells = found === 1 ? '1 cell' : `${found} cells`;
    const sentence = `, row ${this.#line}: found ${cells}, expected ${expected}.`;
    return new RecordingError('bad-row', this.#stream.label, sentence, { row: this.#line });
  }

  #sentence(error: unknown): unknown {
    if (!(error instanceof FieldFault)) return error;
    const { column, found, expected } = error;
    const row = this.#line;
    const sentence = `, row ${row}, column ${column}: found ${foundText(found)}, expected ${expected}.`;
    return new RecordingError('bad-row', this.#stream.label, sentence, { row, column });
  }
}
