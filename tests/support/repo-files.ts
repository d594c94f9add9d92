import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPO = fileURLToPath(new URL('../..', import.meta.url));

/** Paths of all files that are or would be in the repository: tracked ones, and new ones that git does not ignore. */
export function repoFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: REPO,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const paths = new Set(listed.split('\0').filter((path) => path !== ''));
  return [...paths].filter((path) => existsSync(join(REPO, path))).sort();
}

export function readRepoFile(path: string): string {
  return readFileSync(join(REPO, path), 'utf8');
}

export function repoFileExists(path: string): boolean {
  return existsSync(join(REPO, path));
}
