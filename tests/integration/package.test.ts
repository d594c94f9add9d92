import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followTutorial } from '../support/followed-tutorial.ts';
import { readRepoFile } from '../support/repo-files.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tickwire-package-'));
let cli = '';

beforeAll(() => {
  cli = install();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
});

/** Packs the package as npm would publish it and unpacks it where npm would install it, with our own dependencies around it. */
function install(): string {
  const run = (command: string, args: string[]): string =>
    execFileSync(command, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  run('tsc', ['-p', 'tsconfig.package.json']);
  run('node', ['server/package-dist.mjs']);
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]),
  ) as [{ filename: string }];
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'tickwire'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  execFileSync('tar', [
    '-xzf',
    join(folder, packed.filename),
    '-C',
    join(modules, 'tickwire'),
    '--strip-components=1',
  ]);
  const program = join(modules, 'tickwire', 'dist', 'server', 'cli.js');
  // As npm does with what a package names as its programs.
  const programs = join(modules, '.bin');
  mkdirSync(programs);
  chmodSync(program, 0o755);
  symlinkSync(program, join(programs, 'tickwire'));
  return program;
}

test('the packed program serves the dashboard from where npm installs it, without type stripping', async () => {
  const child = spawn('node', [cli, 'serve', '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      printed += chunk.toString('utf8');
      const ready = /ready at (\S+)/.exec(printed);
      if (ready !== null) resolve(ready[1]!);
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    child.once('exit', () => reject(new Error(printed)));
  });
  const html = await (await fetch(`${url}/desk`)).text();
  expect(html).toContain('BTC-USD');
  child.removeAllListeners('exit');
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
});

test('the tutorial of adapters is followed word for word with the packed program, from an empty folder', () => {
  const programs = join(folder, 'node_modules', '.bin');
  const steps = followTutorial(readRepoFile('docs/adapters/tutorial.md'), folder, programs);
  expect(steps.length).toBeGreaterThanOrEqual(3);
  for (const { commands, output, promised } of steps) {
    expect(promised.length, commands).toBeGreaterThan(0);
    const lines = output.split('\n');
    for (const line of promised) expect(lines, commands).toContain(line);
  }
  const tests = execFileSync('node', ['--test'], { cwd: join(folder, 'acme'), encoding: 'utf8' });
  expect(tests).toMatch(/^(?:#|ℹ) fail 0$/m);
});
