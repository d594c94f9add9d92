import { TapeError } from './tape-error.ts';
import type { TapeLock } from './tape-lock.ts';
import type { TapeStorage } from './tape-storage.ts';

/**
 * A tape's file for as long as its lock is ours. A process that slept (a machine that was put to sleep, a container that was frozen) may have
 * been taken for gone: what it wrote or cut then would go into a tape that another has put in order since.
 */
export class HeldStorage implements TapeStorage {
  readonly #inner: TapeStorage;
  readonly #lock: TapeLock;
  readonly #path: string;

  constructor(inner: TapeStorage, lock: TapeLock, path: string) {
    this.#inner = inner;
    this.#lock = lock;
    this.#path = path;
  }

  get size(): number {
    return this.#inner.size;
  }

  append(bytes: Uint8Array): void {
    this.#refuseLost();
    this.#inner.append(bytes);
  }

  truncate(size: number): void {
    this.#refuseLost();
    this.#inner.truncate(size);
  }

  syncSoon(): void {
    this.#inner.syncSoon();
  }

  syncNow(): void {
    this.#inner.syncNow();
  }

  close(): void {
    this.#inner.close();
  }

  #refuseLost(): void {
    if (!this.#lock.isHeld)
      throw new TapeError('locked', this.#path, 'is no longer ours: its lock was removed or taken over.');
  }
}
