/**
 * The number encoding of data frames: the part of MessagePack that is integers, float64 and nil. Written by hand because
 * these two functions run for every number of every update; everything else goes through msgpackr.
 *
 * Never int64 or uint64: many decoders hand those out as big integers. Whole numbers beyond 32 bits travel as float64.
 */

/** Most bytes that one number takes. */
export const NUMBER_BYTES_MAX = 9;

const scratch = new DataView(new ArrayBuffer(8));

/** Writes one number (NaN as nil) at `at` and returns the position after it. The caller guarantees the room. */
export function writeNumber(out: Uint8Array, at: number, value: number): number {
  if (value >= 0) {
    if (value <= 0xff_ff_ff_ff && Math.floor(value) === value) {
      if (value < 0x80) {
        out[at] = value;
        return at + 1;
      }
      if (value < 0x1_00) {
        out[at] = 0xcc;
        out[at + 1] = value;
        return at + 2;
      }
      if (value < 0x1_00_00) {
        out[at] = 0xcd;
        out[at + 1] = value >>> 8;
        out[at + 2] = value;
        return at + 3;
      }
      out[at] = 0xce;
      return writeUint32(out, at + 1, value);
    }
  } else if (value < 0) {
    if (value >= -0x80_00_00_00 && Math.floor(value) === value) {
      if (value >= -0x20) {
        out[at] = value;
        return at + 1;
      }
      if (value >= -0x80) {
        out[at] = 0xd0;
        out[at + 1] = value;
        return at + 2;
      }
      if (value >= -0x80_00) {
        out[at] = 0xd1;
        out[at + 1] = value >> 8;
        out[at + 2] = value;
        return at + 3;
      }
      out[at] = 0xd2;
      return writeUint32(out, at + 1, value);
    }
  } else {
    out[at] = 0xc0;
    return at + 1;
  }
  scratch.setFloat64(0, value);
  out[at] = 0xcb;
  for (let index = 0; index < 8; index += 1) out[at + 1 + index] = scratch.getUint8(index);
  return at + 9;
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

/** A run of numbers to take one by one; nil comes out as NaN. */
export interface NumberSource {
  /** How many numbers are left. */
  left: number;
  /** The next number. @throws FrameError when none is left or the next element is no number. */
  next(): number;
}

/** Reads the numbers of one flat MessagePack array. @throws FrameError when the bytes are no array. */
export class BinaryNumbers implements NumberSource {
  left: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const head = bytes[0] ?? 0;
    if (head >= 0x90 && head <= 0x9f) {
      this.left = head & 0x0f;
      this.#at = 1;
    } else if (head === 0xdc && bytes.length >= 3) {
      this.left = this.#view.getUint16(1);
      this.#at = 3;
    } else if (head === 0xdd && bytes.length >= 5) {
      this.left = this.#view.getUint32(1);
      this.#at = 5;
    } else {
      throw new FrameError('a data frame is one MessagePack array');
    }
  }

  next(): number {
    const bytes = this.#bytes;
    const at = this.#at;
    if (this.left === 0) throw new FrameError('the frame ends in the middle of an entry');
    this.left -= 1;
    const head = bytes[at];
    if (head === undefined) throw new FrameError('the frame holds fewer numbers than its header says');
    if (head < 0x80) {
      this.#at = at + 1;
      return head;
    }
    if (head >= 0xe0) {
      this.#at = at + 1;
      return head - 0x1_00;
    }
    return this.#long(head, at);
  }

  #long(head: number, at: number): number {
    const view = this.#view;
    try {
      switch (head) {
        case 0xc0:
          this.#at = at + 1;
          return Number.NaN;
        case 0xcc:
          this.#at = at + 2;
          return view.getUint8(at + 1);
        case 0xcd:
          this.#at = at + 3;
          return view.getUint16(at + 1);
        case 0xce:
          this.#at = at + 5;
          return view.getUint32(at + 1);
        case 0xd0:
          this.#at = at + 2;
          return view.getInt8(at + 1);
        case 0xd1:
          this.#at = at + 3;
          return view.getInt16(at + 1);
        case 0xd2:
          this.#at = at + 5;
          return view.getInt32(at + 1);
        case 0xca:
          this.#at = at + 5;
          return view.getFloat32(at + 1);
        case 0xcb:
          this.#at = at + 9;
          return view.getFloat64(at + 1);
      }
    } catch {
      throw new FrameError('the frame ends in the middle of a number');
    }
    throw new FrameError(`byte 0x${head.toString(16)} starts no number that a data frame may hold`);
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
