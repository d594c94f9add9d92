import { readFileSync } from 'node:fs';

/** Text of a file that somebody wrote by hand: editors on Windows put a mark in front, which is no part of it. @throws what the system refuses */
export function readTextFile(path: string): string {
  return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
}
