import { Bzip2Bits, Bzip2Damage } from './bzip2-bits.ts';
import { Bzip2Block } from './bzip2-block.ts';

const MAGIC = 0x425a68; // BZh
const LEVEL_ZERO = 48;
const BLOCK_MAGIC = [0x314159, 0x265359];
const END_MAGIC = [0x177245, 0x385090];
/** A block is no longer than its bytes, a tenth more, and its tables: below it waits for more input. */
const LONGEST_BLOCK_SHARE = 1.25;
const TABLE_BYTES_MAX = 65_536;
const LEVEL_BYTES = 100_000;

/**
 * Decompresses bzip2 in bounded memory: about 8 MB, a block at a time. Several streams one behind the other, as `pbzip2` and `cat` make
 * them, are one. Not reusable. Invariant: every block is held against its checksum, every stream against that of its blocks.
 */
export class Bzip2Stream {
  readonly #bits = new Bzip2Bits();
  #block: Bzip2Block | null = null;
  #blockBytesMax = 0;
  #crc = 0;

  /** What can be decompressed with this chunk. @throws Bzip2Damage */
  *take(chunk: Uint8Array): Generator<Uint8Array> {
    this.#bits.push(chunk);
    while (this.#bits.waiting >= this.#blockBytesMax + TABLE_BYTES_MAX) yield* this.#step();
  }

  /** The input has ended. @throws Bzip2Ended, Bzip2Damage */
  *finish(): Generator<Uint8Array> {
    while (this.#block !== null || this.#bits.waiting > 0) yield* this.#step();
  }

  *#step(): Generator<Uint8Array> {
    const bits = this.#bits;
    if (this.#block === null) {
      const level = bits.read(24) === MAGIC ? bits.read(8) - LEVEL_ZERO : 0;
      if (level < 1 || level > 9) throw new Bzip2Damage('other bytes follow it');
      this.#block = new Bzip2Block(level);
      this.#blockBytesMax = level * LEVEL_BYTES * LONGEST_BLOCK_SHARE;
      this.#crc = 0;
      return;
    }
    const magic = [bits.read(24), bits.read(24)];
    if (isSame(magic, BLOCK_MAGIC)) {
      const crc = this.#block.read(bits);
      yield* this.#block.content();
      this.#crc = (((this.#crc << 1) | (this.#crc >>> 31)) ^ crc) >>> 0;
      return;
    }
    if (!isSame(magic, END_MAGIC)) throw new Bzip2Damage('neither a block nor the end');
    if (bits.read32() !== this.#crc) throw new Bzip2Damage('a stream whose checksum differs');
    bits.align();
    this.#block = null;
  }
}

function isSame(found: readonly number[], wanted: readonly number[]): boolean {
  return found.every((part, at) => part === wanted[at]);
}
