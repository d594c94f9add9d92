import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolEnvironment } from './install.mjs';

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
const STAMP = '.inputs';

function* files(path) {
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) yield* files(inner);
    else yield inner;
  }
}

/** Digest of everything that the built page is made from. */
function inputsDigest(root) {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const path = join(root, source);
    const found = source.includes('.') ? [path] : [...files(path)];
    for (const file of found) hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** Builds the page when it is missing or older than its sources. Ends the process with a sentence when it cannot. */
export function ensureBuilt(root) {
  const stamp = join(root, 'build', STAMP);
  const digest = inputsDigest(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  process.stderr.write('Building the dashboard ...\n');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const result = spawnSync('node', [vite, 'build', '--logLevel', 'warn'], {
    cwd: root,
    env: toolEnvironment(root),
    stdio: ['ignore', 2, 2],
  });
  if (result.status !== 0) {
    process.stderr.write('Building failed: the lines above say why. npm run build repeats the step.\n');
    process.exit(1);
  }
  writeFileSync(stamp, digest);
}
