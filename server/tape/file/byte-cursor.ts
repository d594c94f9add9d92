import { ESCAPE, ESCAPE_ABSENT, ESCAPE_ABSOLUTE, ESCAPE_TEXT } from './byte-column.ts';

/** Content that does not follow the format although its checksum is right. Never leaves the reader: the block counts as damaged. */
export class MalformedError extends Error {
  override name = 'MalformedError';
}

const NO_BYTES = new Uint8Array(0);

/** Reads what a `ByteColumn` wrote. Invariant: never reads beyond its bytes, and hands out safe whole numbers only. */
export class ByteCursor {
  #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array = NO_BYTES) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new MalformedError('a column ends early');
    this.#at += 1;
    return value;
  }

  unsigned(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    const second = this.byte();
    const low = (first & 0x7f) + (second & 0x7f) * 0x80;
    return second < 0x80 ? low : this.#rest(low, 0x4000);
  }

  /** At most `max`. */
  count(max: number): number {
    const value = this.unsigned();
    if (value > max) throw new MalformedError('a count is beyond what can follow it');
    return value;
  }

  signed(): number {
    const first = this.byte();
    const low = first & 0x3f;
    const size = first < 0x80 ? low : this.#rest(low, 0x40);
    return (first & 0x40) === 0 ? size : -size;
  }

  /** A value written as its difference to `base`. NaN where absent, infinite where text stands for it. */
  difference(base: number): number {
    const bytes = this.#bytes;
    const first = bytes[this.#at];
    if (first === undefined) throw new MalformedError('a column ends early');
    if (first < 0x80 && first !== ESCAPE) {
      this.#at += 1;
      return checked(first < 0x40 ? base + first : base - (first & 0x3f));
    }
    if (first >= 0x80) {
      const second = bytes[this.#at + 1];
      if (second === undefined || second >= 0x80) return checked(base + this.signed());
      this.#at += 2;
      const size = (first & 0x3f) + second * 0x40;
      return checked((first & 0x40) === 0 ? base + size : base - size);
    }
    this.#at += 1;
    const what = this.byte();
    if (what === ESCAPE_ABSENT) return Number.NaN;
    if (what === ESCAPE_ABSOLUTE) return this.signed();
    if (what === ESCAPE_TEXT) return Number.POSITIVE_INFINITY;
    throw new MalformedError('an escape of an unknown kind');
  }

  float64(): number {
    const bytes = this.take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  text(): string {
    const bytes = this.take(this.unsigned());
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new MalformedError('a column ends early');
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  #rest(low: number, weight: number): number {
    let value = low;
    let scale = weight;
    for (;;) {
      const next = this.byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) return checked(value);
      scale *= 0x80;
      if (value > Number.MAX_SAFE_INTEGER) throw new MalformedError('a number is too large');
    }
  }
}

function checked(value: number): number {
  if (value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER)
    throw new MalformedError('a number is too large');
  return value;
}
