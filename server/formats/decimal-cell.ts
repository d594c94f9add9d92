import { parseDecimal } from '#protocol';
import { DECIMALS_MAX } from '../tape/decimal-range.ts';

/** Digits that a JS number holds whatever they are; longer ones go through the careful parser. */
const DIGITS_SAFE = 15;
/** `.` as the digit loops see it, less the code of `0`. */
const POINT = 46 - 48;
const POINTS = 0x2e2e2e2e;
const ZEROS = 0x30303030;
/** Eight digits are read at a time, with what stands before them where there are fewer. */
const DIGITS_WINDOW = 8;
/** Cells that end here or further on have room for every window before them. */
const WINDOWS_FROM = 24;
const POWERS = Float64Array.from({ length: DIGITS_WINDOW + 1 }, (_, exponent) => 10 ** exponent);
const text = new TextDecoder();

/**
 * Reads a decimal from the bytes of a cell into `mantissa` and `decimals`, trailing zeros dropped, without making a string:
 * this runs two to a hundred times a row. The result is overwritten by the next read.
 */
export class DecimalCell {
  mantissa = 0;
  decimals = 0;

  /** False when the bytes are no decimal number, or one of more than 53 bits. */
  read(view: DataView, from: number, to: number): boolean {
    const length = to - from;
    if (length > DIGITS_SAFE + 1 || to < WINDOWS_FROM) return this.#readUsual(view, from, to);
    const pointAt = pointIn(view, from, to);
    let places = to - pointAt - 1;
    const whole = pointAt - from;
    if (places < 0) return this.#readWhole(view, from, to);
    // A point needs a digit beside it.
    if (length === 1 || places > DIGITS_WINDOW || whole > DIGITS_WINDOW)
      return this.#readUsual(view, from, to);
    const units = lastDigits(view, pointAt, whole);
    let fraction = lastDigits(view, to, places);
    if (units < 0 || fraction < 0) return this.#readUsual(view, from, to);
    if (fraction === 0) places = 0;
    else for (; fraction % 10 === 0; places -= 1) fraction = (fraction / 10) | 0;
    this.mantissa = units * POWERS[places]! + fraction;
    this.decimals = places;
    return true;
  }

  #readWhole(view: DataView, from: number, to: number): boolean {
    const value = wholeNumber(view, from, to);
    if (value !== value) return this.#readUsual(view, from, to);
    this.mantissa = value;
    this.decimals = 0;
    return true;
  }

  #readUsual(view: DataView, from: number, to: number): boolean {
    let at = from;
    if (at === to) return false;
    const negative = view.getUint8(at) === 45;
    if (negative) at += 1;
    if (to - at > DIGITS_SAFE + 1 || at === to) return this.#readLong(view, from, to);
    const digitsAt = at;
    let mantissa = 0;
    let byte = 0;
    for (; at < to; at += 1) {
      byte = view.getUint8(at) - 48;
      if (byte < 0 || byte > 9) break;
      mantissa = mantissa * 10 + byte;
    }
    let decimals = 0;
    if (at === to) {
      if (to - digitsAt > DIGITS_SAFE) return this.#readLong(view, from, to);
    } else {
      if (byte !== POINT || to - digitsAt === 1) return this.#readLong(view, from, to);
      // Zeros are held back until a digit follows that gives them weight.
      let scale = 1;
      let place = 0;
      for (at += 1; at < to; at += 1) {
        byte = view.getUint8(at) - 48;
        if (byte < 0 || byte > 9) return this.#readLong(view, from, to);
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
  #readLong(view: DataView, from: number, to: number): boolean {
    const value = parseDecimal(text.decode(bytesOf(view, from, to)));
    if (value === null || value.decimals > DECIMALS_MAX) return false;
    this.mantissa = value.mantissa === 0 ? 0 : value.mantissa;
    this.decimals = value.decimals;
    return true;
  }
}

/** A whole number from 0 without sign, or NaN for other bytes and for more than 2^53. */
export function wholeNumber(view: DataView, from: number, to: number): number {
  const length = to - from;
  if (length === 0 || length > DIGITS_SAFE + 1) return Number.NaN;
  if (to < WINDOWS_FROM) return slowNumber(view, from, to);
  if (length <= DIGITS_WINDOW) {
    const value = lastDigits(view, to, length);
    return value < 0 ? Number.NaN : value;
  }
  const high = lastDigits(view, to - DIGITS_WINDOW, length - DIGITS_WINDOW);
  const low = lastDigits(view, to, DIGITS_WINDOW);
  if (high < 0 || low < 0) return Number.NaN;
  const value = high * 100_000_000 + low;
  return value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
}

/** At the begin of a buffer, where no windows fit in. */
function slowNumber(view: DataView, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = view.getUint8(at) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
}

/** The number that `count` digits before `to` make, at most eight of them; -1 for other bytes. */
function lastDigits(view: DataView, to: number, count: number): number {
  if (count === 0) return 0;
  let high = view.getInt32(to - 8, true) ^ ZEROS;
  let low = view.getInt32(to - 4, true) ^ ZEROS;
  // The first bytes are the lowest: what stands before the digits counts as zeros.
  if (count <= 4) {
    high = 0;
    low &= -1 << (32 - 8 * count);
  } else high &= -1 << (64 - 8 * count);
  // A byte above 9 reaches its top bit, or has it.
  if ((((high + 0x76767676) | high | (low + 0x76767676) | low) & 0x80808080) !== 0) return -1;
  return (Math.imul(fourDigits(high), 10_000) + fourDigits(low)) | 0;
}

/** From four bytes of 0 to 9, the first digit in the lowest. */
function fourDigits(digits: number): number {
  const pairs = (Math.imul(digits, 10) + (digits >>> 8)) & 0x00ff00ff;
  return Math.imul(pairs, (100 << 16) + 1) >>> 16;
}

/** Where a point stands; `to` where there is none, or none is found. Looks at four bytes at a time. */
function pointIn(view: DataView, from: number, to: number): number {
  for (let at = to - 4; ; at -= 4) {
    const bytes = view.getInt32(at, true) ^ POINTS;
    const zeros = (bytes - 0x01010101) & ~bytes & 0x80808080;
    if (zeros !== 0) {
      // The lowest one is right, those above it may be none.
      const pointAt = at + ((31 - Math.clz32(zeros & -zeros)) >> 3);
      return pointAt >= from ? pointAt : to;
    }
    if (at <= from) return to;
  }
}

function bytesOf(view: DataView, from: number, to: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + from, to - from);
}
