import type { Increment } from '#protocol';
import type { SchemaElement } from 'hyparquet';

/** Decimal digits that an int64, and a fixed array of 16 bytes, hold whatever they are. */
const INT64_DIGITS = 18;
const FIXED_DIGITS = 38;
const FIXED_BYTES = 16;

/** How one column of a file holds prices or sizes. */
export interface DecimalForm {
  /** `text` where no decimal of Parquet is wide enough. */
  readonly storage: 'int64' | 'fixed' | 'text';
  readonly scale: number;
  /** By instrument: steps times this are units of 10^-scale. */
  readonly factors: readonly bigint[];
}

/** The largest number of steps by instrument, of one kind of numbers. Finds the form in which all of them are exact. */
export class DecimalExtent {
  readonly #largest: number[];

  constructor(instruments: number) {
    this.#largest = Array.from({ length: instruments }, () => -1);
  }

  /** NaN is no number and takes no room. */
  add(instrument: number, steps: number): void {
    const size = Math.abs(steps);
    if (size > this.#largest[instrument]!) this.#largest[instrument] = size;
  }

  /** @param increments of the instruments, by number */
  form(increments: readonly Increment[]): DecimalForm {
    const used = increments.filter((_, instrument) => this.#largest[instrument]! >= 0);
    const scale = Math.max(0, ...used.map(({ decimals }) => decimals));
    const factors = increments.map(
      ({ units, decimals }) => BigInt(units) * 10n ** BigInt(Math.max(0, scale - decimals)),
    );
    const digits = Math.max(
      scale,
      ...factors.map((factor, at) => String(factor * BigInt(Math.max(0, this.#largest[at]!))).length),
    );
    const storage = digits <= INT64_DIGITS ? 'int64' : digits <= FIXED_DIGITS ? 'fixed' : 'text';
    return { storage, scale, factors };
  }
}

export function decimalElement(
  name: string,
  { storage, scale }: DecimalForm,
  repetition: 'REQUIRED' | 'OPTIONAL',
): SchemaElement {
  if (storage === 'text')
    return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: repetition };
  const precision = storage === 'int64' ? INT64_DIGITS : FIXED_DIGITS;
  return {
    name,
    ...(storage === 'int64' ? { type: 'INT64' } : { type: 'FIXED_LEN_BYTE_ARRAY', type_length: FIXED_BYTES }),
    converted_type: 'DECIMAL',
    logical_type: { type: 'DECIMAL', precision, scale },
    precision,
    scale,
    repetition_type: repetition,
  };
}
