import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputsDigest } from './inputs.mjs';
import { toolEnvironment } from './install.mjs';

const STAMP = '.inputs';

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
