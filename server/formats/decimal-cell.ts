import { parseDecimal } from '#protocol';
import { DECIMALS_MAX } from '../tape/decimal-range.ts';

/** Digits that a JS number holds whatever they are; longer ones go through the careful parser. */
const DIGITS_SAFE = 15;
/** Digits that 32 bits hold whatever they are: whole numbers of that size cost a third of floating ones. */
const DIGITS_SMALL = 9;
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
    return to - from <= DIGITS_SMALL + 1
      ? this.#readShort(bytes, from, to)
      : this.#readUsual(bytes, from, to);
  }

  /** Nine digits at most, and a point: nearly every price and size. */
  #readShort(bytes: Uint8Array, from: number, to: number): boolean {
    let mantissa = 0;
    let pointAt = to;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at]! - 48;
      if (byte >= 0 && byte <= 9) mantissa = (Math.imul(mantissa, 10) + byte) | 0;
      else if (byte === POINT && pointAt === to) pointAt = at;
      else return this.#readUsual(bytes, from, to);
    }
    const isPointed = pointAt < to;
    if (to - from <= (isPointed ? 1 : 0) || (!isPointed && to - from > DIGITS_SMALL))
      return this.#readUsual(bytes, from, to);
    let decimals = isPointed ? to - pointAt - 1 : 0;
    for (; decimals > 0 && mantissa % 10 === 0; decimals -= 1) mantissa = (mantissa / 10) | 0;
    this.mantissa = mantissa;
    this.decimals = decimals;
    return true;
  }

  #readUsual(bytes: Uint8Array, from: number, to: number): boolean {
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

/** A whole number from 0 without sign, or NaN for other bytes and for more than 2^53. Four digits at a time. */
export function wholeNumber(view: DataView, from: number, to: number): number {
  const length = to - from;
  if (length === 0 || length > DIGITS_SAFE + 1) return Number.NaN;
  if (length <= DIGITS_HALF) {
    const value = halfNumber(view, from, to);
    return value < 0 ? Number.NaN : value;
  }
  const high = halfNumber(view, from, to - DIGITS_HALF);
  const low = halfNumber(view, to - DIGITS_HALF, to);
  if (high < 0 || low < 0) return Number.NaN;
  const value = high * 100_000_000 + low;
  return value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
}

const DIGITS_HALF = 8;

/** At most eight digits; -1 for other bytes. */
function halfNumber(view: DataView, from: number, to: number): number {
  let at = from;
  let value = 0;
  for (const groups = from + ((to - from) & 3); at < groups; at += 1) {
    const digit = view.getUint8(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = Math.imul(value, 10) + digit;
  }
  for (; at < to; at += 4) {
    const digits = view.getInt32(at, true) ^ 0x30303030;
    // A byte above 9 reaches its top bit, or has it.
    if ((((digits + 0x76767676) | digits) & 0x80808080) !== 0) return -1;
    const pairs = (Math.imul(digits, 10) + (digits >>> 8)) & 0x00ff00ff;
    value = (Math.imul(value, 10_000) + (pairs & 0xff) * 100 + (pairs >>> 16)) | 0;
  }
  return value;
}
