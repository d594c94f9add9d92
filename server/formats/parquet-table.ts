import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { parquetMetadataAsync, parquetRead, type FileMetaData, type SchemaElement } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { RecordingBuilder } from '../tape/recording-builder.ts';
import { AnomalyCounter } from './anomaly-counter.ts';
import { arrowMetadata } from './arrow-metadata.ts';
import type { RandomBytes } from './byte-source.ts';
import { BrokenRowCounter, type BrokenRows } from './broken-rows.ts';
import { noEvents, type EventCounts } from './event-counts.ts';
import type { ExportKind } from './export-options.ts';
import { FieldFault } from './field.ts';
import { rolesOfHeader, tableKind, type TableKind } from './field-roles.ts';
import type { ByteStream } from './file-streams.ts';
import { MappedEvents, type Fields } from './mapped-events.ts';
import {
  NAUTILUS_EARLY_ROWS_MIN,
  NAUTILUS_SCALE_16_BYTES,
  NAUTILUS_SCALE_16_BYTES_EARLY,
  NAUTILUS_SCALE_8_BYTES,
  NAUTILUS_SIDES,
  nautilusTable,
  type NautilusTable,
} from './nautilus.ts';
import { isParquet } from './parquet-magic.ts';
import { ParquetField, type ColumnMeaning } from './parquet-fields.ts';
import { barSecondsOfName } from './plain-bars.ts';
import { foundText, RecordingError } from './recording-error.ts';
import type { TakenIn } from './recording-format.ts';
import { symbolOfFile } from './symbol-name.ts';
import { readTableNote, TABLE_KEY, type TableNote } from './tickwire-table-note.ts';
import { TickwireTable, tickwireColumns } from './tickwire-table.ts';

/** Magic at both ends and the length of what describes the table. */
const FILE_BYTES_MIN = 12;

/** Of those that Node has, its own are several times faster. */
const COMPRESSORS = {
  ...compressors,
  GZIP: (input: Uint8Array) => gunzipSync(input),
  BROTLI: (input: Uint8Array) => brotliDecompressSync(input),
  ZSTD: (input: Uint8Array) => zstdDecompressSync(input),
};
/** Times stay the integers that they are; what they count is in the schema. */
const PARSERS = {
  timestampFromMilliseconds: (value: bigint) => value,
  timestampFromMicroseconds: (value: bigint) => value,
  timestampFromNanoseconds: (value: bigint) => value,
  dateFromDays: (value: number) => value,
};

/**
 * One Parquet file on its way into a builder, row group by row group: the columns that are needed of one group are in memory, and no
 * more. Which columns these are is found by their names. Not reusable.
 */
export class ParquetTable implements TakenIn {
  readonly title = 'a table of trades, quotes or bars';
  readonly anomalies: AnomalyCounter;
  readonly #stream: ByteStream;
  readonly #bytes: RandomBytes;
  readonly #builder: RecordingBuilder;
  readonly #broken: BrokenRowCounter;
  readonly #onGroup: () => void;
  readonly #metadata: FileMetaData;
  readonly #nautilus: NautilusTable | null;
  readonly #fields: Record<string, ParquetField> = {};
  readonly #events: MappedEvents | TickwireTable;
  #rows = 0;
  #made = 0;

  /** Reads what describes the table. @throws RecordingError */
  static async open(
    stream: ByteStream,
    bytes: RandomBytes,
    builder: RecordingBuilder,
    isStrict: boolean,
    onGroup: () => void,
  ): Promise<ParquetTable> {
    if (
      bytes.byteLength < FILE_BYTES_MIN ||
      !isParquet(new Uint8Array(await bytes.slice(bytes.byteLength - 4)))
    )
      throw new RecordingError(
        'truncated',
        stream.label,
        ' is cut off: expected the end of its Parquet data, where the table is described.',
      );
    const metadata = await sound(stream, 'the description of a Parquet table', () =>
      parquetMetadataAsync(bytes),
    );
    return new ParquetTable(stream, bytes, builder, isStrict, onGroup, metadata);
  }

  private constructor(
    stream: ByteStream,
    bytes: RandomBytes,
    builder: RecordingBuilder,
    isStrict: boolean,
    onGroup: () => void,
    metadata: FileMetaData,
  ) {
    this.#onGroup = onGroup;
    this.#stream = stream;
    this.#bytes = bytes;
    this.#builder = builder;
    this.#broken = new BrokenRowCounter(isStrict);
    this.#metadata = metadata;
    const schema = metadata.key_value_metadata?.find(({ key }) => key === 'ARROW:schema')?.value;
    const written = new Map(metadata.key_value_metadata?.map(({ key, value }) => [key, value ?? '']));
    for (const [key, value] of arrowMetadata(schema ?? '')) written.set(key, value);
    this.#nautilus = nautilusTable(written);
    const columns = flatColumns(metadata.schema);
    const names = columns.map(({ name }) => name);
    const note = readTableNote(written.get(TABLE_KEY));
    const ours = note === null ? null : tickwireColumns(note.kind, names);
    if (note !== null && ours !== null) {
      this.anomalies = new AnomalyCounter(SUBJECT_OF_KIND[note.kind]);
      for (const name of ours)
        this.#fields[name] = this.#field(name, columns[names.indexOf(name)]!, { isVerbatim: true });
      this.#events = this.#ownTable(note);
      return;
    }
    const roles = rolesOfHeader(names);
    const kind = tableKind((role) => roles.has(role));
    if (kind === null)
      throw new RecordingError(
        'unknown-format',
        stream.label,
        ` is a Parquet table with the columns ${names.join(', ')}: expected time, price and size, or time, bid and ask, or time, open, high, low and close.`,
      );
    if (kind === 'bars' && this.#nautilus !== null) {
      roles.set('end', roles.get('time') ?? roles.get('end')!);
      roles.delete('time');
    }
    this.anomalies = new AnomalyCounter(kind);
    for (const [role, column] of roles) this.#fields[role] = this.#field(role, columns[column]!, {});
    const ofName = barSecondsOfName(stream.name);
    this.#events = new MappedEvents({
      builder,
      anomalies: this.anomalies,
      fields: this.#fields as Fields,
      ofFile: this.#nautilus?.ofFile ?? symbolOfFile(stream.name),
      barSeconds: this.#nautilus?.barSeconds ?? ofName,
    });
  }

  #ownTable(note: TableNote): TickwireTable {
    const { anomalies } = this;
    return new TickwireTable({ builder: this.#builder, anomalies, note, fields: this.#fields });
  }

  #field(role: string, element: SchemaElement, more: Pick<ColumnMeaning, 'isVerbatim'>): ParquetField {
    const scale =
      element.converted_type === 'DECIMAL' ? (element.scale ?? 0) : this.#nautilusScale(role, element);
    // Else the reader of the file would make floats of decimals.
    if (element.converted_type === 'DECIMAL') {
      delete element.converted_type;
      delete element.logical_type;
    }
    const isNautilus = this.#nautilus !== null;
    const meaning: ColumnMeaning = {
      element,
      bytes: isNautilus ? 'little-endian' : 'big-endian',
      ...more,
      ...(isNautilus && role === 'side' ? { words: NAUTILUS_SIDES } : {}),
      mark: (name) => this.anomalies.mark(name),
    };
    return new ParquetField(meaning, scale);
  }

  #nautilusScale(role: string, { type, type_length: length }: SchemaElement): number {
    if (this.#nautilus === null || role === 'interval') return 0;
    if (type === 'FIXED_LEN_BYTE_ARRAY' && length === 16) return NAUTILUS_SCALE_16_BYTES;
    return type === 'INT64' || type === 'FIXED_LEN_BYTE_ARRAY' ? NAUTILUS_SCALE_8_BYTES : 0;
  }

  get format(): string {
    const { kind } = this.#events;
    if (this.#events instanceof TickwireTable) return `tickwire-parquet-${kind}`;
    return `${this.#nautilus === null ? 'parquet' : 'nautilus'}-${kind}`;
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

  get counts(): EventCounts {
    const counts = noEvents();
    counts[KIND_OF_TABLE[this.#events.kind]] = this.#made;
    return counts;
  }

  /** Null for a table of ours, of which nothing is guessed. */
  get mapping(): string | null {
    if (this.#events instanceof TickwireTable) return null;
    return Object.entries(this.#fields)
      .map(([role, { name }]) => `${role}=${name}`)
      .join(',');
  }

  /** @throws RecordingError */
  async run(): Promise<void> {
    let rowStart = 0;
    for (const group of this.#metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      await this.#readGroup(rowStart, rowEnd);
      if (rowStart === 0) this.#settleScale();
      this.#countMade(() => this.#takeGroup(rowEnd - rowStart));
      this.#onGroup();
      rowStart = rowEnd;
    }
    this.#countMade(() => this.#attempt(() => this.#events.finish()));
    this.#broken.finish();
  }

  /** Between two groups the builder may be emptied. */
  #countMade(take: () => void): void {
    const before = this.#builder.events;
    take();
    this.#made += this.#builder.events - before;
  }

  async #readGroup(rowStart: number, rowEnd: number): Promise<void> {
    const fields = Object.values(this.#fields);
    const pages = new Map<string, ArrayLike<unknown>[]>(fields.map(({ name }) => [name, []]));
    await sound(this.#stream, `sound Parquet data after row ${rowStart}`, () =>
      parquetRead({
        file: this.#bytes,
        metadata: this.#metadata,
        columns: [...pages.keys()],
        rowStart,
        rowEnd,
        compressors: COMPRESSORS,
        parsers: PARSERS,
        onChunk: ({ columnName, columnData }) => pages.get(columnName)?.push(columnData),
      }),
    );
    for (const field of fields) {
      const [first = [], ...more] = pages.get(field.name)!;
      field.values = more.length === 0 ? first : [first, ...more].flatMap((page) => Array.from(page));
      if (field.values.length !== rowEnd - rowStart)
        throw damaged(
          this.#stream,
          `${rowEnd - rowStart} values of ${field.name}`,
          `found ${field.values.length}`,
        );
    }
  }

  /**
   * Prices of a file are written with the decimals that it names. Where their finest digit lies there by a scale of 10^18, and two
   * places short of it by 10^16, the file is one of the early builds: a EURUSD of 112.12 is 1.1212.
   */
  #settleScale(): void {
    const prices = (['price', 'bid', 'ask', 'open', 'high', 'low', 'close'] as const)
      .map((role) => this.#fields[role])
      .filter((field) => field?.scale === NAUTILUS_SCALE_16_BYTES);
    const finest = NAUTILUS_SCALE_16_BYTES_EARLY - (this.#nautilus?.priceDecimals ?? Number.NaN);
    const isEarly =
      prices.length > 0 &&
      finest >= 0 &&
      prices.every((field) => field!.values.length >= NAUTILUS_EARLY_ROWS_MIN && field!.hasFinest(finest));
    if (!isEarly) return;
    this.anomalies.mark('scaled_by_18_decimals');
    for (const field of Object.values(this.#fields))
      if (field.scale === NAUTILUS_SCALE_16_BYTES) field.scale = NAUTILUS_SCALE_16_BYTES_EARLY;
  }

  #takeGroup(rows: number): void {
    const fields = Object.values(this.#fields);
    for (let at = 0; at < rows; at += 1) {
      for (const field of fields) field.at = at;
      this.#rows += 1;
      this.#attempt(() => {
        this.#events.row();
        this.#broken.sound();
      });
    }
  }

  #attempt(take: () => void): void {
    try {
      take();
    } catch (error) {
      this.#broken.broken(this.#sentence(error));
    }
  }

  #sentence(error: unknown): unknown {
    if (!(error instanceof FieldFault)) return error;
    const { column, found, expected } = error;
    const row = this.#rows;
    const sentence = `, row ${row}, column ${column}: found ${foundText(found)}, expected ${expected}.`;
    return new RecordingError('bad-row', this.#stream.label, sentence, { row, column });
  }
}

/** Columns of one value a row; those of lists and groups have the names of their parts. */
function flatColumns([root, ...elements]: readonly SchemaElement[]): SchemaElement[] {
  const flat: SchemaElement[] = [];
  let within = 0;
  for (const element of elements) {
    const children = element.num_children ?? 0;
    if (within > 0) within += children - 1;
    else if (children > 0) within = children;
    else flat.push(element);
  }
  return root === undefined ? [] : flat;
}

const KIND_OF_TABLE: Readonly<Record<TableKind | ExportKind, keyof EventCounts>> = {
  trades: 'trade',
  quotes: 'quote',
  bars: 'bar',
  trade: 'trade',
  quote: 'quote',
  book: 'book',
  bar: 'bar',
};
const SUBJECT_OF_KIND = { trade: 'trades', quote: 'quotes', book: 'updates', bar: 'bars' } as const;

async function sound<Value>(
  stream: ByteStream,
  expected: string,
  read: () => Promise<Value>,
): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RecordingError) throw error;
    throw damaged(stream, expected, error instanceof Error ? error.message : String(error));
  }
}

function damaged({ label }: ByteStream, expected: string, reason: string): RecordingError {
  return new RecordingError('damaged', label, ` is damaged: expected ${expected} (${reason}).`);
}
