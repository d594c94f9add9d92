import { RecordingError } from './recording-error.ts';

/** https://databento.com/docs/standards-and-conventions/databento-binary-encoding: header, metadata, then records. */
export const DBN_MAGIC = 'DBN';
export const DBN_VERSION_MAX = 3;
/** Magic, version and the length of the metadata. */
export const DBN_PREFIX_BYTES = 8;
/** Symbols of a year of all US options are some hundred megabytes; nobody has more. */
export const DBN_METADATA_BYTES_MAX = 536_870_912;

const FIXED_BYTES = 100;
const DATASET_BYTES = 16;
const SYMBOL_BYTES_V1 = 22;
const INSTRUMENT_ID = 0;

/** By number. 0xffff stands for a file of several. */
export const DBN_SCHEMAS = [
  'mbo',
  'mbp-1',
  'mbp-10',
  'tbbo',
  'trades',
  'ohlcv-1s',
  'ohlcv-1m',
  'ohlcv-1h',
  'ohlcv-1d',
  'definition',
  'statistics',
  'status',
  'imbalance',
  'ohlcv-eod',
  'cmbp-1',
  'cbbo-1s',
  'cbbo-1m',
  'tcbbo',
  'bbo-1s',
  'bbo-1m',
] as const;

/** Which symbol an instrument id stood for, from one date to before another, us since 1970. */
export interface DbnMapping {
  readonly id: number;
  readonly symbol: string;
  readonly fromUs: number;
  readonly beforeUs: number;
}

export interface DbnMetadata {
  readonly version: number;
  readonly dataset: string;
  /** Empty for a file of several schemas. */
  readonly schema: string;
  readonly mappings: readonly DbnMapping[];
}

/** @throws RecordingError */
export function readMetadata(label: string, version: number, bytes: Uint8Array): DbnMetadata {
  try {
    return new MetadataBytes(bytes).read(version);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RecordingError(
      'damaged',
      label,
      ' is damaged: expected sound metadata at the head of its DBN data (a list is longer than the metadata).',
    );
  }
}

/** Reads forward; beyond the end the DataView throws a RangeError. */
class MetadataBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  read(version: number): DbnMetadata {
    const dataset = this.#text(DATASET_BYTES);
    const schema = DBN_SCHEMAS[this.#view.getUint16(DATASET_BYTES, true)] ?? '';
    // Version 1 has a count of records behind the limit.
    const typesAt = version === 1 ? 50 : 42;
    const isReversed =
      this.#view.getUint8(typesAt) === INSTRUMENT_ID && this.#view.getUint8(typesAt + 1) !== INSTRUMENT_ID;
    const symbolBytes = version === 1 ? SYMBOL_BYTES_V1 : this.#view.getUint16(typesAt + 3, true);
    this.#at = FIXED_BYTES;
    this.#skip(this.#uint32());
    // Symbols that were asked for, found in part, and not found.
    for (let list = 0; list < 3; list += 1) this.#skip(this.#uint32() * symbolBytes);
    const mappings: DbnMapping[] = [];
    for (let left = this.#uint32(); left > 0; left -= 1) this.#mapping(symbolBytes, isReversed, mappings);
    return { version, dataset, schema, mappings };
  }

  #mapping(symbolBytes: number, isReversed: boolean, into: DbnMapping[]): void {
    const asked = this.#text(symbolBytes);
    for (let left = this.#uint32(); left > 0; left -= 1) {
      const fromUs = dateUs(this.#uint32());
      const beforeUs = dateUs(this.#uint32());
      const answered = this.#text(symbolBytes);
      const [id, symbol] = isReversed ? [asked, answered] : [answered, asked];
      if (/^\d+$/.test(id) && symbol !== '') into.push({ id: Number(id), symbol, fromUs, beforeUs });
    }
  }

  #skip(bytes: number): void {
    this.#at += bytes;
  }

  #uint32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  /** Text that zeros fill up. */
  #text(length: number): string {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('text beyond the end');
    const text = cText(this.#bytes.subarray(this.#at, end));
    this.#at = end;
    return text;
  }
}

export function cText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.buffer, bytes.byteOffset, end === -1 ? bytes.length : end).toString('utf8');
}

/** 20240701 -> midnight UTC, us. */
function dateUs(date: number): number {
  return Date.UTC(Math.floor(date / 10_000), (Math.floor(date / 100) % 100) - 1, date % 100) * 1000;
}
