import { statSync } from 'node:fs';
import type { Cancel, Clock } from '../engine/ports.ts';
import { UserError } from '../errors.ts';
import { readTextFile } from '../text-file.ts';
import type { Authority, Verdict } from './authority.ts';

/** How often the file is looked at, ms: who was struck out of it is out a second later. */
const LOOK_INTERVAL_MS = 500;

export interface FileAuthorityOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Makes the authority of what the file says. @throws Error what is wrong with it, a sentence without the end */
  readonly open: (text: string) => Authority;
  /** One sentence for the operator. */
  readonly onNotice: (sentence: string) => void;
}

/** An authority that a file describes, and that changes with it. A file that cannot be read leaves things as they were. */
export class FileAuthority implements Authority {
  readonly name: string;
  readonly #options: FileAuthorityOptions;
  #authority: Authority;
  #stamp: string;

  /** @throws UserError when the file cannot be read */
  constructor(options: FileAuthorityOptions) {
    const { path } = options;
    this.#options = options;
    try {
      this.#stamp = stampOf(path);
      this.#authority = options.open(readTextFile(path));
    } catch (error) {
      throw new UserError(`${path} cannot be used: ${(error as Error).message}.`);
    }
    this.name = this.#authority.name;
  }

  verify(token: string, nowUs: number, signal: () => AbortSignal): Verdict | Promise<Verdict> {
    return this.#authority.verify(token, nowUs, signal);
  }

  watch(onChange: () => void): Cancel {
    return this.#options.clock.every(LOOK_INTERVAL_MS, () => {
      if (this.#look()) onChange();
    });
  }

  #look(): boolean {
    const { path, open, onNotice } = this.#options;
    const stamp = stampOf(path);
    if (stamp === this.#stamp) return false;
    this.#stamp = stamp;
    try {
      this.#authority = open(readTextFile(path));
      return true;
    } catch (error) {
      onNotice(
        `${path} was changed and cannot be used, what it said before holds: ${(error as Error).message}.`,
      );
      return false;
    }
  }
}

/** What changes with the file; that it is gone is a change as well. */
function stampOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? '' : `${status.mtimeMs} ${status.size} ${status.ino}`;
}
