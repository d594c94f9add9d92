import type { Writable } from 'node:stream';
import { constants, createZstdCompress, type ZstdCompress } from 'node:zlib';

/**
 * Level 5, with matches of six bytes at least and twice as many tries. Frames of ten Coinbase products take 0.140 of their bytes, less than
 * a seventh; 0.144 at plain level 5, 0.155 at the packer's own settings.
 */
const THOROUGH = {
  [constants.ZSTD_c_compressionLevel]: 5,
  [constants.ZSTD_c_minMatch]: 6,
  [constants.ZSTD_c_searchLog]: 4,
};
/** Takes 0.4 of the time, and 1.09 to 1.1 of the bytes. */
const FAST = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_minMatch]: 6 };
/** What is wanted, of the bytes; and where the fast way stays below it too. */
const SHARE_MAX = 1 / 7;
const FAST_SHARE_MAX = 1 / 8;
/** A way is judged by this much of what it packed, at least. */
const JUDGED_BYTES_MIN = 1_048_576;

/**
 * Text as zstd, packed fast where that is small enough: it begins the thorough way, and goes over to the fast one when that is going to
 * stay below a seventh too. The ways follow each other as frames of one file, as zstd has it. Not a queue with an end.
 * Invariant: bytes come out in the order of the text, and after a `flush` they tell all of it.
 */
export class ZstdFrames {
  readonly #into: Writable;
  #packer: ZstdCompress;
  /** The frame before, while the end of it is still to come. */
  #before: ZstdCompress | null = null;
  #isFast = false;
  #isSettled = false;
  /** Bytes that came out of the packer. */
  #packed = 0;

  constructor(into: Writable) {
    this.#into = into;
    this.#packer = createZstdCompress({ params: THOROUGH });
    this.#handOn();
  }

  /** Bytes that were taken and not packed yet. */
  get writableLength(): number {
    return this.#packer.writableLength + (this.#before?.writableLength ?? 0);
  }

  write(text: string): void {
    this.#packer.write(text);
  }

  flush(): void {
    const packer = this.#packer;
    packer.flush(() => {
      if (packer === this.#packer && this.#before === null)
        this.#judge(packer.bytesWritten, this.#packed + packer.readableLength);
    });
  }

  /** Ends the file too, when it has everything. */
  end(): void {
    this.#packer.once('end', () => this.#into.end());
    this.#packer.end();
  }

  destroy(): void {
    this.#before?.destroy();
    this.#packer.destroy();
  }

  #judge(given: number, packed: number): void {
    if (this.#isSettled || this.#packer.writableEnded || given < JUDGED_BYTES_MIN) return;
    if (!this.#isFast && packed < FAST_SHARE_MAX * given) this.#goOver(FAST);
    else if (this.#isFast && packed > SHARE_MAX * given) {
      this.#goOver(THOROUGH);
      this.#isSettled = true;
    }
  }

  #goOver(params: typeof FAST): void {
    const before = this.#packer;
    this.#before = before;
    this.#isFast = params === FAST;
    this.#packer = createZstdCompress({ params });
    before.once('end', () => {
      this.#before = null;
      this.#handOn();
    });
    before.end();
  }

  /** From here on what is packed flows: before, the frame in front was not whole. */
  #handOn(): void {
    this.#packed = 0;
    this.#packer.on('data', (bytes: Uint8Array) => {
      this.#packed += bytes.length;
    });
    this.#packer.pipe(this.#into, { end: false });
  }
}
