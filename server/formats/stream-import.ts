import type { UnixUs } from '#protocol';
import type { InstrumentTable } from '../tape/instrument-table.ts';
import { BLOCK_EVENTS } from '../tape/event-block.ts';
import { RecordingBuilder } from '../tape/recording-builder.ts';
import { reversed } from '../tape/recording-merge.ts';
import type { Anomalies, AnomalyCounter } from './anomaly-counter.ts';
import { addBroken, type BrokenRows } from './broken-rows.ts';
import { ungrouped } from './builder-pile.ts';
import type { Compression, ReadPlace } from './byte-source.ts';
import type { ColumnMap } from './column-map.ts';
import { CsvReader } from './csv-reader.ts';
import { DbnReader, isDbn } from './dbn-reader.ts';
import { knownLayout, refuseForeign } from './detect.ts';
import type { EventCounts } from './event-counts.ts';
import { ExportLinesReader, isExportLines } from './export-lines.ts';
import type { ByteStream } from './file-streams.ts';
import { histDataBars } from './histdata-bars.ts';
import { isJsonTrades, JsonTradesReader } from './json-trades.ts';
import { isJsonBars, JsonBarsReader } from './json-bars.ts';
import { isCapture, JsonLinesReader } from './json-lines.ts';
import { captureVenue, captureVenues } from './capture-venues.ts';
import { VenueCaptureReader } from './venue-capture.ts';
import { RecordingError } from './recording-error.ts';
import { guessTable, MappedCsvReader } from './mapped-csv.ts';
import { isJsonTable, isJsonText, MappedJsonReader } from './mapped-json.ts';
import { untilCut } from './packed-faults.ts';
import { isParquet } from './parquet-magic.ts';
import { NO_PREAMBLE, textPreamble } from './text-preamble.ts';
import { asUtf8 } from './utf16-text.ts';
import { isYfinance, YfinanceReader } from './yfinance-csv.ts';
import type { RandomBytes } from './byte-source.ts';
import type { StreamReader, TakenIn } from './recording-format.ts';

/** What became of one file, or of one member of an archive. */
export interface FileReport {
  path: string;
  /** Name of the member; null for a file that is no archive. */
  member: string | null;
  format: string;
  compression: Compression;
  /** Rows of data, the header not counted. */
  rows: number;
  events: EventCounts;
  /** Receive time of the first row and the latest receive time; null without rows. */
  firstTimeUs: UnixUs | null;
  lastTimeUs: UnixUs | null;
  anomalies: Anomalies;
  /** Rows that were left out. */
  broken: BrokenRows;
  /** What columns were taken for, in the form of `--map`; null where the layout is known. */
  mapping: string | null;
}

/** Packed tables that are unpacked in memory, bytes. */
const PACKED_BYTES_MAX = 268_435_456;

/** How the rows of a stream are taken. */
export interface ImportOptions {
  /** A broken row ends the import. */
  readonly strict: boolean;
  /** What columns of CSV are, given by a person; null when nothing was. */
  readonly map: ColumnMap | null;
  /** Takes what the builder has, whenever that is much; null where the whole file is to be in it. */
  readonly drain: ((builder: RecordingBuilder) => void) | null;
}

/** Events of a file that are held until its end because they are played in another order: some 200 MB. */
const TURNED_EVENTS_MAX = 4_000_000;

/** To be called between two chunks. True when the builder was emptied. */
export function drainFull(
  builder: RecordingBuilder,
  { drain }: ImportOptions,
  anomalies?: AnomalyCounter,
): boolean {
  if (drain === null || builder.events < BLOCK_EVENTS) return false;
  if (anomalies?.isTurned !== true || builder.events >= TURNED_EVENTS_MAX) drain(builder);
  return builder.events === 0;
}

/** What takes streams in until they are a builder and a report. */
export interface Import {
  readonly builder: RecordingBuilder;
  readonly rows: number;
  run(): Promise<void>;
  report(): FileReport;
  /** Why nothing came of it. */
  withoutRows(): RecordingError;
}

/** One stream on its way into a builder, by what its first bytes say that it is. Not reusable. */
export class StreamImport implements Import, ReadPlace {
  builder: RecordingBuilder;
  readonly #stream: ByteStream;
  readonly #options: ImportOptions;
  #reader: TakenIn | null = null;
  /** Parts were handed over. */
  #isDrained = false;
  /** What the file is packed in ends early. */
  #cut: RecordingError | null = null;

  constructor(stream: ByteStream, instruments: InstrumentTable, options: ImportOptions) {
    this.#stream = stream;
    this.#options = options;
    this.builder = new RecordingBuilder(instruments);
  }

  get lastRow(): number {
    return this.#reader?.lastRow ?? 0;
  }

  get rows(): number {
    return this.#reader?.rows ?? this.#reader?.anomalies.rows ?? 0;
  }

  async run(): Promise<void> {
    let reader: StreamReader | null = null;
    let table: PackedBytes | null = null;
    for await (const bytes of this.#chunks()) {
      if (reader === null && table === null && isParquet(bytes)) {
        if (this.#stream.random !== null) return this.#runTable(this.#stream.random);
        table = new PackedBytes(this.#stream.label);
      }
      if (table === null) {
        const above = reader === null ? textPreamble(bytes) : NO_PREAMBLE;
        const rest = bytes.subarray(above.length);
        reader ??= await this.#readerFor(rest);
        this.#reader = reader;
        // Blank lines in its place keep the rows' numbers.
        if (above.lines > 0) reader.push(new Uint8Array(above.lines).fill(LF));
        reader.push(rest);
        this.#drain(reader);
      } else table.push(bytes);
    }
    if (table !== null) return this.#runTable(table.unpacked());
    if (reader === null)
      throw new RecordingError(
        'empty',
        this.#stream.label,
        ' is empty: expected a recording of market data.',
      );
    reader.finish(this.#cut !== null);
    this.#turn(reader);
  }

  #drain({ anomalies }: TakenIn): void {
    if (drainFull(this.builder, this.#options, anomalies)) this.#isDrained = true;
  }

  /** Many lists that vendors answer with begin with the newest row, or have one instrument behind the other. */
  #turn(reader: TakenIn): void {
    const { anomalies } = reader;
    // What was handed over cannot be turned, and records of Databento stand as they were made.
    if (!anomalies.isTurned || this.#isDrained || reader instanceof DbnReader) return;
    this.builder = anomalies.isNewestFirst ? reversed(this.builder) : ungrouped(this.builder);
    anomalies.turn();
  }

  #chunks(): AsyncIterable<Uint8Array> {
    const chunks = asUtf8(this.#stream.chunks(this));
    if (this.#options.strict) return chunks;
    return untilCut(chunks, this, (fault) => {
      this.#cut = fault;
    });
  }

  async #runTable(bytes: RandomBytes): Promise<void> {
    const { ParquetTable } = await import('./parquet-table.ts');
    const onGroup = () => this.#drain(table);
    const table = await ParquetTable.open(this.#stream, bytes, this.builder, this.#options.strict, onGroup);
    this.#reader = table;
    await table.run();
    this.#turn(table);
  }

  async #readerFor(bytes: Uint8Array): Promise<StreamReader> {
    if (isDbn(bytes)) return new DbnReader(this.#stream.label, this.builder, this.#options.strict);
    if (isJsonBars(bytes)) return new JsonBarsReader(this.#stream, this.builder);
    if (isJsonTrades(bytes)) return new JsonTradesReader(this.#stream, this.builder, this.#options.strict);
    if (isExportLines(bytes)) return new ExportLinesReader(this.#stream, this.builder, this.#options.strict);
    const venue = captureVenue(bytes);
    if (venue !== null) {
      const venues = await captureVenues(venue);
      return new VenueCaptureReader(this.#stream, this.builder, venues, this.#options.strict);
    }
    if (isCapture(bytes)) return new JsonLinesReader(this.#stream, this.builder, this.#options.strict);
    const { strict } = this.#options;
    const given = this.#options.map ?? new Map();
    const isJson =
      this.#options.map === null ? isJsonTable(bytes, this.#stream.name, given) : isJsonText(bytes);
    if (isJson) return new MappedJsonReader(this.#stream, this.builder, given, strict);
    if (this.#options.map === null && isYfinance(bytes))
      return new YfinanceReader(this.#stream, this.builder, strict);
    refuseForeign(this.#stream.label, bytes);
    const map = this.#options.map ?? histDataBars(headText(bytes), this.#stream.name);
    if (map !== null || isMappable(this.#stream, bytes))
      return new MappedCsvReader(this.#stream, this.builder, map ?? new Map(), strict);
    return new CsvReader(this.#stream, this.builder, strict);
  }

  withoutRows(): RecordingError {
    return withoutRows(this.#stream.label, this.#reader!.title);
  }

  report(): FileReport {
    const report = reportOf(this.#stream, this.#reader!);
    if (this.#cut === null) return report;
    return { ...report, broken: addBroken([{ rows: 1, first: [this.#cut.message] }, report.broken]) };
  }
}

const HEAD_BYTES = 65_536;
const LF = 10;

function headText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString('utf8');
}

/** Whether the columns of a text can be guessed that is of no known layout. */
function isMappable(stream: ByteStream, bytes: Uint8Array): boolean {
  const isWhole = bytes.length <= HEAD_BYTES;
  const head = headText(bytes);
  const text = isWhole && !/[\r\n]$/.test(head) ? `${head}\n` : head;
  const guess = () => guessTable(text.replace(/^\uFEFF/, ''), stream.name, new Map());
  const known = knownLayout(stream, head);
  if (known === null) return typeof guess() !== 'string';
  if (!['trades', 'quotes', 'bars'].includes(known)) return false;
  // What their header does not say: which words stand for a side, and what a time or date is made of.
  const table = guess();
  return typeof table !== 'string' && (table.hasSignedSides || table.hasOddTimes);
}

/** A table by columns within compressed data has to be unpacked as a whole: it is read from its end. */
class PackedBytes {
  readonly #label: string;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  constructor(label: string) {
    this.#label = label;
  }

  push(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (this.#length > PACKED_BYTES_MAX)
      throw new RecordingError(
        'too-large',
        this.#label,
        ` is a packed Parquet table of more than ${PACKED_BYTES_MAX} bytes: expected it as a file of its own.`,
      );
    this.#chunks.push(bytes.slice());
  }

  unpacked(): RandomBytes {
    const { buffer, byteOffset } = Buffer.concat(this.#chunks, this.#length);
    const whole = buffer.slice(byteOffset, byteOffset + this.#length) as ArrayBuffer;
    return {
      byteLength: this.#length,
      slice: async (start, end = this.#length) => whole.slice(start, end),
    };
  }
}

export function withoutRows(label: string, title: string): RecordingError {
  return new RecordingError('no-rows', label, ` holds no rows: expected rows of ${title} below the header.`);
}

export function reportOf(
  { path, member, compression }: ByteStream,
  reader: Pick<TakenIn, 'format' | 'rows' | 'anomalies' | 'counts' | 'broken' | 'mapping'>,
): FileReport {
  const { format, rows, anomalies, counts, broken, mapping } = reader;
  const isEmpty = anomalies.rows === 0;
  return {
    path,
    member,
    format,
    compression,
    rows: rows ?? anomalies.rows,
    events: counts,
    firstTimeUs: isEmpty ? null : (anomalies.firstTimeUs as UnixUs),
    lastTimeUs: isEmpty ? null : (anomalies.lastTimeUs as UnixUs),
    anomalies: anomalies.result(),
    broken: broken ?? { rows: 0, first: [] },
    mapping: mapping ?? null,
  };
}
