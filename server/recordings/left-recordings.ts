import type { Clock } from '../engine/ports.ts';
import { LockWatch } from '../tape/file/lock-watch.ts';
import { recoverTape } from '../tape/file/recover-tape.ts';
import { TapeError } from '../tape/file/tape-error.ts';
import type { LockLook } from '../tape/file/tape-lock.ts';

/** Recordings that had no end when they were found: brings in order what a crash left, and watches what another may be writing still. */
export class LeftRecordings {
  readonly #clock: Clock;
  readonly #onNotice: (sentence: string) => void;
  /** By path: held by a process that nobody here can ask. */
  readonly #watched = new Map<string, LockWatch>();

  constructor(clock: Clock, onNotice: (sentence: string) => void) {
    this.#clock = clock;
    this.#onNotice = onNotice;
  }

  /** Takes a recording as it was found at the start. */
  find(path: string): void {
    if (!this.#recover(path)) this.#watched.set(path, new LockWatch(path));
  }

  /** Called each second. */
  look(): void {
    for (const [path, watch] of this.#watched) {
      watch.look();
      if (!watch.isBelieved && this.#recover(path, watch.silent)) this.#watched.delete(path);
    }
  }

  /** False where it may be in order later. */
  #recover(path: string, silent: LockLook | null = null): boolean {
    try {
      const notice = recoverTape(path, this.#clock, silent);
      if (notice !== null) this.#onNotice(notice);
    } catch (error) {
      // Another server of this machine writes it, or nothing of it can be read: the list says so.
      if (!(error instanceof TapeError)) throw error;
      return error.fault !== 'held-elsewhere';
    }
    return true;
  }
}
