import { parseDecimal, powerOfTen, type Decimal } from './decimal.ts';
import type { Increment } from './instrument.ts';

/** The steps on both sides of a decimal; equal where it lies on a step. */
export interface StepBracket {
  readonly floor: number;
  readonly ceil: number;
}

/** `100.13` in steps of 0.25 -> { floor: 400, ceil: 401 }. Null for text that is no decimal, and beyond 2^53 steps. */
export function stepsAround(text: string, { units, decimals }: Increment): StepBracket | null {
  const value = parseDecimal(text);
  if (value === null) return null;
  const scaled = BigInt(value.mantissa) * 10n ** BigInt(decimals);
  const step = BigInt(units) * 10n ** BigInt(value.decimals);
  const quotient = scaled / step;
  const isExact = quotient * step === scaled;
  // BigInt rounds towards zero.
  const floor = Number(isExact || scaled > 0n ? quotient : quotient - 1n);
  const ceil = isExact ? floor : floor + 1;
  return Number.isSafeInteger(floor) && Number.isSafeInteger(ceil) ? { floor, ceil } : null;
}

/** Whether left x right >= of, exact: the numbers are whole, their product may lie beyond 2^53. */
function productAtLeast(left: number, right: number, of: number, times: number): boolean {
  const one = left * right;
  const other = of * times;
  if (Number.isSafeInteger(one) && Number.isSafeInteger(other)) return one >= other;
  return BigInt(left) * BigInt(right) >= BigInt(of) * BigInt(times);
}

/** Whether `part` is at least this fraction of `whole`: part / whole >= (mantissa x 10^-decimals) / scale. Whole numbers, `whole` > 0. */
export function isShareAtLeast(part: number, whole: number, fraction: Decimal, scale: number): boolean {
  return productAtLeast(part, scale * powerOfTen(fraction.decimals), whole, fraction.mantissa);
}
