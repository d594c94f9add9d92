import { parseDecimal } from '#protocol';
import { DECIMALS_MAX } from '../tape/decimal-range.ts';

/** Digits that a JS number holds whatever they are; longer ones go through the careful parser. */
const DIGITS_SAFE = 15;
/** `.` as the digit loops see it, less the code of `0`. */
const POINT = 46 - 48;
const text = new TextDecoder();

/**
 * Reads a decimal from the bytes of a cell into `mantissa` and `decimals`, trailing zeros dropped, without making a string:
 * this runs two to a hundred times a row. The result is overwritten by the next read.
 */
export class DecimalCell {
  mantissa = 0;
  decimals = 0;

  /** False when the bytes are no decimal number, or one of more than 53 bits. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    let at = from;
    const negative = bytes[at] === 45;
    if (negative) at += 1;
    if (to - at > DIGITS_SAFE + 1 || at === to) return this.#readLong(bytes, from, to);
    const digitsAt = at;
    let mantissa = 0;
    let byte = 0;
    for (; at < to; at += 1) {
      byte = bytes[at]! - 48;
      if (byte < 0 || byte > 9) break;
      mantissa = mantissa * 10 + byte;
    }
    let decimals = 0;
    if (at === to) {
      if (to - digitsAt > DIGITS_SAFE) return this.#readLong(bytes, from, to);
    } else {
      if (byte !== POINT || to - digitsAt === 1) return this.#readLong(bytes, from, to);
      // Zeros are held back until a digit follows that gives them weight.
      let scale = 1;
      let place = 0;
      for (at += 1; at < to; at += 1) {
        byte = bytes[at]! - 48;
        if (byte < 0 || byte > 9) return this.#readLong(bytes, from, to);
        scale *= 10;
        place += 1;
        if (byte !== 0) {
          mantissa = mantissa * scale + byte;
          decimals = place;
          scale = 1;
        }
      }
    }
    this.mantissa = negative && mantissa !== 0 ? -mantissa : mantissa;
    this.decimals = decimals;
    return true;
  }

  /** Divides by 10^places what a file has multiplied by it. */
  shift(places: number): void {
    let { mantissa } = this;
    let decimals = this.decimals + places;
    while (decimals > 0 && mantissa % 10 === 0) {
      if (mantissa === 0) decimals = 1;
      mantissa /= 10;
      decimals -= 1;
    }
    this.mantissa = mantissa;
    this.decimals = decimals;
  }

  /** Exponents, signs, long digit runs, and everything that is wrong. */
  #readLong(bytes: Uint8Array, from: number, to: number): boolean {
    const value = parseDecimal(text.decode(bytes.subarray(from, to)));
    if (value === null || value.decimals > DECIMALS_MAX) return false;
    this.mantissa = value.mantissa === 0 ? 0 : value.mantissa;
    this.decimals = value.decimals;
    return true;
  }
}

/** A whole number from 0 without sign, or NaN for other bytes and for more than 2^53. */
export function wholeNumber(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length === 0 || length > DIGITS_SAFE + 1) return Number.NaN;
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
}
