import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlertFiring, AlertNews, AlertRule } from '#protocol';
import { EventStream } from '../support/event-stream.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

const TOKEN = 'a-secret-for-tests-0123';

let folder: string;
let server: ServerProcess;
/** What the receiver was sent, and what it answers next; 200 when the list is empty. */
let received: { headers: IncomingHttpHeaders; body: { id: string; message: string } }[];
let answers: number[];
let receiver: Server;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tickwire-alerts-'));
  received = [];
  answers = [];
  receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      const status = answers.shift() ?? 200;
      if (status < 300)
        received.push({ headers: request.headers, body: JSON.parse(text) as (typeof received)[0]['body'] });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  server = await start();
});

afterEach(async () => {
  await server.stop();
  receiver.closeAllConnections();
  receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(port = 0): Promise<ServerProcess> {
  const { port: hook } = receiver.address() as AddressInfo;
  return startServer(
    ['--sim-symbols', '1', '--data', folder, '--alert-webhooks', `ops=http://127.0.0.1:${hook}/hook`],
    port,
    { TICKWIRE_ALERTS: 'on', TICKWIRE_INGEST_TOKEN: TOKEN },
  );
}

async function ask<Body>(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok, `${path} answered ${answer.status}`).toBe(true);
  return (await answer.json()) as Body;
}

const price = (text: string): Promise<unknown> =>
  ask('POST', '/api/ingest', { type: 'trade', venue: 'desk', symbol: 'ACME', price: text, size: '1' });

const crossing = (level: string, more: object = {}): Promise<AlertRule> =>
  ask('POST', '/api/alerts', {
    selectors: ['desk:ACME'],
    condition: { kind: 'price', field: 'last', direction: 'above', level },
    webhook: 'ops',
    ...more,
  });

const listen = (after = ''): Promise<EventStream> =>
  EventStream.open(`${server.url}/api/alerts/stream`, after);
const history = async (): Promise<AlertFiring[]> =>
  (await ask<{ firings: AlertFiring[] }>('GET', '/api/alerts/history')).firings;

function firings(stream: EventStream): AlertFiring[] {
  return stream.events.flatMap(({ data }) => {
    const news = data as AlertNews;
    return news.type === 'firing' ? [news.firing] : [];
  });
}

async function killAndRestart(): Promise<void> {
  const { port } = server;
  await server.stop('SIGKILL');
  server = await start(port);
}

describe('alerts of the real server', () => {
  it('fire for a rule on an instrument that comes later, over the stream and at the webhook', async () => {
    const rule = await crossing('101.5', { note: 'Sell half' });
    expect(rule.phases).toEqual({ new: 0, armed: 0, rearming: 0, fired: 0 });
    const stream = await listen();
    await price('100.00');
    await price('102.25');
    await expect
      .poll(() => firings(stream))
      .toMatchObject([{ rule: rule.id, instrument: 'desk:ACME', value: '102.25', note: 'Sell half' }]);
    await expect.poll(() => received.length).toBe(1);
    const [{ headers, body } = received[0]!] = received;
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': body.id });
    expect(body.message).toBe('ACME (desk): last 102.25, at or above 101.5');
    await expect.poll(history).toMatchObject([{ delivery: { webhook: 'ops', state: 'done', attempts: 1 } }]);
    stream.close();
  });

  it('lose nothing and bring nothing twice when the server is killed and started again', async () => {
    await crossing('101');
    await crossing('105');
    await crossing('110');
    const before = await listen();
    await price('100');
    await price('102');
    await expect.poll(() => firings(before).map(({ rule }) => rule)).toEqual([1]);
    await expect.poll(async () => (await history())[0]?.delivery?.state).toBe('done');
    await killAndRestart();
    await before.ended;
    const after = await listen(before.lastEventId);
    // What was crossed while nobody watched is seen by the first price; what has fired has not again.
    await price('106');
    await expect.poll(() => firings(after).map(({ rule, seq }) => [rule, seq])).toEqual([[2, 2]]);
    await price('100');
    await price('111');
    await expect
      .poll(() => firings(after).map(({ rule, seq }) => [rule, seq]))
      .toEqual([
        [2, 2],
        [3, 3],
      ]);
    await expect.poll(() => received.length).toBe(3);
    expect(new Set(received.map(({ body }) => body.id)).size).toBe(3);
    after.close();
  });

  it('send to a webhook after a restart what could not be sent before, under the same key', async () => {
    answers = [503];
    await crossing('101');
    await price('100');
    await price('102');
    await expect.poll(async () => (await history())[0]?.delivery?.message).toBe('Answered 503.');
    expect(received).toEqual([]);
    await killAndRestart();
    await expect.poll(() => received.length, { timeout: 10_000 }).toBe(1);
    expect(received[0]!.headers['idempotency-key']).toMatch(/^[0-9a-f]{12}-1$/);
    await expect
      .poll(async () => (await history())[0]?.delivery)
      .toMatchObject({ state: 'done', attempts: 2 });
  });

  it('are one server’s: a second one in the same folder runs without, and says so', async () => {
    const second = await start();
    try {
      expect(second.output()).toContain(
        'This server runs without alerts: The database of alerts is in use by another server.',
      );
      const answer = await fetch(`${second.url}/api/alerts`);
      expect(await answer.json()).toMatchObject({
        available: false,
        message: 'The database of alerts is in use by another server.',
      });
    } finally {
      await second.stop();
    }
  });

  it('call no address that the operator has not named', async () => {
    const answer = await fetch(`${server.url}/api/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        selectors: ['*'],
        condition: { kind: 'stale', seconds: 1 },
        webhook: `${server.url}/api/feeds/simulated/restart`,
      }),
    });
    expect([answer.status, await answer.json()]).toEqual([
      403,
      { message: 'The operator of this server allows no such webhook.' },
    ]);
  });
});
