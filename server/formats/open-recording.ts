import { InstrumentTable } from '../tape/instrument-table.ts';
import type { RecordingReader } from '../tape/ports.ts';
import type { RecordingBuilder } from '../tape/recording-builder.ts';
import { addAnomalies, type Anomalies } from './anomaly-counter.ts';
import { addBroken, type BrokenRows } from './broken-rows.ts';
import { BuilderPile } from './builder-pile.ts';
import type { ColumnMap } from './column-map.ts';
import { noEvents, type EventCounts } from './event-counts.ts';
import { openSource, type ByteStream } from './file-streams.ts';
import { RecordingError } from './recording-error.ts';
import type { FileReport, Import } from './stream-import.ts';
import { StreamPlanner } from './stream-pairs.ts';

export type { BrokenRows } from './broken-rows.ts';
export type { EventCounts } from './event-counts.ts';
export type { FileReport } from './stream-import.ts';

/** A member of an archive that holds no recording. */
export interface SkippedMember {
  path: string;
  member: string;
  /** One sentence. */
  reason: string;
}

/** What an import took in: per file or member, and all together. */
export interface ImportReport {
  files: FileReport[];
  skipped: SkippedMember[];
  rows: number;
  events: EventCounts;
  anomalies: Anomalies;
  /** Rows that were left out, in all files. */
  broken: BrokenRows;
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
  /**
   * A broken row ends the import; this is the default. When false, such rows are left out and counted in `broken`: for those who tell
   * the person.
   */
  strict?: boolean;
  /** What the columns of CSV are; for all files that are opened. */
  map?: ColumnMap;
}

/**
 * Opens recorded market data. Several files, and the members of archives, become one recording in order of receive time, then of
 * the arguments (members as they stand in their archive), then of the position in the file; within a file the order is never
 * changed. @throws RecordingError
 */
export async function openRecording(
  paths: readonly string[],
  options: OpenOptions = {},
): Promise<{ recording: RecordingReader; report: ImportReport }> {
  const library = new Library(options);
  for (const path of paths) await library.take(path);
  return library.finish();
}

/**
 * The same for who takes events as they come. What is one stream of bytes is handed over in parts of some hundred thousand events, so
 * that memory is bounded whatever the size; several are merged in memory and come as one part. A part is valid until `onPart` returns.
 * Instruments may be finer, and more, from part to part. @throws RecordingError
 */
export async function streamRecording(
  paths: readonly string[],
  options: OpenOptions,
  onPart: (part: RecordingReader) => void,
): Promise<ImportReport> {
  const library = new Library(options, onPart);
  for (const path of paths) await library.take(path, paths.length === 1);
  return library.finishParts();
}

/** Files on their way into one recording. Not reusable. */
class Library {
  readonly #options: OpenOptions;
  readonly #onPart: ((part: RecordingReader) => void) | null;
  /** Whether the builder may be emptied meanwhile: only where nothing is to be merged with it. */
  #isStream = false;
  #hasParts = false;
  readonly #instruments = new InstrumentTable();
  readonly #pile = new BuilderPile(this.#instruments);
  readonly #planner: StreamPlanner;
  readonly #files: FileReport[] = [];
  readonly #skipped: SkippedMember[] = [];
  #withoutRows: RecordingError | null = null;

  constructor(options: OpenOptions, onPart: ((part: RecordingReader) => void) | null = null) {
    this.#options = options;
    this.#onPart = onPart;
    this.#planner = new StreamPlanner(this.#instruments, {
      strict: options.strict !== false,
      map: options.map ?? null,
      drain: onPart === null ? null : (builder) => this.#drain(builder),
    });
  }

  #drain(builder: RecordingBuilder): void {
    if (!this.#isStream) return;
    this.#hasParts = true;
    builder.handOver(this.#onPart!);
  }

  async take(path: string, isOnly = false): Promise<void> {
    if (this.#planner.isTaken(path)) return;
    let current: Import | null = null;
    let rowsBefore = 0;
    const source = await openSource(path, (bytesRead, bytesTotal) => {
      const rows = rowsBefore + (current?.rows ?? 0);
      this.#options.onProgress?.({ path, bytesRead, bytesTotal, rows });
    });
    this.#isStream = isOnly && source.streams.length === 1;
    try {
      let first: RecordingError | null = null;
      let taken = 0;
      for (const stream of source.streams) {
        const planned = await this.#planner.plan(stream, source.streams);
        if (planned === null) continue;
        rowsBefore += current?.rows ?? 0;
        current = planned.import;
        const refused = await this.#run(current, stream).finally(() => planned.close());
        first ??= refused;
        if (refused === null) taken += 1;
      }
      if (taken === 0 && first !== null) throw first;
    } finally {
      await source.close();
    }
  }

  /** Null when it was taken in, else why the member is skipped. */
  async #run(current: Import, stream: ByteStream): Promise<RecordingError | null> {
    try {
      await current.run();
    } catch (error) {
      if (stream.member === null || !(error instanceof RecordingError) || !isNoRecording(error)) throw error;
      this.#skipped.push({ path: stream.path, member: stream.member, reason: error.message });
      return error;
    }
    if (current.builder.events === 0 && !this.#hasParts) this.#withoutRows ??= current.withoutRows();
    // Before the pile, which takes the events out of the builder.
    this.#files.push(current.report());
    this.#pile.add(current.builder);
    return null;
  }

  finish(): { recording: RecordingReader; report: ImportReport } {
    const builder = this.#pile.merged();
    if (builder === null) throw this.#nothing();
    return { recording: builder.finish(), report: this.#report() };
  }

  finishParts(): ImportReport {
    const builder = this.#pile.merged();
    if (builder === null && !this.#hasParts) throw this.#nothing();
    if (builder !== null) this.#onPart!(builder.finish());
    return this.#report();
  }

  #nothing(): RecordingError {
    return this.#withoutRows ?? new RecordingError('missing', 'the recording', ' has no file: expected one.');
  }

  #report(): ImportReport {
    const files = this.#files;
    const events = noEvents();
    for (const file of files) {
      events.trade += file.events.trade;
      events.quote += file.events.quote;
      events.book += file.events.book;
      events.bar += file.events.bar;
    }
    const anomalies = addAnomalies(files.map((file) => file.anomalies));
    if (this.#skipped.length > 0) anomalies['members_skipped'] = this.#skipped.length;
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    const broken = addBroken(files.map((file) => file.broken));
    return { files, skipped: this.#skipped, rows, events, anomalies, broken };
  }
}

/** Archives hold notes and directories of fields beside the recordings; what has begun as a recording must be one to its end. */
function isNoRecording(error: RecordingError): boolean {
  return error.fault === 'unknown-format' || error.fault === 'empty';
}
