import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tickwire-package-'));

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
  return join(modules, 'tickwire', 'dist', 'server', 'cli.js');
}

test('the packed program serves the dashboard from where npm installs it, without type stripping', async () => {
  const child = spawn('node', [install(), 'serve', '--port', '0'], {
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
