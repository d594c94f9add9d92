import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand, startServer } from '../support/server-process.ts';

const SAMPLE = 'examples/recordings/binance-2024-07-to-08.tardis.csv.gz';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tickwire-cli-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('starting', () => {
  test('a free port is picked and said in one line, and SIGTERM ends the process in order', async () => {
    const server = await startServer(['--sim-rate', '100']);
    expect(server.output().trim().split('\n')).toEqual([
      `Tickwire is ready at http://127.0.0.1:${server.port}`,
    ]);
    const health = (await (await fetch(`${server.url}/api/health`)).json()) as {
      status: string;
      instruments: number;
    };
    expect(health).toMatchObject({ status: 'ok', instruments: 40 });
    await server.stop();
    expect(server.child.exitCode).toBe(0);
  });

  test('a second signal ends the process at once, and the tape is closed all the same', async () => {
    const data = join(folder, 'stopped-twice');
    const server = await startServer(['--data', data], 0, { TICKWIRE_TAPE: 'on' });
    const stopped = server.stop();
    server.child.kill('SIGINT');
    await stopped;
    expect([0, 1]).toContain(server.child.exitCode);
    expect(server.child.signalCode).toBeNull();
    expect(readdirSync(join(data, 'rolling')).filter((name) => !name.endsWith('.tape'))).toEqual([]);
  });

  test('a port in use is one sentence that names it, and exit code 1', async () => {
    const server = await startServer();
    const second = await runCommand(['serve', '--port', String(server.port)]);
    await server.stop();
    expect(second.code).toBe(1);
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
    expect(second.stderr).toContain(`Port ${server.port} on 127.0.0.1 is in use`);
  });

  test('the port may come from the environment, and a bad one names the variable', async () => {
    const result = await runCommand(['serve'], { TICKWIRE_PORT: 'eighty' });
    expect(result.code).toBe(1);
    expect(result.stderr).toBe('TICKWIRE_PORT is "eighty", but must be within 0..65535 (TCP port).\n');
  });

  test.each(['--viewer-tokens-file', '--jwt-keys'])(
    'a file of %s that cannot be read is one sentence, exit code 1, and leaves no tape behind',
    async (flag) => {
      const data = join(folder, `unread${flag}`);
      const result = await runCommand(
        ['serve', '--port', '0', flag, join(folder, 'no-file'), '--data', data],
        {
          TICKWIRE_TAPE: 'on',
        },
      );
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toMatch(/^\S*no-file cannot be used: [^\n]*\n$/);
      expect(existsSync(data)).toBe(false);
    },
  );

  test('what a feed of your own throws in a timer is told, and costs nobody else the market', async () => {
    const feed = file(
      'throwing.ts',
      `export default (clock) => ({ name: 'own', venue: 'own', simulated: false, offers: [],
        async start(sink) { sink.onState('live', ''); clock.every(20, () => { throw new Error('in a timer'); }); },
        subscribe() {}, unsubscribe() {}, async close() {} });`,
    );
    const server = await startServer(['--feed', feed, '--feed', 'simulated']);
    await expect.poll(() => server.output()).toContain('nobody was waiting for it: Error: in a timer');
    expect(await (await fetch(`${server.url}/api/health`)).json()).toMatchObject({ instruments: 40 });
    await server.stop();
    expect(server.child.exitCode).toBe(0);
  });

  test('an unknown flag is an error with a suggestion', async () => {
    const result = await runCommand(['serve', '--sim-symbol', '5']);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("unknown option '--sim-symbol'");
    expect(result.stderr).toContain('Did you mean --sim-symbols?');
  });

  test('an unknown command is an error with a suggestion', async () => {
    const result = await runCommand(['inspct', 'x']);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('inspect');
  });

  test('version and help print to standard output and succeed', async () => {
    const version = await runCommand(['version']);
    expect(version).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
    for (const args of [['help'], ['--help'], ['serve', '--help'], ['tail', '--help'], ['help', 'inspect']]) {
      const help = await runCommand(args);
      expect(help.code).toBe(0);
      expect(help.stdout).toContain('Usage: tickwire');
    }
  });
});

describe('a recording with a row that cannot be read', () => {
  const header = 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n';
  const row = 'binance,BTCUSDT,1721347021186000,1721347021187000,1,buy,63943.90,0.5\n';
  const packed = readFileSync(SAMPLE);
  for (const [name, content, says] of [
    [
      'cut off',
      packed.subarray(0, packed.length >> 1),
      /cut off\.csv is cut off after row \d{4}: expected the end/,
    ],
    ['broken', `${header}${row}${row.replace('63943.90', '63x')}`, /broken\.csv.*3.*63x/],
    ['truncated', `${header}${row}binance,BTCUSDT,17213`, /truncated\.csv.*3/],
  ] as const) {
    test(`is played without the ${name} one, which is told, and refused by --strict`, async () => {
      const path = file(`${name}.csv`, content);
      const server = await startServer(['--replay', path]);
      await server.stop();
      expect(server.output()).toContain('1 broken row was left out');
      expect(server.output()).toMatch(says);
      const inspected = await runCommand(['inspect', path, '--strict']);
      expect(inspected).toMatchObject({ code: 1, stdout: '' });
      expect(inspected.stderr).toMatch(says);
    });
  }
});

describe('a recording that cannot be played is one sentence that names the file, and exit code 1', () => {
  const header = 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n';
  const cases: Record<string, () => { path: string; says: RegExp }> = {
    missing: () => ({ path: join(folder, 'nowhere.csv'), says: /nowhere\.csv/ }),
    empty: () => ({ path: file('empty.csv', ''), says: /empty\.csv.*empty/i }),
    'without rows': () => ({ path: file('header.csv', header), says: /header\.csv/ }),
    'damaged gzip': () => {
      const whole = readFileSync(SAMPLE);
      whole[whole.length - 6]! ^= 1;
      return { path: file('wrong.csv.gz', whole), says: /wrong\.csv\.gz is damaged/ };
    },
    'of another type': () => ({
      path: file('picture.csv', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')),
      says: /picture\.csv/,
    }),
  };
  for (const [name, make] of Object.entries(cases)) {
    test(name, async () => {
      const { path, says } = make();
      const replayed = await runCommand(['replay', path, '--port', '0']);
      expect(replayed.code).toBe(1);
      expect(replayed.stderr.trim().split('\n')).toHaveLength(1);
      expect(replayed.stderr).toMatch(says);
      const inspected = await runCommand(['inspect', path, '--json', '--strict']);
      expect(inspected).toMatchObject({ code: 1, stdout: '', stderr: replayed.stderr });
    });
  }
});

test('tail prints the trades of a replayed recording in file order, exact to the digit and the microsecond', async () => {
  const lines = gunzipSync(readFileSync(SAMPLE)).toString('utf8').split('\n').slice(1, 401);
  const server = await startServer(['--replay', SAMPLE, '--speed', '100']);
  const tail = await runCommand([
    'tail',
    '--url',
    server.url,
    '--channels',
    'trade',
    '--json',
    '--count',
    '400',
    '--rate',
    '60',
    '--seconds',
    '40',
  ]);
  await server.stop();
  expect(tail.stderr).toBe('');
  expect(tail.code).toBe(0);
  const seen = new Map<string, string[]>();
  for (const line of tail.stdout.trim().split('\n')) {
    const trade = JSON.parse(line) as Record<string, string | number>;
    expect(trade['type']).toBe('trade');
    const text = `${trade['venueTimeUs']} ${trade['aggressor']} ${Number(trade['price'])} ${Number(trade['size'])}`;
    const key = `${trade['venue']}:${trade['symbol']}`;
    seen.set(key, [...(seen.get(key) ?? []), text]);
  }
  const recorded = new Map<string, string[]>();
  for (const line of lines) {
    const [venue, symbol, venueTime, , , side, price, size] = line.split(',');
    const key = `${venue}:${symbol}`;
    recorded.set(key, [
      ...(recorded.get(key) ?? []),
      `${venueTime} ${side} ${Number(price)} ${Number(size)}`,
    ]);
  }
  expect([...seen.keys()].length).toBeGreaterThan(1);
  for (const [key, trades] of seen) {
    const expected = recorded.get(key) ?? [];
    const common = Math.min(trades.length, expected.length);
    expect(trades.slice(0, common), key).toEqual(expected.slice(0, common));
  }
});

test('inspect says what the sample holds in the documented form', async () => {
  const result = await runCommand(['inspect', SAMPLE, '--json']);
  expect(result.code).toBe(0);
  const inspection = JSON.parse(result.stdout) as Record<string, unknown>;
  expect(Object.keys(inspection)).toEqual([
    'format',
    'rows',
    'events',
    'instruments',
    'firstTimeUs',
    'lastTimeUs',
    'anomalies',
  ]);
  expect(inspection['instruments']).toHaveLength(6);
});
