import type { AnomalyCounter, AnomalySubject } from './anomaly-counter.ts';
import type { BrokenRows } from './broken-rows.ts';
import type { EventCounts } from './event-counts.ts';
import type { RowCells, RowTarget } from './row-cells.ts';

/** What is told of a stream that is being taken in. */
export interface TakenIn {
  /** As reports name the format. */
  readonly format: string;
  /** As sentences name it. */
  readonly title: string;
  /** The row or record that was read last. */
  readonly lastRow: number;
  readonly anomalies: AnomalyCounter;
  /** Rows of the file, where they are not those that the anomalies were counted of. */
  readonly rows?: number;
  /** Rows that were left out; none where a format has no rows that can be. */
  readonly broken?: BrokenRows;
  /** What the columns were taken for, where that was guessed or given. */
  readonly mapping?: string | null;
  /** Events that were made so far, by kind. */
  readonly counts: EventCounts;
}

/** Takes one stream of bytes in. */
export interface StreamReader extends TakenIn {
  /** @throws RecordingError */
  push(bytes: Uint8Array): void;
  /**
   * The stream has ended.
   * @param isCut in the midst of what it holds: half a row may look like a whole one
   * @throws RecordingError
   */
  finish(isCut?: boolean): void;
}

/** Turns rows into events of the target's builder. */
export interface RowLayout {
  /** Takes the row that the target's `rows` stand on. @throws RecordingError */
  row(): void;
  /** The row was refused half-way and is left out: drops what it has left in the builder. */
  dropRow?(): void;
  /** The file has ended: hands on what waits for a next row. */
  finish(): void;
}

/** One layout of other people's files that opens without configuration. */
export interface RecordingFormat {
  /** As reports name it. */
  readonly name: string;
  /** As sentences name it. */
  readonly title: string;
  /** What a row becomes; `several` where the layout counts its events itself. */
  readonly events: keyof EventCounts | 'several';
  readonly subject: AnomalySubject;
  /** Columns without which the rows cannot be read. */
  readonly required: readonly string[];
  layout(target: RowTarget, cells: RowCells): RowLayout;
}
