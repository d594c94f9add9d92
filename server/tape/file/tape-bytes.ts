import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { systemFault, TapeError } from './tape-error.ts';

/** Bytes of a file by their place, whoever writes more behind them. */
export class TapeBytes {
  readonly path: string;
  readonly #file: number;

  /** @throws TapeError */
  constructor(path: string) {
    this.path = path;
    try {
      this.#file = openSync(path, 'r');
    } catch (error) {
      throw systemFault(path, 'read', error);
    }
    if (!fstatSync(this.#file).isFile()) {
      closeSync(this.#file);
      throw new TapeError('not-a-tape', path, 'is no file.');
    }
  }

  get size(): number {
    return fstatSync(this.#file).size;
  }

  /** Fewer bytes than asked for where the file ends. @throws TapeError */
  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let done = 0;
    try {
      while (done < length) {
        const count = readSync(this.#file, bytes, done, length - done, offset + done);
        if (count === 0) break;
        done += count;
      }
    } catch (error) {
      throw systemFault(this.path, 'read', error);
    }
    return bytes.subarray(0, done);
  }

  close(): void {
    closeSync(this.#file);
  }
}
