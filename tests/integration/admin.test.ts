import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { METRICS } from '../../server/admin/metric-definitions.ts';
import type { PeerReport, SessionReport } from '../../server/engine/reports.ts';
import { LoopbackClient } from '../support/loopback-client.ts';
import { runCommand, startServer, type ServerProcess } from '../support/server-process.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { trade } from '../support/test-timeline.ts';

const TOKEN = '0123456789abcdef';
const LINE = /^Metrics and clients at (http:\/\/\S+)$/m;

const open: TestServer[] = [];
const running: ServerProcess[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ app }) => app.close()));
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

/** A server whose admin listener has a port too; with its address. */
async function serverOf(
  settings: Record<string, unknown> = {},
): Promise<{ server: TestServer; admin: string }> {
  const server = await startTestServer(['A', 'B'], { adminPort: 0, ...settings });
  open.push(server);
  const admin = await server.app.admin!.listen({ host: '127.0.0.1', port: 0 });
  return { server, admin };
}

async function programOf(args: readonly string[]): Promise<ServerProcess> {
  const server = await startServer(['--sim-rate', '100', ...args]);
  running.push(server);
  return server;
}

const json = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;

/** Status of a request with headers that `fetch` would not send. */
function statusWith(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false, headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end();
  });
}

describe('what an operator sees of a running server', () => {
  it('is every metric, with what was sent', async () => {
    const { server, admin } = await serverOf();
    const client = await LoopbackClient.open(server.socketUrl);
    await client.subscribe(1, 'quote', ['*']);
    server.feed.sink.onEvent(trade(1, server.clock.nowUs(), 4_321, 5));
    server.clock.advance(200);
    await client.until(() => client.model.columns.last[1] === 4_321);
    const text = await (await fetch(`${admin}/metrics`)).text();
    for (const { name } of METRICS) expect(text).toContain(`# TYPE ${name} `);
    const valueOf = (line: string): number =>
      Number(
        text
          .split('\n')
          .find((found) => found.startsWith(`${line} `))
          ?.slice(line.length + 1),
      );
    expect(valueOf('tickwire_connections')).toBe(1);
    expect(valueOf('tickwire_instruments')).toBe(2);
    expect(valueOf('tickwire_events_taken_total')).toBe(1);
    expect(valueOf('tickwire_feed_up{feed="test feed",venue="test"}')).toBe(1);
    expect(valueOf('tickwire_subscriptions{rate="10"}')).toBe(1);
    for (const name of ['frames_sent', 'bytes_sent', 'updates_sent', 'changes', 'entries_encoded']) {
      expect(valueOf(`tickwire_${name}_total`), name).toBeGreaterThan(0);
    }
  });

  it('is each client and the total of all, which agree', async () => {
    const { server, admin } = await serverOf();
    const clients = [
      await LoopbackClient.open(server.socketUrl),
      await LoopbackClient.open(server.socketUrl),
    ];
    for (const client of clients) await client.subscribe(1, 'quote', ['*']);
    for (let price = 1; price <= 5; price += 1) {
      server.feed.sink.onEvent(trade(1, server.clock.nowUs(), price, 1));
      server.clock.advance(200);
    }
    for (const client of clients) await client.until(() => client.model.columns.last[1] === 5);
    const answer = await json<{ connections: number; clients: SessionReport[] }>(`${admin}/clients`);
    expect(answer.connections).toBe(2);
    const [first, second] = answer.clients;
    expect(first).toMatchObject({
      encoding: 'binary',
      address: '127.0.0.1',
      subscriptions: 1,
      throttled: null,
    });
    expect(await json(`${admin}/clients/${first!.session}`)).toEqual(first);
    expect((await fetch(`${admin}/clients/none`)).status).toBe(404);
    const total = await json<PeerReport & { conflationRatio: number }>(`${admin}/fanout`);
    for (const field of ['frames', 'updates', 'ticksSkipped', 'updatesConflated', 'tradesLost'] as const) {
      expect(total[field], field).toBe(first![field] + second![field]);
    }
    expect(first!.frames).toBeGreaterThanOrEqual(5);
    expect(total.conflationRatio).toBeGreaterThanOrEqual(1);
  });

  it('keeps the totals when those whom they count have left', async () => {
    const { server, admin } = await serverOf();
    const client = await LoopbackClient.open(server.socketUrl);
    await client.subscribe(1, 'quote', ['*']);
    server.feed.sink.onEvent(trade(1, server.clock.nowUs(), 7, 1));
    server.clock.advance(200);
    await client.until(() => client.model.columns.last[1] === 7);
    const before = await json<PeerReport>(`${admin}/fanout`);
    expect(before.frames).toBeGreaterThan(0);
    expect(before.bytes).toBeGreaterThan(0);
    await client.hangUp();
    await expect.poll(() => server.app.sessions.size).toBe(0);
    expect(await json(`${admin}/clients`)).toEqual({ connections: 0, clients: [] });
    const after = await json<PeerReport>(`${admin}/fanout`);
    for (const field of ['frames', 'bytes', 'updates'] as const) {
      expect(after[field], field).toBeGreaterThanOrEqual(before[field]);
    }
  });

  it('[SEC20] is neither for pages nor for foreign names, over the network too', async () => {
    const { admin } = await serverOf();
    expect(await statusWith(`${admin}/clients`, {})).toBe(200);
    expect(await statusWith(`${admin}/clients`, { origin: 'https://evil.example' })).toBe(403);
    expect(await statusWith(`${admin}/clients`, { host: 'evil.example:9464' })).toBe(403);
  });

  it('[SEC20] needs the token, and makes who guesses wait', async () => {
    const { admin } = await serverOf({ adminToken: TOKEN });
    const url = `${admin}/metrics`;
    expect(await statusWith(url, { authorization: `Bearer ${TOKEN}` })).toBe(200);
    const statuses: number[] = [];
    for (let index = 0; index < 6; index += 1)
      statuses.push(await statusWith(url, { authorization: `Bearer wrong${index}` }));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('[SEC20] is not on the dashboard’s port', async () => {
    const { server } = await serverOf();
    for (const path of ['/metrics', '/clients', '/fanout', '/healthz']) {
      expect((await fetch(`${server.origin}${path}`)).status).toBe(404);
    }
  });
});

describe('[SEC20] the second port', () => {
  it('is not there unless it is asked for', async () => {
    const server = await startTestServer(['A']);
    open.push(server);
    expect(server.app.admin).toBeNull();
  });

  it('is said in a second line, and free again after the stop', async () => {
    const server = await programOf(['--admin-port', '0']);
    await expect.poll(() => server.output()).toMatch(LINE);
    const lines = server.output().trim().split('\n');
    expect(lines).toEqual([
      `Tickwire is ready at ${server.url}`,
      expect.stringMatching(/^Metrics and clients at http:\/\/127\.0\.0\.1:\d+$/),
    ]);
    const admin = LINE.exec(server.output())![1]!;
    expect(await json(`${admin}/healthz`)).toMatchObject({ status: 'ok', mode: 'live' });
    await server.stop();
    expect(server.child.exitCode).toBe(0);
    await expect(fetch(`${admin}/healthz`)).rejects.toThrow();
  });

  it('that is in use is one sentence that names it and its flag, and exit code 1', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const result = await runCommand(['serve', '--port', '0', '--admin-port', String(port)]);
    other.close();
    expect(result).toEqual({
      code: 1,
      stdout: '',
      stderr: `Port ${port} on 127.0.0.1 is in use: choose another with --admin-port, or --admin-port 0 for any free one.\n`,
    });
  });

  it('is not opened to others without a token', async () => {
    const result = await runCommand(['serve', '--port', '0', '--admin-port', '0', '--admin-host', '0.0.0.0']);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^--admin-host is "0\.0\.0\.0", .*TICKWIRE_ADMIN_TOKEN.*\.\n$/);
  });

  it('is freed when the app is closed', async () => {
    const { server, admin } = await serverOf();
    await server.app.close();
    await expect(fetch(`${admin}/healthz`)).rejects.toThrow();
    expect(server.clock.pendingTimers).toBe(0);
  });
});
