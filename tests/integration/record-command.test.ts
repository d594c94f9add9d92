import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { TapeReader } from '../../server/tape/file/tape-reader.ts';
import { runCommand } from '../support/server-process.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tickwire-record-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function held(path: string): { events: number; symbols: string[]; isClosed: boolean } {
  const tape = TapeReader.open(path, { verify: true });
  const { events, map, instruments } = tape;
  tape.close();
  return { events, symbols: instruments.map(({ symbol }) => symbol), isClosed: map.isClosed };
}

describe('tickwire record', () => {
  it('writes what is selected for as long as it is told, and says what came of it', async () => {
    const out = join(folder, 'timed.tape');
    const flags = ['--for', '1s', '--select', 'BTC-*,NONE-X', '--sim-rate', '20000'];
    const { code, stdout, stderr } = await runCommand(['record', '--out', out, ...flags]);
    expect([code, stdout]).toEqual([0, '']);
    const [unknown, outcome] = stderr.trim().split('\n');
    expect(unknown).toBe('Nothing is known of NONE-X yet.');
    expect(outcome).toMatch(
      /^Wrote [\d,]+ events of 1 instrument, 0:00:01, to .*timed\.tape: [\d,]+ bytes, [\d.]+ an event\.$/,
    );
    const tape = held(out);
    expect(tape).toMatchObject({ symbols: ['BTC-USD'], isClosed: true });
    expect(outcome).toContain(`Wrote ${tape.events.toLocaleString('en-US')} events`);
  });

  it('ends in order on SIGINT', async () => {
    const out = join(folder, 'interrupted.tape');
    const child = spawn('node', ['server/cli.ts', 'record', '--out', out, '--sim-rate', '20000'], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    // There is something in it once its first block was written.
    while (!existsSync(out) || !hasEvents(out)) await new Promise(setImmediate);
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Wrote [\d,]+ events of 40 instruments, /)]);
    expect(held(out).isClosed).toBe(true);
    expect(existsSync(`${out}.lock`)).toBe(false);
  });

  it('refuses a file that is there, before it connects anywhere', async () => {
    const out = join(folder, 'there.tape');
    writeFileSync(out, 'mine');
    const { code, stderr } = await runCommand(['record', '--out', out]);
    expect([code, stderr]).toEqual([1, `${out} exists already: name a file that does not.\n`]);
  });

  it.each([
    [['--for', 'long'], /A duration is a number and s, m, h or d/],
    [['--at', '9:5'], /A time of day has four digits/],
    [['--select', '!A'], /^--select names instruments as/],
  ])('refuses %j in one sentence', async (flags, sentence) => {
    const { code, stderr } = await runCommand(['record', '--out', join(folder, 'refused.tape'), ...flags]);
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(existsSync(join(folder, 'refused.tape'))).toBe(false);
  });
});

function hasEvents(path: string): boolean {
  try {
    const tape = TapeReader.open(path);
    tape.close();
    return true;
  } catch {
    return false;
  }
}
