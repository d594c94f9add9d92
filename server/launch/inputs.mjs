import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = [
  'src',
  'static',
  'svelte.config.js',
  'vite.config.ts',
  'vite.lean.ts',
  'vite.lean-kit.ts',
  'vite.lean-svelte.ts',
  'vite.leaner.ts',
  'package.json',
  'package-lock.json',
];

function* files(path) {
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) yield* files(inner);
    else yield inner;
  }
}

/** Digest of everything that the built page is made from. */
export function inputsDigest(root) {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const path = join(root, source);
    const found = source.includes('.') ? [path] : [...files(path)];
    for (const file of found) hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}
