// `npm test`: every check of the project, in order, from a clean clone. Plain JavaScript: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../server/launch/build.mjs';
import { ensureInstalled, toolEnvironment } from '../server/launch/install.mjs';
import { ensureTools } from './support/system-tools.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const totals = { passed: 0, failed: 0, skipped: 0 };
const broken = [];
/** What failed, told again at the end: the steps after it print a lot. */
const failures = [];

/** Runs one step and shows how long it took. A step that fails does not stop the ones after it. */
function step(name, command, args) {
  process.stdout.write(`\n== ${name}\n`);
  const startedAt = Date.now();
  const result = spawnSync(command, args, { env, stdio: 'inherit' });
  process.stdout.write(
    `-- ${name}: ${result.status === 0 ? 'ok' : 'FAILED'}, ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`,
  );
  if (result.status !== 0) broken.push(name);
  return result.status === 0;
}

/** Runs some rooms of the test house and adds their counts to the totals. */
function tests(...rooms) {
  const folder = mkdtempSync(join(tmpdir(), 'tickwire-test-'));
  const report = join(folder, 'report.json');
  const projects = rooms.flatMap((room) => ['--project', room]);
  step(rooms.join(', '), 'vitest', [
    'run',
    ...projects,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  if (existsSync(report)) {
    const counts = JSON.parse(readFileSync(report, 'utf8'));
    totals.passed += counts.numPassedTests;
    totals.failed += counts.numFailedTests;
    totals.skipped += counts.numPendingTests;
    for (const file of counts.testResults) {
      const name = relative(root, file.name);
      if (file.status === 'failed' && file.message) failures.push(`${name}: ${file.message}`);
      for (const test of file.assertionResults) {
        if (test.status === 'failed')
          failures.push(`${name}: ${test.fullName}\n${test.failureMessages.join('\n')}`);
      }
    }
  }
  rmSync(folder, { recursive: true, force: true });
}

ensureInstalled(root);
const env = { ...toolEnvironment(root), ...ensureTools() };

step('format', 'prettier', ['--check', '--log-level', 'warn', '.']);
step('lint', 'oxlint', ['--deny-warnings']);
if (step('types', 'svelte-kit', ['sync'])) {
  step('svelte-check', 'svelte-check', [
    '--tsconfig',
    './tsconfig.json',
    '--fail-on-warnings',
    '--output',
    'human',
  ]);
}
step('tsc', 'tsc', ['-p', 'tsconfig.server.json']);
tests('unit', 'contract', 'golden', 'fuzz');
ensureBuilt(root);
tests('integration');
tests('e2e');
tests('architecture');
step('bench smoke', 'node', ['tests/bench/run.ts', '--smoke']);

for (const failure of failures) {
  const ofOurs = failure.split('\n').filter((line) => !line.includes('node_modules'));
  process.stdout.write(`\nFAILED ${ofOurs.join('\n').trim().slice(0, 2_000)}\n`);
}
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
if (broken.length > 0) process.stdout.write(`Failed: ${broken.join('; ')}\n`);
process.exit(broken.length > 0 || totals.failed > 0 || totals.passed === 0 ? 1 : 0);
