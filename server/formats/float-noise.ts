import { parseDecimal, type Decimal } from '#protocol';

/** Significant digits of a decimal that a float of 64 bits gives back, whatever they are. */
export const FLOAT_DIGITS = 15;

/**
 * A decimal of more digits than a float keeps, which went through one before it was written (0.060000000000000005), rounded to those
 * that it keeps. Null for a shorter one and for what is no plain decimal.
 */
export function withoutFloatNoise(text: string): Decimal | null {
  if (text.length <= FLOAT_DIGITS || !/^-?\d+\.\d+$/.test(text)) return null;
  const digits = text.replace('.', '').replace(/^-?0+/, '').replace(/0+$/, '');
  return digits.length > FLOAT_DIGITS ? parseDecimal(Number(text).toPrecision(FLOAT_DIGITS)) : null;
}
