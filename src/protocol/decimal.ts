/**
 * Decimal text to exact integers and back, with no float in between.
 *
 * A decimal is a pair (mantissa, decimals): value = mantissa x 10^-decimals. Mantissas are JS integers, so they are
 * exact up to 2^53 - 1; text that does not fit is refused rather than rounded.
 */
export interface Decimal {
  mantissa: number;
  decimals: number;
}

const POWERS_OF_TEN = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const DECIMALS_MAX = 18;

/** 10^exponent as a number; exact for 0..22. */
export function powerOfTen(exponent: number): number {
  return POWERS_OF_TEN[exponent] ?? 10 ** exponent;
}

const DECIMAL_TEXT = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * Parses `-12.340`, `1e-08`, `.5` to the shortest exact pair: trailing zeros after the point are dropped
 * (`64.10` -> 641, 1). Returns null for text that is no decimal number or needs more than 53 bits.
 */
export function parseDecimal(text: string): Decimal | null {
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) return null;
  const whole = match[2] ?? '';
  const fraction = match[3] ?? '';
  if (whole.length + fraction.length === 0) return null;
  let digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  let decimals = fraction.length - (match[4] === undefined ? 0 : Number(match[4]));
  while (decimals > 0 && digits.endsWith('0') && digits.length > 1) {
    digits = digits.slice(0, -1);
    decimals -= 1;
  }
  if (digits === '0') return { mantissa: 0, decimals: 0 };
  if (decimals < 0) {
    if (decimals < -DECIMALS_MAX) return null;
    digits += '0'.repeat(-decimals);
    decimals = 0;
  }
  const mantissa = Number(digits);
  if (!Number.isSafeInteger(mantissa) || decimals > DECIMALS_MAX) return null;
  return { mantissa: match[1] === '-' ? -mantissa : mantissa, decimals };
}

/** Moves a mantissa from one number of decimals to another. Returns NaN where that would not be a whole, exact number. */
export function rescale(mantissa: number, fromDecimals: number, toDecimals: number): number {
  if (fromDecimals === toDecimals) return mantissa;
  if (toDecimals > fromDecimals) {
    const scaled = mantissa * powerOfTen(toDecimals - fromDecimals);
    return Number.isSafeInteger(scaled) ? scaled : Number.NaN;
  }
  const divisor = powerOfTen(fromDecimals - toDecimals);
  return mantissa % divisor === 0 ? mantissa / divisor : Number.NaN;
}

/**
 * Writes mantissa x 10^-decimals as plain decimal text with exactly `decimals` digits after the point: (-5, 2) -> `-0.05`.
 * The absent number (NaN) has no text: `''`.
 */
export function decimalText(mantissa: number | bigint, decimals: number): string {
  if (Number.isNaN(mantissa)) return '';
  const negative = mantissa < 0;
  // Through BigInt beyond 2^53, because String() writes numbers from 1e21 on with an exponent.
  const wide = typeof mantissa === 'number' && Number.isInteger(mantissa) && !Number.isSafeInteger(mantissa);
  const whole = wide ? BigInt(mantissa) : mantissa;
  if (decimals === 0) return String(whole);
  const digits = String(negative ? -whole : whole).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}
