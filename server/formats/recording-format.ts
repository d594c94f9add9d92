import type { AnomalyCounter, AnomalySubject } from './anomaly-counter.ts';
import type { EventCounts } from './event-counts.ts';
import type { RowCells, RowTarget } from './row-cells.ts';

/** Takes one stream of bytes in. */
export interface StreamReader {
  /** As reports name the format. */
  readonly format: string;
  /** As sentences name it. */
  readonly title: string;
  /** The row or record that was read last. */
  readonly lastRow: number;
  readonly anomalies: AnomalyCounter;
  /** Rows of the file, where they are not those that the anomalies were counted of. */
  readonly rows?: number;
  /** Events that were made so far, by kind. */
  readonly counts: EventCounts;
  /** @throws RecordingError */
  push(bytes: Uint8Array): void;
  /** The stream has ended. @throws RecordingError */
  finish(): void;
}

/** Turns rows into events of the target's builder. */
export interface RowLayout {
  /** Takes the row that the target's `rows` stand on. @throws RecordingError */
  row(): void;
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
