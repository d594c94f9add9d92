import { closeSync, fdatasync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { systemFault } from './tape-error.ts';

/** Where a writer puts bytes. The file in production; tests put a full disk here. */
export interface TapeStorage {
  readonly size: number;
  /** Writes all of it at the end, or throws what the system said. */
  append(bytes: Uint8Array): void;
  truncate(size: number): void;
  /** Asks for what was written to reach the disk, and does not wait. */
  syncSoon(): void;
  /** Returns when what was written has reached the disk. */
  syncNow(): void;
  close(): void;
}

/** A file that is written at its end. Writes go to the system at once, so the end of the process loses none of them. */
export class FileStorage implements TapeStorage {
  readonly #path: string;
  readonly #file: number;
  #size: number;
  #isSyncing = false;
  #hasUnsynced = false;
  #isClosed = false;

  /** @throws TapeError */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = openSync(path, 'a+');
      this.#size = fstatSync(this.#file).size;
    } catch (error) {
      throw systemFault(path, 'written', error);
    }
  }

  get size(): number {
    return this.#size;
  }

  append(bytes: Uint8Array): void {
    this.#hasUnsynced = true;
    try {
      for (let done = 0; done < bytes.length;) {
        const count = writeSync(this.#file, bytes, done, bytes.length - done);
        done += count;
        this.#size += count;
      }
    } catch (error) {
      throw systemFault(this.#path, 'written', error);
    }
  }

  truncate(size: number): void {
    ftruncateSync(this.#file, size);
    this.#size = size;
  }

  syncSoon(): void {
    if (this.#isSyncing || !this.#hasUnsynced) return;
    this.#hasUnsynced = false;
    this.#isSyncing = true;
    fdatasync(this.#file, () => {
      this.#isSyncing = false;
      if (this.#isClosed) closeSync(this.#file);
    });
  }

  syncNow(): void {
    try {
      fdatasyncSync(this.#file);
    } catch (error) {
      throw systemFault(this.#path, 'written', error);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // A sync that runs has the descriptor still.
    if (!this.#isSyncing) closeSync(this.#file);
  }
}
