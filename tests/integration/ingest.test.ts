import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pack } from 'msgpackr';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createApp } from '../../server/app.ts';
import { loadConfig } from '../../server/config.ts';
import { systemClock } from '../../server/clock.ts';
import type { Clock } from '../../server/engine/ports.ts';
import { IngestFeed } from '../../server/feeds/ingest/ingest-feed.ts';
import { startLiveTimeline } from '../../server/timelines/live-timeline.ts';
import type { Timeline } from '../../server/timelines/timeline.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { pythonWith, runPython, runsPython } from '../support/python-with.ts';

const TOKEN = 'a-secret-for-tests-0123';
const EXAMPLES = new URL('../../examples/ingest/', import.meta.url);
const closing: (() => Promise<void>)[] = [];

interface PushServer {
  readonly origin: string;
  readonly timeline: Timeline;
  readonly log: string[];
  close(): Promise<void>;
}

async function startPushServer(clock: Clock, token: string | null = TOKEN): Promise<PushServer> {
  const config = loadConfig({
    port: 0,
    logLevel: 'silent',
    ...(token === null ? {} : { ingestToken: token }),
  });
  const ingest = new IngestFeed({ clock, reserved: ['coinbase'] });
  const timeline = await startLiveTimeline({ clock, feeds: [ingest], onProblem: () => {} });
  const app = await createApp({ config, clock, timeline, ...(token === null ? {} : { ingest }) });
  const log: string[] = [];
  app.fastify.addHook('onResponse', async (request) => void log.push(request.url));
  const origin = await app.fastify.listen({ host: config.host, port: 0 });
  closing.push(() => app.close());
  return { origin, timeline, log, close: () => app.close() };
}

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

interface Answer {
  status: number;
  retryAfter: string | null;
  body: Record<string, unknown>;
}

async function post(
  { origin }: PushServer,
  body: unknown,
  { type = 'application/json', token = TOKEN, headers = {} as Record<string, string> } = {},
): Promise<Answer> {
  const answer = await fetch(`${origin}/api/ingest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type, ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
  });
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    body: (await answer.json()) as Record<string, unknown>,
  };
}

const trade = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'trade',
  venue: 'desk',
  symbol: 'ACME',
  price: '101.25',
  size: '100',
  ...over,
});

/** Last price as whole ticks, and how many digits they have after the point. */
function last({ timeline }: PushServer, key: string): [ticks: number, decimals: number] {
  const { engine } = timeline;
  const id = engine.dictionary.find(key)!;
  return [engine.state.columns.last[id]!, engine.dictionary.definition(id).tick.decimals];
}

const taken = (count: number) => ({ taken: count, instruments: 0, duplicates: 0, refused: 0, faults: [] });

describe('POST /api/ingest', () => {
  it('takes one row, an array, both lists, lines and MessagePack, exact to the digit', async () => {
    const server = await startPushServer(systemClock);
    expect(await post(server, trade())).toMatchObject({ status: 200, body: taken(1) });
    expect(last(server, 'desk:ACME')).toEqual([10_125, 2]);
    expect(await post(server, [trade({ price: 101.3 }), trade({ price: '101.31' })])).toMatchObject({
      body: taken(2),
    });
    const both = {
      instruments: [
        { symbol: 'EUR', venue: 'desk', tick: '0.00001', lot: '1', assetClass: 'fx', currency: 'USD' },
      ],
      events: [trade({ symbol: 'EUR', price: '1.10345' })],
    };
    expect((await post(server, both)).body).toMatchObject({ taken: 1, instruments: 1 });
    expect(last(server, 'desk:EUR')).toEqual([110_345, 5]);
    const lines = `${JSON.stringify(trade({ price: '101.4' }))}\n\n${JSON.stringify(trade({ price: '101.5' }))}`;
    expect((await post(server, lines, { type: 'application/x-ndjson' })).body).toEqual(taken(2));
    // Later than those that the server stamped, by whichever clock: an earlier one would be history.
    const packed = pack(trade({ price: '101.625', time: new Date(Date.now() + 60_000) }));
    expect((await post(server, packed, { type: 'application/msgpack' })).body).toEqual(taken(1));
    expect(last(server, 'desk:ACME')).toEqual([101_625, 3]);
  });

  it('tells of each refused row where it stood and what was expected, and takes the others', async () => {
    const server = await startPushServer(systemClock);
    const answer = await post(server, [trade(), trade({ price: 'abc' }), trade({ sise: '1' }), 7]);
    expect(answer.status).toBe(207);
    expect(answer.body).toMatchObject({ taken: 1, refused: 3 });
    expect(answer.body['faults']).toEqual([
      {
        index: 1,
        field: 'price',
        expected: 'a decimal number of at most 12 digits after the point, as text or as a JSON number',
        found: '"abc"',
      },
      {
        index: 2,
        field: 'sise',
        expected: 'no such field: trade has type, venue, symbol, time, price, size, side, id',
        found: '"1"',
      },
      { index: 3, field: '', expected: 'one object a row', found: '7' },
    ]);
    expect((await post(server, [7])).status).toBe(422);
    const lines = await post(server, '{"type":\n', { type: 'application/x-ndjson' });
    expect(lines.body['faults']).toEqual([
      { index: 0, line: 1, field: '', expected: 'one JSON object a line', found: '"{\\"type\\":"' },
    ]);
  });

  it('leaves out a trade that was sent before, and tells it', async () => {
    const server = await startPushServer(systemClock);
    await post(server, trade({ id: 't-1' }));
    expect((await post(server, [trade({ id: 't-1' }), trade({ id: 't-2' })])).body).toMatchObject({
      taken: 1,
      duplicates: 1,
    });
  });

  it('takes no row of a venue that another feed brings', async () => {
    const server = await startPushServer(systemClock);
    expect((await post(server, trade({ venue: 'Coinbase' }))).body).toMatchObject({
      taken: 0,
      faults: [{ index: 0, field: 'venue' }],
    });
  });

  it('says why a body is not taken at all', async () => {
    const server = await startPushServer(systemClock);
    const refused = async (body: string, type: string): Promise<unknown[]> => {
      const answer = await post(server, body, { type });
      return [answer.status, answer.body['message']];
    };
    expect(await refused('{', 'application/json')).toEqual([400, 'The body is no JSON.']);
    expect(await refused('a=1', 'application/x-www-form-urlencoded')).toEqual([
      415,
      'Send rows as application/json, application/x-ndjson or application/msgpack, and say so in Content-Type.',
    ]);
    expect(await refused(' '.repeat(1_048_577), 'application/json')).toEqual([
      413,
      'A body is at most 1048576 bytes: send rows in parts.',
    ]);
    expect(await refused(`[${'7,'.repeat(10_000)}7]`, 'application/json')).toEqual([
      400,
      'More than 10000 rows at once: send them in parts.',
    ]);
    expect((await post(server, 'x', { headers: { 'content-encoding': 'gzip' } })).body['message']).toBe(
      'Send the body as it is: compressed ones are not taken.',
    );
  });

  it('tells the totals to who has the token', async () => {
    const server = await startPushServer(systemClock);
    await post(server, [trade({ id: '1' }), trade({ id: '1' }), 7]);
    const answer = await fetch(`${server.origin}/api/ingest`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(await answer.json()).toEqual({ batches: 1, taken: 1, instruments: 0, duplicates: 1, refused: 1 });
    expect((await fetch(`${server.origin}/api/ingest`)).status).toBe(401);
  });

  it('[SEC12] is told to come back when rows come too fast, and then they are taken', async () => {
    const clock = new ManualClock();
    const server = await startPushServer(clock);
    const rows = Array.from({ length: 10_000 }, () => trade());
    for (let sent = 0; sent < 4; sent += 1) expect((await post(server, rows)).status).toBe(200);
    expect((await post(server, rows)).status).toBe(200);
    expect(await post(server, rows)).toMatchObject({
      status: 429,
      retryAfter: '1',
      body: { message: 'Rows come faster than this token may push.' },
    });
    clock.advance(1_000);
    expect((await post(server, rows)).body).toEqual(taken(10_000));
  });

  it('[SEC2] [SEC3] takes nothing from a foreign page and nothing without the token', async () => {
    const server = await startPushServer(systemClock);
    const foreign = await post(server, trade(), { headers: { origin: 'https://evil.example.com' } });
    expect([foreign.status, foreign.body['message']]).toEqual([403, 'This page may not push.']);
    expect((await post(server, trade(), { token: 'another-secret-0123' })).status).toBe(401);
    expect(server.timeline.engine.eventsTaken).toBe(0);
  });

  it('[SEC4] [SEC20] slows down who guesses the token, and takes none from the address', async () => {
    const clock = new ManualClock();
    const server = await startPushServer(clock);
    const inAddress = await fetch(`${server.origin}/api/ingest?token=${TOKEN}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(trade()),
    });
    expect(inAddress.status).toBe(401);
    for (let guess = 0; guess < 4; guess += 1)
      await post(server, trade(), { token: `wrong-secret-${guess}000` });
    expect(await post(server, trade())).toMatchObject({ status: 429, retryAfter: '10' });
    clock.advance(10_000);
    expect((await post(server, trade())).status).toBe(200);
  });

  it('is absent, with a sentence, when no token is set', async () => {
    const server = await startPushServer(systemClock, null);
    const message =
      'Nothing can be pushed here: start the server with TICKWIRE_INGEST_TOKEN set to a secret.';
    expect(await post(server, trade())).toMatchObject({ status: 404, body: { message } });
    const socket = await fetch(`${server.origin}/ingest`);
    expect([socket.status, await socket.json()]).toEqual([404, { message }]);
  });
});

describe('the feed that is pushed', () => {
  it('is connecting until something came, live then, and stale when it falls silent', async () => {
    const clock = new ManualClock();
    const server = await startPushServer(clock);
    const status = () => {
      const [{ name, state, message } = {}] = server.timeline.status().feeds as {
        name?: string;
        state?: string;
        message?: string;
      }[];
      return [name, state, message];
    };
    expect(status()).toEqual(['ingest', 'connecting', 'Nothing was pushed yet.']);
    await post(server, trade());
    expect(status()).toEqual(['ingest', 'live', '']);
    clock.advance(17_000);
    expect(status()).toEqual(['ingest', 'stale', 'Nothing was pushed for more than 15 s.']);
    await post(server, [trade(), trade({ size: -1 })]);
    expect(status()).toEqual([
      'ingest',
      'live',
      '1 rows were refused; the last was row 1 (from 0), size: expected a decimal number from 0, of at most 12 digits after the point, as text or as a JSON number.',
    ]);
  });
});

/** A program that pushes over the WebSocket and waits for each answer. */
class Pusher {
  readonly socket: WebSocket;
  readonly #answers: { data: Buffer; isBinary: boolean }[] = [];
  #wake: () => void = () => {};
  readonly closed: Promise<number>;

  constructor(server: PushServer, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`${server.origin.replace('http', 'ws')}/ingest`, { headers });
    this.closed = new Promise((resolve) => this.socket.on('close', (code) => resolve(code)));
    this.socket.on('error', () => {});
    this.socket.on('message', (data: Buffer, isBinary) => {
      this.#answers.push({ data, isBinary });
      this.#wake();
    });
    closing.push(async () => this.socket.terminate());
  }

  async opened(): Promise<this> {
    await new Promise((resolve, reject) => this.socket.once('open', resolve).once('error', reject));
    return this;
  }

  async answer(): Promise<unknown> {
    while (this.#answers.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    const { data, isBinary } = this.#answers.shift()!;
    if (!isBinary) return JSON.parse(data.toString('utf8')) as unknown;
    const { unpack } = await import('msgpackr');
    return unpack(data) as unknown;
  }
}

const READY = {
  type: 'ready',
  batchRowsMax: 10_000,
  frameBytesMax: 65_536,
  rowsPerSecond: 20_000,
  bytesPerSecond: 8_388_608,
};

describe('WebSocket /ingest', () => {
  it('answers each frame in its form, with the token in the handshake', async () => {
    const server = await startPushServer(systemClock);
    const pusher = await new Pusher(server, { authorization: `Bearer ${TOKEN}` }).opened();
    expect(await pusher.answer()).toEqual(READY);
    pusher.socket.send(JSON.stringify([trade(), 7]));
    expect(await pusher.answer()).toMatchObject({ type: 'ack', batch: 1, taken: 1, refused: 1 });
    pusher.socket.send(pack(trade({ price: '102' })));
    expect(await pusher.answer()).toEqual({ type: 'ack', batch: 2, ...taken(1) });
    pusher.socket.send('{');
    expect(await pusher.answer()).toEqual({ type: 'error', batch: 3, message: 'The body is no JSON.' });
    expect(last(server, 'desk:ACME')).toEqual([10_200, 2]);
  });

  it('[SEC4] [SEC5] takes the token as the first frame, and nothing before it', async () => {
    const clock = new ManualClock();
    const server = await startPushServer(clock);
    const greeted = await new Pusher(server).opened();
    greeted.socket.send(JSON.stringify({ type: 'hello', token: TOKEN }));
    expect(await greeted.answer()).toEqual(READY);
    const rude = await new Pusher(server).opened();
    rude.socket.send(JSON.stringify(trade()));
    expect(await rude.closed).toBe(4401);
    const long = await new Pusher(server).opened();
    long.socket.send(JSON.stringify({ type: 'hello', token: TOKEN, padding: 'x'.repeat(2_000) }));
    expect(await long.closed).toBe(4401);
    const silent = await new Pusher(server).opened();
    clock.advance(10_000);
    expect(await silent.closed).toBe(4408);
    expect(server.timeline.engine.eventsTaken).toBe(0);
  });

  it('[SEC1] [SEC5] refuses a foreign page, a wrong token and too many strangers before the upgrade', async () => {
    const server = await startPushServer(new ManualClock());
    const refused = async (headers: Record<string, string>): Promise<string> =>
      new Pusher(server, headers).opened().then(
        () => 'opened',
        (error: Error) => error.message,
      );
    expect(await refused({ origin: 'https://evil.example.com' })).toBe('Unexpected server response: 403');
    expect(await refused({ authorization: 'Bearer wrong' })).toBe('Unexpected server response: 401');
    for (let count = 0; count < 32; count += 1) expect(await refused({})).toBe('opened');
    expect(await refused({})).toBe('Unexpected server response: 503');
    expect(await refused({ authorization: `Bearer ${TOKEN}` })).toBe('opened');
  });

  it('[SEC10] closes on a frame that is too large, and on frames that cannot be read again and again', async () => {
    const server = await startPushServer(systemClock);
    const large = await new Pusher(server, { authorization: `Bearer ${TOKEN}` }).opened();
    large.socket.send('x'.repeat(65_537));
    expect(await large.closed).toBe(1009);
    const broken = await new Pusher(server, { authorization: `Bearer ${TOKEN}` }).opened();
    for (let count = 0; count < 20; count += 1) broken.socket.send('{');
    expect(await broken.closed).toBe(4429);
  });

  it('[SEC12] reads on only when the rate allows, so that a sender waits and loses nothing', async () => {
    const clock = new ManualClock();
    const server = await startPushServer(clock);
    const pusher = await new Pusher(server, { authorization: `Bearer ${TOKEN}` }).opened();
    await pusher.answer();
    const rows = JSON.stringify(Array.from({ length: 800 }, () => trade({ size: 1 })));
    const frames = 60;
    for (let count = 0; count < frames; count += 1) pusher.socket.send(rows);
    // 40,000 rows at once, and the one that they are overdrawn by.
    for (let count = 0; count < 51; count += 1) expect(await pusher.answer()).toMatchObject({ taken: 800 });
    expect(server.timeline.engine.eventsTaken).toBe(51 * 800);
    for (let count = 51; count < frames; count += 1) {
      const answer = pusher.answer();
      while (server.timeline.engine.eventsTaken < (count + 1) * 800) {
        await new Promise((resolve) => setImmediate(resolve));
        clock.advance(50);
      }
      expect(await answer).toMatchObject({ batch: count + 1, taken: 800 });
    }
  });

  it('[SEC15] lets go of a program that answers no ping', async () => {
    const clock = new ManualClock();
    const server = await startPushServer(clock);
    const pusher = await new Pusher(server, { authorization: `Bearer ${TOKEN}` }).opened();
    await pusher.answer();
    pusher.socket.pause();
    clock.advance(45_000);
    pusher.socket.resume();
    expect(await pusher.closed).toBe(1006);
  });

  it('[SEC24] says goodbye when the server goes down', async () => {
    const server = await startPushServer(systemClock);
    const pusher = await new Pusher(server, { authorization: `Bearer ${TOKEN}` }).opened();
    await pusher.answer();
    await server.close();
    expect(await pusher.closed).toBe(4000);
  });
});

const python = pythonWith('urllib.request');

describe('the examples', () => {
  const settings = { ...process.env, TICKWIRE_INGEST_TOKEN: TOKEN, PAUSE: '0' };

  it.skipIf(!runsPython(python))('of Python pushes a price that is in the market', async () => {
    const server = await startPushServer(systemClock);
    process.env['TICKWIRE_INGEST_TOKEN'] = TOKEN;
    process.env['PAUSE'] = '0';
    try {
      const example = fileURLToPath(new URL('push.py', EXAMPLES));
      const outcome = await runPython(python!, [example, `${server.origin}/api/ingest`, '3']);
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
    } finally {
      delete process.env['TICKWIRE_INGEST_TOKEN'];
      delete process.env['PAUSE'];
    }
    expect(last(server, 'desk:DEMO')).toEqual([10_002, 2]);
    expect(server.timeline.engine.eventsTaken).toBe(3);
  });

  it('of curl pushes an instrument, a quote and a trade', async () => {
    const server = await startPushServer(systemClock);
    const example = fileURLToPath(new URL('push.sh', EXAMPLES));
    const child = spawn('sh', [example, server.origin], { env: settings });
    let printed = '';
    child.stdout.on('data', (text: Buffer) => (printed += text.toString('utf8')));
    child.stderr.on('data', (text: Buffer) => (printed += text.toString('utf8')));
    await new Promise((resolve) => child.on('close', resolve));
    expect(printed).toBe('{"taken":2,"instruments":1,"duplicates":0,"refused":0,"faults":[]}');
    expect(last(server, 'desk:ACME')).toEqual([10_125, 2]);
    // Neither the token nor anything else of it stood in the address.
    expect(server.log).toEqual(['/api/ingest']);
  });
});
