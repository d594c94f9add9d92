/** The input has ended before what it promises. */
export class Bzip2Ended extends Error {
  override name = 'Bzip2Ended';
}

/** What a bzip2 stream holds cannot be. The message says what, for a sentence in brackets. */
export class Bzip2Damage extends Error {
  override name = 'Bzip2Damage';
}

const BUFFER_BYTES_START = 262_144;
export const CODE_BITS_MAX = 20;
const CODE_BYTES_MAX = 3;

/** Bits of a stream, the highest of a byte first. Invariant: what was read is never held longer than until the next `push`. */
export class Bzip2Bits {
  #bytes = new Uint8Array(BUFFER_BYTES_START);
  #filled = 0;
  #at = 0;
  #bits = 0;
  #count = 0;

  /** Whole bytes that wait. */
  get waiting(): number {
    return this.#filled - this.#at;
  }

  push(chunk: Uint8Array): void {
    this.#bytes.copyWithin(0, this.#at, this.#filled);
    this.#filled -= this.#at;
    this.#at = 0;
    const need = this.#filled + chunk.length;
    if (need > this.#bytes.length) {
      const longer = new Uint8Array(Math.max(need, this.#bytes.length * 2));
      longer.set(this.#bytes.subarray(0, this.#filled));
      this.#bytes = longer;
    }
    this.#bytes.set(chunk, this.#filled);
    this.#filled = need;
  }

  /** @param count at most 24 @throws Bzip2Ended */
  read(count: number): number {
    while (this.#count < count) {
      if (this.#at === this.#filled) throw new Bzip2Ended();
      this.#bits = (this.#bits << 8) | this.#bytes[this.#at]!;
      this.#at += 1;
      this.#count += 8;
    }
    this.#count -= count;
    return (this.#bits >>> this.#count) & ((1 << count) - 1);
  }

  read32(): number {
    return ((this.read(16) << 16) | this.read(16)) >>> 0;
  }

  /** The next 20 bits, zeros behind the end of the input. */
  peekCode(): number {
    while (this.#count < CODE_BITS_MAX) {
      if (this.#at >= this.#filled + CODE_BYTES_MAX) throw new Bzip2Ended();
      this.#bits = (this.#bits << 8) | (this.#at < this.#filled ? this.#bytes[this.#at]! : 0);
      this.#at += 1;
      this.#count += 8;
    }
    return (this.#bits >>> (this.#count - CODE_BITS_MAX)) & ((1 << CODE_BITS_MAX) - 1);
  }

  /** Takes bits that were looked at. */
  skip(count: number): void {
    this.#count -= count;
  }

  /** Gives back what was looked at and not taken. @throws Bzip2Ended when more was taken than there was */
  settle(): void {
    const bytes = this.#count >> 3;
    this.#at -= bytes;
    this.#bits >>>= 8 * bytes;
    this.#count &= 7;
    if (this.#at > this.#filled) throw new Bzip2Ended();
  }

  /** Leaves out the rest of a byte. */
  align(): void {
    this.settle();
    this.#count = 0;
  }
}
