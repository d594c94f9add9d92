import type { UnixUs } from '#protocol';
import type { InstrumentTable } from '../tape/instrument-table.ts';
import { RecordingBuilder } from '../tape/recording-builder.ts';
import type { Anomalies } from './anomaly-counter.ts';
import type { Compression, ReadPlace } from './byte-source.ts';
import { CsvReader } from './csv-reader.ts';
import { DbnReader, isDbn } from './dbn-reader.ts';
import { refuseForeign } from './detect.ts';
import type { EventCounts } from './event-counts.ts';
import type { ByteStream } from './file-streams.ts';
import { isJsonBars, JsonBarsReader } from './json-bars.ts';
import { isCapture, JsonLinesReader } from './json-lines.ts';
import { RecordingError } from './recording-error.ts';
import type { StreamReader } from './recording-format.ts';

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
  readonly builder: RecordingBuilder;
  readonly #stream: ByteStream;
  #reader: StreamReader | null = null;

  constructor(stream: ByteStream, instruments: InstrumentTable) {
    this.#stream = stream;
    this.builder = new RecordingBuilder(instruments);
  }

  get lastRow(): number {
    return this.#reader?.lastRow ?? 0;
  }

  get rows(): number {
    return this.#reader?.rows ?? this.#reader?.anomalies.rows ?? 0;
  }

  async run(): Promise<void> {
    for await (const bytes of this.#stream.chunks(this)) {
      this.#reader ??= this.#readerFor(bytes);
      this.#reader.push(bytes);
    }
    if (this.#reader === null)
      throw new RecordingError(
        'empty',
        this.#stream.label,
        ' is empty: expected a recording of market data.',
      );
    this.#reader.finish();
  }

  #readerFor(bytes: Uint8Array): StreamReader {
    if (isDbn(bytes)) return new DbnReader(this.#stream.label, this.builder);
    if (isJsonBars(bytes)) return new JsonBarsReader(this.#stream, this.builder);
    if (isCapture(bytes)) return new JsonLinesReader(this.#stream, this.builder);
    refuseForeign(this.#stream.label, bytes);
    return new CsvReader(this.#stream, this.builder);
  }

  withoutRows(): RecordingError {
    return withoutRows(this.#stream.label, this.#reader!.title);
  }

  report(): FileReport {
    return reportOf(this.#stream, this.#reader!);
  }
}

export function withoutRows(label: string, title: string): RecordingError {
  return new RecordingError('no-rows', label, ` holds no rows: expected rows of ${title} below the header.`);
}

export function reportOf(
  { path, member, compression }: ByteStream,
  { format, rows, anomalies, counts }: Pick<StreamReader, 'format' | 'rows' | 'anomalies' | 'counts'>,
): FileReport {
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
  };
}
