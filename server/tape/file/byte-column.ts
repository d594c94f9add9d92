const START_BYTES = 1_024;
/** Longest number: 8 bytes, after an escape of 2. */
const NUMBER_BYTES_MAX = 10;

/** First byte of a signed number that is no plain magnitude: "minus zero", which no number needs. */
export const ESCAPE = 0x40;
export const ESCAPE_ABSENT = 0;
export const ESCAPE_ABSOLUTE = 1;
/** The value is text and stands in another column. */
export const ESCAPE_TEXT = 2;

/**
 * Bytes that grow, and the format's way to write numbers into them ([TF6], [TF7]). Invariant: a whole number of up to 2^53 - 1 in
 * size comes back exactly.
 */
export class ByteColumn {
  length = 0;
  #bytes = new Uint8Array(START_BYTES);

  /** The bytes so far; valid until the next write. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.length] = value;
    this.length += 1;
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** A whole number from 0 to 2^53 - 1: 7 bits a byte, the lowest first. */
  unsigned(value: number): void {
    this.#reserve(NUMBER_BYTES_MAX);
    this.length = putUnsigned(this.#bytes, this.length, value);
  }

  /** Sign and magnitude: 6 bits and the sign in the first byte, then as `unsigned`. */
  signed(value: number): void {
    this.#reserve(NUMBER_BYTES_MAX);
    const bytes = this.#bytes;
    const isNegative = value < 0;
    const size = isNegative ? -value : value;
    const sign = isNegative ? 0x40 : 0;
    if (size < 0x40) {
      bytes[this.length] = size | sign;
      this.length += 1;
    } else if (size < 0x2000) {
      bytes[this.length] = (size & 0x3f) | sign | 0x80;
      bytes[this.length + 1] = size >> 6;
      this.length += 2;
    } else {
      const above = Math.floor(size / 0x40);
      bytes[this.length] = (size - above * 0x40) | sign | 0x80;
      this.length = putUnsigned(bytes, this.length + 1, above);
    }
  }

  /** A whole number as its difference to another; as itself where the difference would not be exact. */
  difference(value: number, base: number): void {
    const difference = value - base;
    if (difference <= Number.MAX_SAFE_INTEGER && difference >= -Number.MAX_SAFE_INTEGER) {
      this.signed(difference);
      return;
    }
    this.escape(ESCAPE_ABSOLUTE);
    this.signed(value);
  }

  /** Every second number from `from` on as its difference to the one before, the first to `base`: for levels, of which there are many. */
  differences(values: readonly number[], from: number, base: number): void {
    this.#reserve(values.length * NUMBER_BYTES_MAX);
    let before = base;
    for (let index = from; index < values.length; index += 2) {
      const value = values[index]!;
      const difference = value - before;
      if (difference > -0x40 && difference < 0x40) {
        this.#bytes[this.length] = difference < 0 ? 0x40 | -difference : difference;
        this.length += 1;
      } else this.difference(value, before);
      before = value;
    }
  }

  /** As `difference`; NaN is written as absent. */
  differenceOrAbsent(value: number, base: number): void {
    if (value === value) return this.difference(value, base);
    this.escape(ESCAPE_ABSENT);
  }

  escape(what: number): void {
    this.byte(ESCAPE);
    this.byte(what);
  }

  float64(value: number): void {
    const eight = new Uint8Array(8);
    new DataView(eight.buffer).setFloat64(0, value, true);
    this.append(eight);
  }

  /** Length in bytes, then UTF-8. */
  text(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.unsigned(bytes.length);
    this.append(bytes);
  }

  #reserve(room: number): void {
    if (this.length + room > this.#bytes.length) this.#grow(room);
  }

  #grow(room: number): void {
    const longer = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + room));
    longer.set(this.#bytes);
    this.#bytes = longer;
  }
}

function putUnsigned(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  // Bit operations know 32 bits only, and the remainder of a float is a call into C.
  while (rest > 0x7f_ff_ff_ff) {
    const above = Math.floor(rest / 0x80);
    bytes[at] = (rest - above * 0x80) | 0x80;
    rest = above;
    at += 1;
  }
  while (rest > 0x7f) {
    bytes[at] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
    at += 1;
  }
  bytes[at] = rest;
  return at + 1;
}
