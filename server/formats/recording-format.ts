import type { AnomalySubject } from './anomaly-counter.ts';
import type { RowCells, RowTarget } from './row-cells.ts';

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
  readonly events: 'trade' | 'quote' | 'book';
  readonly subject: AnomalySubject;
  /** Columns without which the rows cannot be read. */
  readonly required: readonly string[];
  layout(target: RowTarget, cells: RowCells): RowLayout;
}
