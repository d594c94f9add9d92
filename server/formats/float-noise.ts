import { parseDecimal, type Decimal } from '#protocol';

/** Significant digits of a decimal that a float of 64 bits gives back, whatever they are. */
export const FLOAT_DIGITS = 15;
/** The fewest and the most digits that a float of 32 bits needs. */
const SINGLE_DIGITS_MIN = 6;
const SINGLE_DIGITS_MAX = 9;
/** What is written with fewer decimals, or as a smaller number of the last of them, was meant so. */
export const NOISE_DECIMALS_MIN = 9;
const NOISE_MANTISSA_MIN = 1e10;

/**
 * A decimal of more digits than a float keeps, which went through one before it was written (0.060000000000000005), rounded to those
 * that it keeps. Null for a shorter one and for what is no plain decimal.
 */
export function withoutFloatNoise(text: string): Decimal | null {
  if (text.length <= FLOAT_DIGITS || !/^-?\d+\.\d+$/.test(text)) return null;
  const digits = text.replace('.', '').replace(/^-?0+/, '').replace(/0+$/, '');
  if (digits.length <= FLOAT_DIGITS) return null;
  return ofSingle(Number(text)) ?? parseDecimal(Number(text).toPrecision(FLOAT_DIGITS));
}

/**
 * What was meant by a number that went through a float of 32 bits and was written as one of 64, as Yahoo's prices come: 75.0875015258789 is
 * 75.0875. Null for a number that did not.
 */
export function withoutSingleNoise({ mantissa, decimals }: Decimal): Decimal | null {
  if (decimals < NOISE_DECIMALS_MIN || Math.abs(mantissa) < NOISE_MANTISSA_MIN) return null;
  return ofSingle(mantissa / 10 ** decimals);
}

function ofSingle(value: number): Decimal | null {
  return Math.fround(value) === value ? parseDecimal(shortestSingle(value)) : null;
}

/** The shortest decimal that stands for a float of 32 bits. */
export function shortestSingle(value: number): string {
  for (let digits = SINGLE_DIGITS_MIN; digits < SINGLE_DIGITS_MAX; digits += 1) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(SINGLE_DIGITS_MAX)));
}
