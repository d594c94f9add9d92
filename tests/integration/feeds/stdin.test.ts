import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { stepsToText } from '#protocol';
import { REPO } from '../../support/repo-files.ts';
import { LoopbackClient } from '../../support/loopback-client.ts';

const READY = /Tickwire is ready at (http:\/\/\S+)/;

let end: () => Promise<void> = async () => {};
afterEach(() => end());

it('rows of a pipe are at a viewer of a real server, to the digit, and the end of the pipe is told', async () => {
  const child = spawn('node', ['server/cli.ts', 'serve', '--port', '0', '--feed', 'stdin'], {
    cwd: REPO,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TICKWIRE_TAPE: 'off', TICKWIRE_ALERTS: 'off' },
  });
  let client: LoopbackClient | undefined;
  end = async () => {
    await client?.hangUp();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  child.stdin.write('{"type":"trade","symbol":"ACME","price":"64123.45","size":"0.00012345"}\nnonsense\n');
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8');
      const ready = READY.exec(printed);
      if (ready !== null) resolve(ready[1]!);
    });
    child.once('exit', () => reject(new Error(printed)));
  });
  client = await LoopbackClient.open(`${url.replace('http', 'ws')}/ws`);
  const { model } = client;
  await client.subscribe(1, 'quote', ['stdin:ACME'], { maxRateHz: 60 });
  const entry = () => [...model.entries.values()].find(({ symbol }) => symbol === 'ACME');
  const shown = (): string => {
    const known = entry();
    if (known === undefined) return '';
    const { id, tick, lot } = known;
    const { last, lastSize } = model.columns;
    return `${stepsToText(last[id] ?? Number.NaN, tick)} x ${stepsToText(lastSize[id] ?? Number.NaN, lot)}`;
  };
  await client.until(() => shown() === '64123.45 x 0.00012345');
  child.stdin.end('{"type":"trade","symbol":"ACME","price":"64123.46","size":"1"}\n');
  await client.until(() => shown().startsWith('64123.46 x 1'));
  const told = (): string =>
    model.messages
      .flatMap((message) => (message.type === 'status' ? (message.feeds ?? []) : []))
      .map(({ message }) => message)
      .join('\n');
  await client.until(() => told().includes('The input has ended after 3 rows.'));
  expect(told()).toContain('1 row was refused');
});
