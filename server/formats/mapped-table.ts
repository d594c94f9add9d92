import type { RecordingBuilder } from '../tape/recording-builder.ts';
import { AnomalyCounter } from './anomaly-counter.ts';
import { BrokenRowCounter, type BrokenRows } from './broken-rows.ts';
import { columnMapText, type ColumnMap } from './column-map.ts';
import { noEvents, type EventCounts } from './event-counts.ts';
import { DATE_ORDERS, withYearFirst } from './date-order.ts';
import { FieldFault } from './field.ts';
import type { FieldRole } from './field-roles.ts';
import type { ByteStream } from './file-streams.ts';
import { tableMap, type MappedColumn, type TableMap } from './map-guess.ts';
import { MappedEvents, type Fields } from './mapped-events.ts';
import { barSecondsOfName } from './plain-bars.ts';
import { foundText, RecordingError } from './recording-error.ts';
import { wordOfSign } from './side-word.ts';
import { symbolOfFile } from './symbol-name.ts';
import { TextField } from './text-field.ts';
import { TextTime } from './text-time.ts';

const KIND_OF_TABLE = { trades: 'trade', quotes: 'quote', bars: 'bar' } as const;

/** A date in a file name; empty when there is none. */
export function dayOfName(fileName: string): string {
  const [, year, month, day] = /(?:^|\D)((?:19|20)\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)/.exec(fileName) ?? [];
  return year === undefined ? '' : `${year}-${month!}-${day!}`;
}

/**
 * Rows of texts on their way into a builder, by what their columns were given or are guessed to be. Not a reader: whoever knows the
 * syntax cuts the rows, and says of the first ones what they are. Invariant: no row before `begin`.
 */
export class MappedTable {
  readonly #stream: ByteStream;
  readonly #builder: RecordingBuilder;
  readonly #given: ColumnMap;
  readonly #broken: BrokenRowCounter;
  #anomalies = new AnomalyCounter('trades');
  #map: TableMap | null = null;
  #events: MappedEvents | null = null;
  #cells: readonly string[] = [];
  #hasDecimalComma = false;
  #rows = 0;
  #made = 0;

  constructor(stream: ByteStream, builder: RecordingBuilder, given: ColumnMap, isStrict: boolean) {
    this.#stream = stream;
    this.#builder = builder;
    this.#given = given;
    this.#broken = new BrokenRowCounter(isStrict);
  }

  /** Trades, quotes or bars; null before it is known. */
  get kind(): TableMap['kind'] | null {
    return this.#map?.kind ?? null;
  }

  get mapping(): string {
    return this.#map === null ? '' : columnMapText(this.#map.text);
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
    if (this.#map !== null) counts[KIND_OF_TABLE[this.#map.kind]] = this.#made;
    return counts;
  }

  /**
   * Decides what the columns are.
   * @param rows the first ones, the header with them
   * @param hasDecimalComma whether a comma in a number is its decimal point; else it parts thousands
   * @returns whether the first of them is a header
   * @throws RecordingError when they make no trades, quotes or bars
   */
  begin(rows: readonly (readonly string[])[], hasDecimalComma: boolean): boolean {
    this.#hasDecimalComma = hasDecimalComma;
    const { label, name } = this.#stream;
    const map = tableMap(rows, this.#given, dayOfName(name) !== '');
    if (typeof map === 'string') throw new RecordingError('missing-column', label, `: ${map}.`, { row: 1 });
    this.#map = map;
    this.#anomalies = new AnomalyCounter(map.kind);
    const { venue, ...ofFile } = symbolOfFile(name);
    this.#events = new MappedEvents({
      builder: this.#builder,
      anomalies: this.#anomalies,
      fields: this.#fields(map),
      ofFile: { venue, ...ofFile },
      barSeconds: barSecondsOfName(name),
    });
    return map.hasHeader;
  }

  /** @param number of the row in its file, for sentences. @throws RecordingError when a broken row is to end the import */
  row(cells: readonly string[], number: number): void {
    const expected = this.#map!.names.length;
    this.#rows += 1;
    this.#cells = cells;
    this.#attempt(number, () => {
      const isWhole = cells.length === expected || (cells.length === expected + 1 && cells[expected] === '');
      if (!isWhole) throw this.#miscounted(cells.length, expected, number);
      this.#events!.row();
      this.#broken.sound();
    });
  }

  /** A row of which not even the cells are known. @throws RecordingError as `row` does */
  brokenRow(number: number, found: string, expected: string): void {
    this.#rows += 1;
    const sentence = `, row ${number}: found ${foundText(found)}, expected ${expected}.`;
    this.#broken.broken(new RecordingError('bad-row', this.#stream.label, sentence, { row: number }));
  }

  /** The file has ended. @throws RecordingError */
  finish(lastRow: number): void {
    this.#attempt(lastRow, () => this.#events?.finish());
    this.#broken.finish();
  }

  #attempt(row: number, take: () => void): void {
    const before = this.#builder.events;
    try {
      take();
    } catch (error) {
      this.#broken.broken(this.#sentence(error, row));
    } finally {
      this.#made += this.#builder.events - before;
    }
  }

  #fields(map: TableMap): Fields {
    const day = map.columns.get('date');
    const ofName = dayOfName(this.#stream.name);
    const dayOfRow = day === undefined ? () => ofName : this.#dateOf(day);
    const fields: Fields = {};
    for (const [role, column] of map.columns) fields[role] = this.#field(map, role, column, dayOfRow);
    return fields;
  }

  #field(map: TableMap, role: FieldRole, column: MappedColumn, day: () => string): TextField {
    const { from, unit, zone } = column;
    // A name that says UTC is no assumption.
    const name = 'column' in from ? map.names[from.column]!.trim() : role;
    const isUtc = /utc|gmt/i.test(name);
    const onZoneAssumed = () => {
      if (!isUtc) this.#anomalies.mark('times_taken_as_utc');
    };
    const cell = this.#cell(column);
    return new TextField({
      name,
      cell: role === 'side' && map.hasSignedSides ? () => wordOfSign(cell()) : cell,
      time: new TextTime(unit, zone, onZoneAssumed),
      day,
      hasDecimalComma: this.#hasDecimalComma,
      onNoise: () => this.#anomalies.mark('float_noise_rounded'),
    });
  }

  #cell({ from }: MappedColumn): () => string {
    if ('value' in from) return () => from.value;
    const { column } = from;
    return () => this.#cells[column]!.trim();
  }

  #dateOf(column: MappedColumn): () => string {
    const cell = this.#cell(column);
    return DATE_ORDERS.includes(column.unit) ? () => withYearFirst(cell(), column.unit) : cell;
  }

  #miscounted(found: number, expected: number, row: number): RecordingError {
    const cells = found === 1 ? '1 cell' : `${found} cells`;
    const sentence = `, row ${row}: found ${cells}, expected ${expected}.`;
    return new RecordingError('bad-row', this.#stream.label, sentence, { row });
  }

  #sentence(error: unknown, row: number): unknown {
    if (!(error instanceof FieldFault)) return error;
    const { column, found, expected } = error;
    const sentence = `, row ${row}, column ${column}: found ${foundText(found)}, expected ${expected}.`;
    return new RecordingError('bad-row', this.#stream.label, sentence, { row, column });
  }
}
