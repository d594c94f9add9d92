import type { RecordingBuilder } from '../tape/recording-builder.ts';
import type { AnomalyCounter } from './anomaly-counter.ts';
import type { BrokenRows } from './broken-rows.ts';
import type { ColumnMap } from './column-map.ts';
import type { EventCounts } from './event-counts.ts';
import type { ByteStream } from './file-streams.ts';
import { MappedTable } from './mapped-table.ts';
import type { StreamReader } from './recording-format.ts';

/** What is told of a stream whose rows go into a mapped table, whatever syntax cuts them. */
export abstract class MappedReader implements StreamReader {
  readonly title = 'trades, quotes or bars';
  protected readonly table: MappedTable;
  readonly #syntax: string;
  /** The row that was read last, as the file counts. */
  protected row = 0;

  /** @param syntax as reports name it */
  constructor(
    syntax: string,
    stream: ByteStream,
    builder: RecordingBuilder,
    given: ColumnMap,
    isStrict: boolean,
  ) {
    this.#syntax = syntax;
    this.table = new MappedTable(stream, builder, given, isStrict);
  }

  abstract push(bytes: Uint8Array): void;
  abstract finish(isCut?: boolean): void;

  get format(): string {
    return `${this.#syntax}-${this.table.kind ?? 'table'}`;
  }

  get mapping(): string {
    return this.table.mapping;
  }

  get lastRow(): number {
    return this.row;
  }

  get rows(): number {
    return this.table.rows;
  }

  get broken(): BrokenRows {
    return this.table.broken;
  }

  get anomalies(): AnomalyCounter {
    return this.table.anomalies;
  }

  get counts(): EventCounts {
    return this.table.counts;
  }
}
