import { existsSync, lstatSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../errors.ts';

/**
 * A file that appears when it is whole: it is written under another name beside its place, and a failure leaves what was there before.
 * What is no plain file (a pipe, /dev/stdout) is written as it is.
 */
export class WholeFile {
  /** Where to write. */
  readonly path: string;
  readonly #to: string;

  /** @throws UserError when its folder is not there */
  constructor(to: string) {
    const folder = dirname(to);
    if (!existsSync(folder)) throw new UserError(`${to} cannot be written: there is no folder ${folder}.`);
    const there = lstatSync(to, { throwIfNoEntry: false });
    // A link goes on to point to the file.
    const isFile = there === undefined || there.isFile() || (there.isSymbolicLink() && isLinkToFile(to));
    this.#to = there?.isSymbolicLink() === true && isFile ? realpathSync(to) : to;
    this.path = isFile ? `${this.#to}.${process.pid}.part` : to;
  }

  /** It is whole. */
  keep(): void {
    if (this.path !== this.#to) renameSync(this.path, this.#to);
  }

  /** It will not be. */
  drop(): void {
    if (this.path !== this.#to) rmSync(this.path, { force: true });
  }
}

function isLinkToFile(path: string): boolean {
  try {
    return lstatSync(realpathSync(path)).isFile();
  } catch {
    return false;
  }
}
