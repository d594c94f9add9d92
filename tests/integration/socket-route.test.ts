import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { SUBPROTOCOL_JSON, type GoodbyeMessage } from '#protocol';
import { LoopbackClient } from '../support/loopback-client.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { trade } from '../support/test-timeline.ts';

const open: TestServer[] = [];
async function serverOf(settings: Record<string, unknown> = {}): Promise<TestServer> {
  const server = await startTestServer(['A', 'B'], settings);
  open.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ app }) => app.close()));
});

/** Asks for an upgrade and returns the status of the answer. */
function upgrade(server: TestServer, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request(`${server.origin}/ws`, {
      agent: false,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-protocol': 'tickwire.v1',
        ...headers,
      },
    });
    asking.on('response', (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    asking.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode!);
    });
    asking.on('error', reject);
    asking.end();
  });
}

describe('the socket’s route', () => {
  it('[SEC1] judges the origin before the upgrade', async () => {
    const server = await serverOf({ allowedOrigins: 'https://desk.example.com' });
    const own = `127.0.0.1:${server.port}`;
    const statuses = [
      await upgrade(server, { origin: `http://${own}` }),
      await upgrade(server, { origin: 'https://desk.example.com' }),
      await upgrade(server, {}),
      await upgrade(server, { origin: 'https://desk.example.com.evil.io' }),
      await upgrade(server, { origin: 'null' }),
      await upgrade(server, {
        origin: `http://evil.example:${server.port}`,
        host: `evil.example:${server.port}`,
      }),
    ];
    expect(statuses).toEqual([101, 101, 101, 403, 403, 403]);
  });

  it('[CN2] asks for a subprotocol, and for an upgrade at all', async () => {
    const server = await serverOf();
    expect(await upgrade(server, { 'sec-websocket-protocol': 'chat, tickwire.v2' })).toBe(400);
    expect((await fetch(`${server.origin}/ws`)).status).toBeGreaterThanOrEqual(400);
  });

  it('answers an upgrade within the turn that was given to it, with and without tokens', async () => {
    for (const settings of [{}, { auth: { verify: () => Promise.resolve(null) } }]) {
      const server = await serverOf(settings);
      const { fastify, sessions } = server.app;
      let openedAtOnce = -1;
      // Comes after those that answer.
      fastify.server.on('upgrade', () => (openedAtOnce = sessions.size));
      expect(await upgrade(server, {})).toBe(101);
      expect(openedAtOnce).toBe(1);
    }
  });

  it('[SEC12] lets in no more than the limit, and again when somebody has left', async () => {
    const server = await serverOf({ connectionsMax: 2 });
    const clients = [
      await LoopbackClient.open(server.socketUrl),
      await LoopbackClient.open(server.socketUrl),
    ];
    expect(await upgrade(server, {})).toBe(503);
    await clients[0]!.hangUp();
    await expect.poll(() => server.app.sessions.size).toBe(1);
    expect(await upgrade(server, {})).toBe(101);
  });

  it('[JS1] serves the text form beside the binary one', async () => {
    const server = await serverOf();
    const [binary, text] = [
      await LoopbackClient.open(server.socketUrl),
      await LoopbackClient.open(server.socketUrl, { protocol: SUBPROTOCOL_JSON }),
    ];
    for (const client of [binary, text]) {
      await client.subscribe(1, 'quote', ['*']);
      await client.subscribe(2, 'trade', ['*']);
    }
    server.feed.sink.onEvent(trade(1, server.clock.nowUs(), 4_321, 5));
    server.clock.advance(200);
    for (const client of [binary, text]) {
      await client.until(() => client.model.trade.rows.has(1));
      expect([client.model.columns.last[1], client.model.columns.volume[1]]).toEqual([4_321, 5]);
    }
    expect(text.model.trade.rows).toEqual(binary.model.trade.rows);
  });

  it('[CL1] [SEC24] says goodbye to all at shutdown, closes with 4000, and frees its port and timers', async () => {
    const server = await serverOf();
    const clients = await Promise.all(Array.from({ length: 5 }, () => LoopbackClient.open(server.socketUrl)));
    for (const client of clients) await client.subscribe(1, 'quote', ['*']);
    await server.app.close();
    for (const client of clients) {
      await client.until(() => client.closeCode !== null);
      expect(client.closeCode).toBe(4000);
      const goodbye = client.model.messages.at(-1) as GoodbyeMessage;
      expect(goodbye).toMatchObject({ type: 'goodbye', code: 4000 });
      expect(goodbye.retryAfterMs).toBeGreaterThanOrEqual(250);
    }
    expect(server.clock.pendingTimers).toBe(0);
    await expect(fetch(server.origin)).rejects.toThrow();
    await server.app.close();
  });
});

describe('the API', () => {
  it('tells health, status and instruments', async () => {
    const server = await serverOf();
    const client = await LoopbackClient.open(server.socketUrl);
    const get = async (path: string): Promise<unknown> =>
      (await fetch(`${server.origin}/api/${path}`)).json();
    expect(await get('health')).toMatchObject({
      status: 'ok',
      mode: 'live',
      state: 'live',
      instruments: 2,
      connections: 1,
    });
    expect(await get('status')).toMatchObject({
      feeds: [{ name: 'test feed' }],
      receivedPerSecond: 0,
      counters: {},
    });
    expect(await get('instruments')).toMatchObject([
      { symbol: 'A', tickSize: '0.01', lotSize: '0.01' },
      { symbol: 'B' },
    ]);
    expect((await fetch(`${server.origin}/api/none`)).status).toBe(404);
    await client.hangUp();
  });
});
