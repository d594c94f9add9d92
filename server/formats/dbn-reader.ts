import type { RecordingBuilder } from '../tape/recording-builder.ts';
import { AnomalyCounter, type AnomalySubject } from './anomaly-counter.ts';
import { BrokenRowCounter, type BrokenRows } from './broken-rows.ts';
import {
  cText,
  DBN_MAGIC,
  DBN_METADATA_BYTES_MAX,
  DBN_PREFIX_BYTES,
  DBN_VERSION_MAX,
  readMetadata,
  type DbnMetadata,
} from './dbn-metadata.ts';
import { DbnRecords, RECORD_KINDS } from './dbn-records.ts';
import { DbnSymbols } from './dbn-symbols.ts';
import { noEvents } from './event-counts.ts';
import { RecordingError } from './recording-error.ts';
import type { StreamReader } from './recording-format.ts';

const BUFFER_BYTES_START = 524_288;
const HEADER_BYTES = 16;
/** A record's first byte is its length in words of this many bytes. */
const WORD_BYTES = 4;
const SYMBOL_MAPPING = 0x16;

export function isDbn(head: Uint8Array): boolean {
  return (
    head.length > DBN_MAGIC.length && [...DBN_MAGIC].every((letter, at) => head[at] === letter.charCodeAt(0))
  );
}

/** One stream of Databento's binary encoding, versions 1 to 3, on its way into a builder. Not reusable. */
export class DbnReader implements StreamReader {
  readonly title = 'Databento DBN';
  readonly counts = noEvents();
  readonly #label: string;
  readonly #builder: RecordingBuilder;
  #bytes = new Uint8Array(BUFFER_BYTES_START);
  #view = new DataView(this.#bytes.buffer);
  #filled = 0;
  #records = 0;
  #metadata: DbnMetadata | null = null;
  #anomalies = new AnomalyCounter('trades');
  #symbols!: DbnSymbols;
  #taker!: DbnRecords;

  readonly #broken: BrokenRowCounter;
  #notPlayed = 0;

  constructor(label: string, builder: RecordingBuilder, isStrict: boolean) {
    this.#label = label;
    this.#builder = builder;
    this.#broken = new BrokenRowCounter(isStrict);
  }

  get broken(): BrokenRows {
    return this.#broken.result();
  }

  get format(): string {
    return `dbn-${this.#metadata?.schema || 'records'}`;
  }

  get lastRow(): number {
    return this.#records;
  }

  get anomalies(): AnomalyCounter {
    return this.#anomalies;
  }

  push(chunk: Uint8Array): void {
    this.#append(chunk);
    let at = 0;
    if (this.#metadata === null) {
      at = this.#begin();
      if (at === 0) return;
    }
    const end = this.#filled;
    while (end - at >= HEADER_BYTES) {
      const length = this.#bytes[at]! * WORD_BYTES;
      if (length < HEADER_BYTES) throw this.#badRecord(`a record of ${length} bytes`, 'at least 16');
      if (end - at < length) break;
      this.#records += 1;
      this.#take(at, length);
      at += length;
    }
    this.#bytes.copyWithin(0, at, end);
    this.#filled = end - at;
  }

  #append(chunk: Uint8Array): void {
    const need = this.#filled + chunk.length;
    if (need > this.#bytes.length) {
      const longer = new Uint8Array(Math.max(need, this.#bytes.length * 2));
      longer.set(this.#bytes.subarray(0, this.#filled));
      this.#bytes = longer;
      this.#view = new DataView(longer.buffer);
    }
    this.#bytes.set(chunk, this.#filled);
    this.#filled = need;
  }

  /** Reads the metadata once it is there. Returns where the records begin, 0 when more is needed. */
  #begin(): number {
    if (this.#filled < DBN_PREFIX_BYTES) return 0;
    const version = this.#bytes[3]!;
    if (version < 1 || version > DBN_VERSION_MAX)
      throw new RecordingError(
        'unknown-format',
        this.#label,
        ` is Databento DBN of version ${version}: expected a version from 1 to ${DBN_VERSION_MAX}.`,
      );
    const length = this.#view.getUint32(4, true);
    if (length > DBN_METADATA_BYTES_MAX)
      throw new RecordingError(
        'too-large',
        this.#label,
        ` has DBN metadata of ${length} bytes: expected at most ${DBN_METADATA_BYTES_MAX}.`,
      );
    const end = DBN_PREFIX_BYTES + length;
    if (this.#filled < end) return 0;
    const metadata = readMetadata(this.#label, version, this.#bytes.slice(DBN_PREFIX_BYTES, end));
    this.#metadata = metadata;
    this.#anomalies = new AnomalyCounter(subjectOf(metadata.schema));
    if (!/^(?:trades|mbo|mbp|tbbo|cmbp|tcbbo)/.test(metadata.schema)) this.#anomalies.withoutReceiveTime();
    this.#symbols = new DbnSymbols(this.#builder.instruments, metadata);
    this.#taker = new DbnRecords(this.#builder, this.#symbols, this.#anomalies, this.counts);
    return end;
  }

  #take(at: number, length: number): void {
    const type = this.#bytes[at + 1]!;
    const kind = RECORD_KINDS.get(type);
    if (kind === undefined) {
      if (type === SYMBOL_MAPPING) this.#mapSymbol(at, length);
      else {
        this.#notPlayed += 1;
        this.#anomalies.mark('records_not_played');
      }
      return;
    }
    if (length < kind.bytes)
      throw this.#badRecord(`${length} bytes of type ${type}`, `at least ${kind.bytes}`);
    const fault = kind.take(this.#taker, this.#view, at);
    if (fault === null) return this.#broken.sound();
    const sentence = `, record ${this.#records}, cannot be kept: expected ${fault}.`;
    this.#broken.broken(new RecordingError('bad-row', this.#label, sentence, { row: this.#records }));
  }

  /** Streams that were recorded live tell the symbol of an id in a record of their own. */
  #mapSymbol(at: number, length: number): void {
    const { version } = this.#metadata!;
    const record = this.#bytes.subarray(at, at + length);
    // Version 1: two texts of 22 bytes. Later: a byte for the kind of symbol before each of two texts of 71.
    const [askedAt, answeredAt, width] = version === 1 ? [16, 38, 22] : [17, 89, 71];
    if (length < answeredAt + width)
      throw this.#badRecord(`a symbol mapping of ${length} bytes`, 'two symbols');
    const asked = cText(record.subarray(askedAt, askedAt + width));
    const answered = cText(record.subarray(answeredAt, answeredAt + width));
    const symbol = answered === '' || /^\d+$/.test(answered) ? asked : answered;
    if (symbol === '') return;
    this.#symbols.add({
      id: this.#view.getUint32(at + 4, true),
      symbol,
      fromUs: Number.NEGATIVE_INFINITY,
      beforeUs: Number.POSITIVE_INFINITY,
    });
  }

  finish(isCut = false): void {
    if (this.#metadata === null)
      throw new RecordingError(
        'truncated',
        this.#label,
        ' is cut off before its first record: expected the metadata of its DBN data.',
      );
    if (this.#filled > 0 && !isCut) {
      const sentence = ` is cut off after record ${this.#records}: expected whole records of DBN data.`;
      this.#broken.broken(new RecordingError('truncated', this.#label, sentence, { row: this.#records }));
    }
    this.#broken.finish();
    if (this.#notPlayed > 0 && this.#notPlayed === this.#records)
      throw new RecordingError(
        'unknown-format',
        this.#label,
        ` is Databento DBN of ${this.#metadata.schema || 'other'} records, none of which is played: expected trades, mbo, mbp-1, mbp-10, tbbo, bbo or ohlcv.`,
      );
  }

  #badRecord(found: string, expected: string): RecordingError {
    const row = this.#records;
    return new RecordingError(
      'bad-row',
      this.#label,
      `, record ${row}: found ${found}, expected ${expected}.`,
      {
        row,
      },
    );
  }
}

function subjectOf(schema: string): AnomalySubject {
  if (schema.startsWith('ohlcv')) return 'bars';
  if (schema === 'mbo') return 'updates';
  return /mbp|bbo/.test(schema) ? 'quotes' : 'trades';
}
