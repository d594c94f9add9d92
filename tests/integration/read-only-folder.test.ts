import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Gives way to the server with an empty disk at its data folder that may only be read. */
const SCRIPT =
  'mount -t tmpfs -o ro none "$0" && exec node tests/support/pageless-server.ts --port 0 --data "$0"';
const READY = /Tickwire is ready at (http:\/\/\S+)/;

/** Needs a system that lets a process have mounts of its own. */
const hasMounts = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', tmpdir()]).status === 0;

it.runIf(hasMounts)(
  'a server whose data folder may only be read says so, to those who ask for alerts too',
  async () => {
    const data = mkdtempSync(join(tmpdir(), 'tickwire-read-only-'));
    const child = spawn('unshare', ['-rm', 'sh', '-c', SCRIPT, data], { cwd: ROOT });
    let output = '';
    try {
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (bytes: Buffer) => (output += bytes.toString('utf8')));
      await expect.poll(() => output, { timeout: 20_000 }).toMatch(READY);
      const reason = 'The database of alerts cannot be used: its folder cannot be written (EROFS).';
      expect(output.split('\n').slice(0, 2)).toEqual([
        `This server runs without a tape: ${join(data, 'rolling')} cannot be written (EROFS).`,
        `This server runs without alerts: ${reason}`,
      ]);
      const url = `${READY.exec(output)![1]!}/api`;
      const alerts = (await (await fetch(`${url}/alerts`)).json()) as object;
      expect(alerts).toMatchObject({ available: false, message: reason });
      const recorded = await fetch(`${url}/recordings`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"name":"noon"}',
      });
      expect(await recorded.json()).toEqual({
        message: 'The folder of recordings cannot be written (EROFS).',
      });
    } finally {
      child.kill('SIGKILL');
      rmSync(data, { recursive: true });
    }
  },
);
