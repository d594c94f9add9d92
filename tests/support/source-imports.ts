import { dirname, join, normalize } from 'node:path/posix';
import { readRepoFile } from './repo-files.ts';

export interface ImportEdge {
  from: string;
  /** Path of a file of the repository, or the name of a package (`node:fs`, `msgpackr`). */
  to: string;
  line: number;
  /** True for `import type` and `export type`, which leave nothing in the running program. */
  typeOnly: boolean;
}

const STATEMENT =
  /\b(?:import|export)\s+(type\s+)?(?:[\w*${},\s]+?\s+from\s+)?(['"])([^'"\n]+)\2|\bimport\s*\(\s*(['"])([^'"\n]+)\4\s*\)/g;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/[^\n]*/g;

/** The import statements of one source file, with their paths made to start at the repository's root. */
export function importsOf(path: string): ImportEdge[] {
  // Comments become blanks of the same length, so that lines keep their numbers.
  const text = readRepoFile(path).replaceAll(COMMENT, (comment) => comment.replaceAll(/[^\n]/g, ' '));
  return [...text.matchAll(STATEMENT)].map((match) => ({
    from: path,
    to: resolved(path, (match[3] ?? match[5])!),
    line: text.slice(0, match.index).split('\n').length,
    typeOnly: match[1] !== undefined,
  }));
}

function resolved(from: string, written: string): string {
  // `./worker.ts?worker` is Vite's way to say what to make of a file.
  const specifier = written.replace(/\?.*$/, '');
  if (specifier.startsWith('.')) return normalize(join(dirname(from), specifier));
  if (specifier === '#protocol') return 'src/protocol/index.ts';
  if (specifier.startsWith('#lib/')) return `src/lib/${specifier.slice('#lib/'.length)}`;
  if (specifier.startsWith('$lib/')) return `src/lib/${specifier.slice('$lib/'.length)}`;
  return specifier;
}
