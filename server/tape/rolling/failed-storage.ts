import type { TapeError } from '../file/tape-error.ts';
import type { TapeStorage } from '../file/tape-storage.ts';

/** Stands in for a file that could not be made, so that its writer goes on to follow the market. Refuses every byte. */
export class FailedStorage implements TapeStorage {
  readonly size = 0;
  readonly #fault: TapeError;

  constructor(fault: TapeError) {
    this.#fault = fault;
  }

  append(): void {
    throw this.#fault;
  }

  truncate(): void {}

  syncSoon(): void {}

  syncNow(): void {}

  close(): void {}
}
