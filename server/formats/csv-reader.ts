import type { RecordingBuilder } from '../tape/recording-builder.ts';
import { AnomalyCounter } from './anomaly-counter.ts';
import { BrokenRowCounter, type BrokenRows } from './broken-rows.ts';
import { CsvRows } from './csv-rows.ts';
import { detectFormat } from './detect.ts';
import { noEvents, type EventCounts } from './event-counts.ts';
import type { ByteStream } from './file-streams.ts';
import { RecordingError } from './recording-error.ts';
import type { RecordingFormat, RowLayout, StreamReader } from './recording-format.ts';
import { RowCells } from './row-cells.ts';

/** One stream of CSV rows on its way into a builder; its first row says of which format it is. Not reusable. */
export class CsvReader implements StreamReader {
  readonly #stream: ByteStream;
  readonly #builder: RecordingBuilder;
  readonly #rows: CsvRows;
  readonly #counts = noEvents();
  #format: RecordingFormat | null = null;
  #layout: RowLayout | null = null;
  #cells: RowCells | null = null;
  #anomalies: AnomalyCounter | null = null;
  readonly #broken: BrokenRowCounter;
  #taken = 0;
  #made = 0;

  constructor(stream: ByteStream, builder: RecordingBuilder, isStrict: boolean) {
    this.#stream = stream;
    this.#builder = builder;
    this.#broken = new BrokenRowCounter(isStrict);
    this.#rows = new CsvRows(
      stream.label,
      () => this.#onRow(),
      (error) => this.#onBroken(error),
    );
  }

  get format(): string {
    return this.#format?.name ?? '';
  }

  get title(): string {
    return this.#format?.title ?? '';
  }

  get lastRow(): number {
    return this.#rows.line;
  }

  get anomalies(): AnomalyCounter {
    return (this.#anomalies ??= new AnomalyCounter('trades'));
  }

  get rows(): number {
    return this.#taken;
  }

  get broken(): BrokenRows {
    return this.#broken.result();
  }

  get counts(): EventCounts {
    const kind = this.#format?.events;
    if (kind !== undefined && kind !== 'several') this.#counts[kind] = this.#made;
    return this.#counts;
  }

  push(bytes: Uint8Array): void {
    const before = this.#builder.events;
    this.#rows.push(bytes);
    this.#made += this.#builder.events - before;
  }

  finish(isCut = false): void {
    const before = this.#builder.events;
    if (!isCut) this.#rows.finish();
    this.#layout?.finish();
    this.#made += this.#builder.events - before;
    this.#broken.finish();
    if (this.#format === null)
      throw new RecordingError(
        'empty',
        this.#stream.label,
        ' is empty: expected a recording of market data.',
      );
  }

  #onRow(): void {
    if (this.#layout === null && this.#begin()) return;
    this.#taken += 1;
    try {
      this.#cells!.checkCount();
      this.#layout!.row();
    } catch (error) {
      this.#layout!.dropRow?.();
      this.#broken.broken(error);
      return;
    }
    this.#broken.sound();
  }

  #onBroken(error: RecordingError): void {
    // Before the first row nothing says what the file is.
    if (this.#layout === null) throw error;
    this.#taken += 1;
    this.#broken.broken(error);
  }

  /** Finds out what the stream is. True when the first row was a header. */
  #begin(): boolean {
    const rows = this.#rows;
    const firstRow = Array.from({ length: rows.cellCount }, (_, cell) => rows.cellText(cell));
    const { format, columns, hasHeader } = detectFormat(this.#stream, firstRow);
    this.#anomalies = new AnomalyCounter(format.subject);
    const target = {
      path: this.#stream.label,
      fileName: this.#stream.name,
      rows,
      builder: this.#builder,
      anomalies: this.#anomalies,
      counts: this.#counts,
      columns,
      assetClass: 'crypto' as const,
    };
    this.#cells = new RowCells(target);
    this.#format = format;
    this.#layout = format.layout(target, this.#cells);
    return hasHeader;
  }
}
