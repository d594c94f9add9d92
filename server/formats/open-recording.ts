import { InstrumentTable } from '../tape/instrument-table.ts';
import { mergeBuilders } from '../tape/recording-merge.ts';
import { RecordingBuilder } from '../tape/recording-builder.ts';
import type { Recording } from '../tape/recording.ts';
import type { UnixUs } from '#protocol';
import { addAnomalies, AnomalyCounter, type Anomalies } from './anomaly-counter.ts';
import { readBytes, type ByteListener, type Compression } from './byte-source.ts';
import { CsvRows } from './csv-rows.ts';
import { detectFormat, refuseForeign } from './detect.ts';
import { RecordingError } from './recording-error.ts';
import type { RecordingFormat, RowLayout } from './recording-format.ts';
import { RowCells } from './row-cells.ts';

export interface EventCounts {
  trade: number;
  quote: number;
  book: number;
  bar: number;
}

export interface FileReport {
  path: string;
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

/** What an import took in: per file, and all files together. */
export interface ImportReport {
  files: FileReport[];
  rows: number;
  events: EventCounts;
  anomalies: Anomalies;
}

export interface ImportProgress {
  path: string;
  /** Bytes of the file itself, compressed as it is. */
  bytesRead: number;
  bytesTotal: number;
  rows: number;
}

export interface OpenOptions {
  /** Called about once per read of the file. */
  onProgress?: (progress: ImportProgress) => void;
}

/**
 * Opens recorded market data. Several files become one recording in order of receive time, then of the arguments, then of the
 * position in the file; within a file the order is never changed. @throws RecordingError
 */
export async function openRecording(
  paths: readonly string[],
  options: OpenOptions = {},
): Promise<{ recording: Recording; report: ImportReport }> {
  const instruments = new InstrumentTable();
  const imports: FileImport[] = [];
  for (const path of paths) {
    const file = new FileImport(path, instruments, options);
    await file.run();
    imports.push(file);
  }
  const empty = imports.find((file) => file.builder.events === 0);
  if (imports.length === 0 || (empty !== undefined && imports.every((file) => file.builder.events === 0)))
    throw (
      empty?.withoutRows() ?? new RecordingError('missing', 'the recording', ' has no file: expected one.')
    );
  const files = imports.map((file) => file.report());
  const recording = mergeBuilders(
    imports.map((file) => file.builder),
    instruments,
  ).finish();
  return { recording, report: { files, ...totals(files) } };
}

function totals(files: readonly FileReport[]): Omit<ImportReport, 'files'> {
  const events: EventCounts = { trade: 0, quote: 0, book: 0, bar: 0 };
  for (const file of files) {
    events.trade += file.events.trade;
    events.quote += file.events.quote;
    events.book += file.events.book;
    events.bar += file.events.bar;
  }
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  return { rows, events, anomalies: addAnomalies(files.map((file) => file.anomalies)) };
}

/** One file on its way into a builder. Not reusable. */
class FileImport implements ByteListener {
  readonly builder: RecordingBuilder;
  readonly #path: string;
  readonly #options: OpenOptions;
  readonly #rows: CsvRows;
  #format: RecordingFormat | null = null;
  #layout: RowLayout | null = null;
  #cells: RowCells | null = null;
  #anomalies: AnomalyCounter | null = null;
  #compression: Compression = 'none';
  #isFirst = true;

  constructor(path: string, instruments: InstrumentTable, options: OpenOptions) {
    this.#path = path;
    this.#options = options;
    this.builder = new RecordingBuilder(instruments);
    this.#rows = new CsvRows(path, () => this.#onRow());
  }

  async run(): Promise<void> {
    this.#compression = await readBytes(this.#path, this);
    this.#rows.finish();
    this.#layout?.finish();
    if (this.#format === null)
      throw new RecordingError('empty', this.#path, ' is empty: expected a recording of market data.');
  }

  get lastRow(): number {
    return this.#rows.line;
  }

  onBytes(bytes: Uint8Array): void {
    if (this.#isFirst) refuseForeign(this.#path, bytes);
    this.#isFirst = false;
    this.#rows.push(bytes);
  }

  onProgress(bytesRead: number, bytesTotal: number): void {
    const rows = this.#anomalies?.rows ?? 0;
    this.#options.onProgress?.({ path: this.#path, bytesRead, bytesTotal, rows });
  }

  #onRow(): void {
    if (this.#layout === null && this.#begin()) return;
    this.#cells!.checkCount();
    this.#layout!.row();
  }

  /** Finds out what the file is. True when the first row was a header. */
  #begin(): boolean {
    const rows = this.#rows;
    const firstRow = Array.from({ length: rows.cellCount }, (_, cell) => rows.cellText(cell));
    const { format, columns, hasHeader } = detectFormat(this.#path, firstRow);
    this.#anomalies = new AnomalyCounter(format.subject);
    const target = {
      path: this.#path,
      rows,
      builder: this.builder,
      anomalies: this.#anomalies,
      columns,
      assetClass: 'crypto' as const,
    };
    this.#cells = new RowCells(target);
    this.#format = format;
    this.#layout = format.layout(target, this.#cells);
    return hasHeader;
  }

  withoutRows(): RecordingError {
    const sentence = ` holds no rows: expected rows of ${this.#format!.title} below the header.`;
    return new RecordingError('no-rows', this.#path, sentence);
  }

  report(): FileReport {
    const anomalies = this.#anomalies!;
    const events: EventCounts = { trade: 0, quote: 0, book: 0, bar: 0 };
    events[this.#format!.events] = this.builder.events;
    return {
      path: this.#path,
      format: this.#format!.name,
      compression: this.#compression,
      rows: anomalies.rows,
      events,
      firstTimeUs: anomalies.rows === 0 ? null : (anomalies.firstTimeUs as UnixUs),
      lastTimeUs: anomalies.rows === 0 ? null : (anomalies.lastTimeUs as UnixUs),
      anomalies: anomalies.result(),
    };
  }
}
