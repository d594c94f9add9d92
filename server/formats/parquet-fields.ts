import { parseDecimal, type Decimal } from '#protocol';
import type { SchemaElement } from 'hyparquet';
import { FieldFault, NOT_DECIMAL, NOT_TIME, type Field } from './field.ts';
import { FLOAT_DIGITS, shortestSingle } from './float-noise.ts';
import { timeOfText } from './time-text.ts';

const DAY_US = 86_400_000_000;
const US_PER_MS = 1_000;
const NS_PER_US = 1_000n;

/** What the integers of a time column count; `text` where each value says it itself. */
type TimeUnit = 'days' | 'ms' | 'us' | 'ns' | 'text';

export interface ColumnMeaning {
  readonly element: SchemaElement;
  /** How fixed bytes are to be read as an integer. */
  readonly bytes: 'big-endian' | 'little-endian';
  /** Words for what a column has as numbers. */
  readonly words?: readonly string[];
  /** Text is what it says: no word stands for nothing. */
  readonly isVerbatim?: boolean;
  /** Counts what was assumed or rounded, by name. */
  readonly mark: (name: 'times_taken_as_utc' | 'float_noise_rounded') => void;
}

/**
 * One column of a Parquet file, row group by row group. Integers never go through a float; a float64 is the shortest decimal that
 * stands for it. Invariant: `values` are those of the group, `at` is the row in it.
 */
export class ParquetField implements Field {
  readonly name: string;
  /** Integers are this many powers of ten too large. */
  scale: number;
  values: ArrayLike<unknown> = [];
  at = 0;
  readonly #meaning: ColumnMeaning;
  readonly #unit: TimeUnit;
  readonly #hasZone: boolean;
  readonly #isFloat32: boolean;
  readonly #decimal: Decimal = { mantissa: 0, decimals: 0 };

  constructor(meaning: ColumnMeaning, scale: number) {
    const { element } = meaning;
    this.name = element.name;
    this.#meaning = meaning;
    this.scale = scale;
    this.#unit = timeUnit(element);
    this.#isFloat32 = element.type === 'FLOAT';
    this.#hasZone = element.logical_type?.type !== 'TIMESTAMP' || element.logical_type.isAdjustedToUTC;
  }

  text(): string {
    const value = this.values[this.at];
    if (value === null || value === undefined) return '';
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    const { words, isVerbatim } = this.#meaning;
    // Python writes a missing text as `None`.
    const text = String(value);
    return words?.[Number(value)] ?? (text === 'None' && isVerbatim !== true ? '' : text);
  }

  decimal(): Decimal | null {
    const value = this.values[this.at];
    if (value === null || value === undefined || value === '') return null;
    const decimal = this.#decimal;
    if (typeof value === 'number') {
      if (Number.isNaN(value)) return null;
      if (this.scale === 0 && Number.isSafeInteger(value)) {
        decimal.mantissa = value;
        decimal.decimals = 0;
        return decimal;
      }
      if (Number.isInteger(value) && !this.#isReal()) return this.#scaled(BigInt(value));
      return this.#parsed(this.#isFloat32 ? shortestSingle(value) : this.#shortestFloat64(value));
    }
    if (typeof value === 'bigint') return this.#scaled(value);
    if (value instanceof Uint8Array) return this.#scaled(integerOf(value, this.#meaning.bytes));
    return this.#parsed(String(value));
  }

  /** A sum that went through floats (0.00031099999999999997) is rounded to the digits that a float keeps, and counted. */
  #shortestFloat64(value: number): string {
    const text = String(value);
    if (text.length <= FLOAT_DIGITS) return text;
    // What went through 32 bits before is what those stand for.
    const isSingle = Math.fround(value) === value;
    const rounded = isSingle ? shortestSingle(value) : String(Number(value.toPrecision(FLOAT_DIGITS)));
    if (rounded !== text) this.#meaning.mark('float_noise_rounded');
    return rounded;
  }

  /** Whether all integers of the group are multiples of 10^places, and at least one is of no higher power of ten. */
  hasFinest(places: number): boolean {
    const step = 10n ** BigInt(places);
    let isUsed = false;
    for (let at = 0; at < this.values.length; at += 1) {
      const value = integerOf(this.values[at] as Uint8Array, this.#meaning.bytes);
      if (value % step !== 0n) return false;
      isUsed ||= value % (step * 10n) !== 0n;
    }
    return isUsed;
  }

  #isReal(): boolean {
    const { type } = this.#meaning.element;
    return type === 'DOUBLE' || type === 'FLOAT';
  }

  #parsed(text: string): Decimal {
    const parsed = parseDecimal(text);
    if (parsed === null) throw new FieldFault(this.name, text, NOT_DECIMAL);
    return parsed;
  }

  #scaled(value: bigint): Decimal {
    let mantissa = value;
    let decimals = this.scale;
    // Most digits go at once: 128-bit prices have 16 decimals of which 11 are zeros.
    for (; decimals >= 8 && mantissa % 100_000_000n === 0n; decimals -= 8) mantissa /= 100_000_000n;
    for (; decimals > 0 && mantissa % 10n === 0n; decimals -= 1) mantissa /= 10n;
    const number = Number(mantissa);
    if (!Number.isSafeInteger(number)) throw new FieldFault(this.name, String(value), NOT_DECIMAL);
    this.#decimal.mantissa = number;
    this.#decimal.decimals = decimals;
    return this.#decimal;
  }

  timeUs(): number {
    const value = this.values[this.at];
    if (value === null || value === undefined || value === '') return Number.NaN;
    if (!this.#hasZone) this.#meaning.mark('times_taken_as_utc');
    switch (this.#unit) {
      case 'days':
        return Number(value) * DAY_US;
      case 'ms':
        return Number(value) * US_PER_MS;
      case 'us':
        return Number(value);
      case 'ns':
        return Number(BigInt(value as bigint) / NS_PER_US);
      case 'text': {
        const text = String(value);
        const time = timeOfText(text);
        if (time === null) throw new FieldFault(this.name, text, NOT_TIME);
        if (!time.hasOffset) this.#meaning.mark('times_taken_as_utc');
        return time.timeUs;
      }
    }
  }
}

function timeUnit({ type, converted_type: converted, logical_type: logical }: SchemaElement): TimeUnit {
  if (logical?.type === 'TIMESTAMP')
    return logical.unit === 'MILLIS' ? 'ms' : logical.unit === 'MICROS' ? 'us' : 'ns';
  if (converted === 'TIMESTAMP_MILLIS') return 'ms';
  if (converted === 'TIMESTAMP_MICROS') return 'us';
  if (converted === 'DATE') return 'days';
  return type === 'INT96' ? 'ns' : 'text';
}

/** Two's complement of any length. */
function integerOf(bytes: Uint8Array, order: ColumnMeaning['bytes']): bigint {
  const { length } = bytes;
  let value = 0n;
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[order === 'big-endian' ? at : length - 1 - at]!;
    value = (value << 8n) | BigInt(byte);
  }
  return BigInt.asIntN(8 * length, value);
}
