/**
 * The number encoding of data frames: the part of MessagePack that is integers, float64 and nil. Written by hand because
 * these two functions run for every number of every update; everything else goes through msgpackr.
 *
 * Never int64 or uint64: many decoders hand those out as big integers. Whole numbers beyond 32 bits travel as float64.
 */

/** Most bytes that one number takes. */
export const NUMBER_BYTES_MAX = 9;

/** One float64 and the two words that it is made of, to take it apart and put it together without a view for each frame. */
const float64 = new Float64Array(1);
const float32 = new Float32Array(float64.buffer);
const words = new Uint32Array(float64.buffer);
float64[0] = -1;
/** Which word has the sign: the machine's byte order decides. */
const HIGH = words[0] === 0 ? 1 : 0;
const LOW = 1 - HIGH;

/** Writes one number (NaN as nil) at `at` and returns the position after it. The caller guarantees the room. */
export function writeNumber(out: Uint8Array, at: number, value: number): number {
  const whole = value | 0;
  return isOneByte(value, whole) ? writeByte(out, at, whole) : writeLongNumber(out, at, value);
}

/**
 * Whether a number takes one byte. Most do: a fast writer asks for that by itself, as `writeNumber` does, because the engine inlines
 * this and `writeByte` everywhere, but not all of `writeNumber`. -0 counts as 0.
 * @param whole the same number as int32: value | 0
 */
export const isOneByte = (value: number, whole: number): boolean =>
  whole === value && (whole + 0x20) >>> 0 < 0xa0;

/** Writes a number for which `isOneByte` holds. */
export function writeByte(out: Uint8Array, at: number, whole: number): number {
  out[at] = whole;
  return at + 1;
}

/** The forms of int32 by sign and count of significant bits: first byte, and bytes after it. The second half is for those below 0. */
const INT_FORMS = 33;
const intHeads = new Uint8Array(2 * INT_FORMS);
const intBytes = new Uint8Array(2 * INT_FORMS);
for (let bits = 0; bits < INT_FORMS; bits += 1) {
  intHeads[bits] = bits <= 8 ? 0xcc : bits <= 16 ? 0xcd : 0xce;
  intBytes[bits] = bits <= 8 ? 1 : bits <= 16 ? 2 : 4;
  intHeads[INT_FORMS + bits] = bits <= 7 ? 0xd0 : bits <= 15 ? 0xd1 : 0xd2;
  intBytes[INT_FORMS + bits] = bits <= 7 ? 1 : bits <= 15 ? 2 : 4;
}

/**
 * The same as `writeLongNumber`, for whoever writes number after number: up to NUMBER_BYTES_MAX from `at` on, bytes after the
 * returned position may be written over. Without a branch on the size, which would be guessed wrongly every other time (-10 % an entry).
 */
export function writeLongNumberLoosely(out: Uint8Array, at: number, value: number): number {
  const whole = value | 0;
  if (whole !== value) return writeBeyondInt32(out, at, value);
  const sign = whole >> 31;
  const form = (sign & INT_FORMS) + 32 - Math.clz32(whole ^ sign);
  const size = intBytes[form]!;
  out[at] = intHeads[form]!;
  writeUint32(out, at + 1, whole << (32 - 8 * size));
  return at + 1 + size;
}

/** Writes a number for which `isOneByte` does not hold. */
function writeLongNumber(out: Uint8Array, at: number, value: number): number {
  const whole = value | 0;
  if (whole !== value) return writeBeyondInt32(out, at, value);
  if (whole >= 0) {
    if (whole < 0x1_00) {
      out[at] = 0xcc;
      out[at + 1] = whole;
      return at + 2;
    }
    if (whole < 0x1_00_00) {
      out[at] = 0xcd;
      out[at + 1] = whole >>> 8;
      out[at + 2] = whole;
      return at + 3;
    }
    out[at] = 0xce;
    return writeUint32(out, at + 1, whole);
  }
  if (whole >= -0x80) {
    out[at] = 0xd0;
    out[at + 1] = whole;
    return at + 2;
  }
  if (whole >= -0x80_00) {
    out[at] = 0xd1;
    out[at + 1] = whole >> 8;
    out[at + 2] = whole;
    return at + 3;
  }
  out[at] = 0xd2;
  return writeUint32(out, at + 1, whole);
}

/** What is no whole number of 32 bits with a sign: NaN, the upper half of uint32, and the rest as float64. */
function writeBeyondInt32(out: Uint8Array, at: number, value: number): number {
  if (Number.isNaN(value)) {
    out[at] = 0xc0;
    return at + 1;
  }
  if (value > 0 && value <= 0xff_ff_ff_ff && Math.floor(value) === value) {
    out[at] = 0xce;
    return writeUint32(out, at + 1, value);
  }
  float64[0] = value;
  out[at] = 0xcb;
  at = writeUint32(out, at + 1, words[HIGH]!);
  return writeUint32(out, at, words[LOW]!);
}

function writeUint32(out: Uint8Array, at: number, value: number): number {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
  return at + 4;
}

/** Most bytes of an array header. */
export const ARRAY_HEADER_BYTES_MAX = 5;

/** Writes the shortest header of an array of `length` elements and returns the position after it. */
export function writeArrayHeader(out: Uint8Array, at: number, length: number): number {
  if (length < 16) {
    out[at] = 0x90 | length;
    return at + 1;
  }
  if (length < 0x1_00_00) {
    out[at] = 0xdc;
    out[at + 1] = length >>> 8;
    out[at + 2] = length;
    return at + 3;
  }
  out[at] = 0xdd;
  return writeUint32(out, at + 1, length);
}

/** A data frame that breaks the number encoding or ends early. */
export class FrameError extends Error {
  override name = 'FrameError';
}

/** Bytes of an element by its first byte: 0 for what no data frame may hold. */
export const ELEMENT_BYTES = Uint8Array.from({ length: 0x1_00 }, (_, head) => {
  if (head < 0x80 || head >= 0xe0) return 1;
  return { 0xc0: 1, 0xca: 5, 0xcb: 9, 0xcc: 2, 0xcd: 3, 0xce: 5, 0xd0: 2, 0xd1: 3, 0xd2: 5 }[head] ?? 0;
});

/**
 * The number that begins at `at` with a byte of 0x80 or more; nil comes out as NaN. A smaller byte is the number itself, and most are:
 * a fast reader asks for that first. The common forms come first here: comparisons cost less than a jump that is guessed wrongly.
 * @param head the byte at `at`, by which the caller goes on with ELEMENT_BYTES; undefined past the end
 * @throws FrameError
 */
export function longNumberAt(bytes: Uint8Array, at: number, head: number): number {
  if (at + ELEMENT_BYTES[head]! > bytes.length)
    throw new FrameError('the frame ends in the middle of a number');
  if (head === 0xcd) return uint16At(bytes, at + 1);
  if (head === 0xcc) return bytes[at + 1]!;
  if (head >= 0xe0) return head - 0x1_00;
  if (head === 0xd0) return (bytes[at + 1]! << 24) >> 24;
  if (head === 0xd1) return (uint16At(bytes, at + 1) << 16) >> 16;
  if (head === 0xce) return int32At(bytes, at + 1) >>> 0;
  if (head === 0xd2) return int32At(bytes, at + 1);
  return rareNumberAt(bytes, at, head);
}

function rareNumberAt(bytes: Uint8Array, at: number, head: number | undefined): number {
  switch (head) {
    case 0xc0:
      return Number.NaN;
    case 0xcb:
      words[HIGH] = int32At(bytes, at + 1);
      words[LOW] = int32At(bytes, at + 5);
      return float64[0]!;
    case 0xca:
      words[0] = int32At(bytes, at + 1);
      return float32[0]!;
    case undefined:
      throw new FrameError('the frame holds fewer numbers than its header says');
    default:
      throw new FrameError(`byte 0x${head.toString(16)} starts no number that a data frame may hold`);
  }
}

const uint16At = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

const int32At = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;

/** A run of numbers to take one by one; nil comes out as NaN. */
export interface NumberSource {
  /** How many numbers are left. */
  left: number;
  /** The next number. @throws FrameError when none is left or the next element is no number. */
  next(): number;
}

/**
 * Reads the numbers of one flat MessagePack array. Whoever reads many may go on by themselves from `at` to the end of `bytes`,
 * with `longNumberAt`. @throws FrameError when the bytes are no array.
 */
export class BinaryNumbers implements NumberSource {
  readonly bytes: Uint8Array;
  left: number;
  /** Where the next number begins. */
  at: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    const head = bytes[0] ?? 0;
    if (head >= 0x90 && head <= 0x9f) {
      this.left = head & 0x0f;
      this.at = 1;
    } else if (head === 0xdc && bytes.length >= 3) {
      this.left = uint16At(bytes, 1);
      this.at = 3;
    } else if (head === 0xdd && bytes.length >= 5) {
      this.left = int32At(bytes, 1) >>> 0;
      this.at = 5;
    } else {
      throw new FrameError('a data frame is one MessagePack array');
    }
  }

  next(): number {
    if (this.left === 0) throw new FrameError('the frame ends in the middle of an entry');
    this.left -= 1;
    const { bytes, at } = this;
    const head = bytes[at]!;
    this.at = at + ELEMENT_BYTES[head]!;
    return head < 0x80 ? head : longNumberAt(bytes, at, head);
  }
}

/** The same, over a parsed JSON array. */
export class ListNumbers implements NumberSource {
  left: number;
  readonly #values: readonly unknown[];
  #at = 0;

  constructor(values: readonly unknown[]) {
    this.#values = values;
    this.left = values.length;
  }

  next(): number {
    if (this.left === 0) throw new FrameError('the frame ends in the middle of an entry');
    const value = this.#values[this.#at];
    this.#at += 1;
    this.left -= 1;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (value === null) return Number.NaN;
    throw new FrameError('a data frame holds finite numbers and null only');
  }
}
