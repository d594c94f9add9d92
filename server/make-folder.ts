import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The part of `mkdirSync` that is used. */
export type MakeDirectory = (path: string, options?: { recursive: true }) => unknown;

/**
 * Makes a folder and the way to it. Throws what the system says of the first part that it refuses: told to make the way too, Node says of
 * a disk that may only be read that the path does not exist.
 */
export function makeFolder(path: string, make: MakeDirectory = mkdirSync): void {
  try {
    make(path, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    let first = resolve(path);
    while (!existsSync(dirname(first))) first = dirname(first);
    make(first);
    throw error;
  }
}
