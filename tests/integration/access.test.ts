import { get } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SUBPROTOCOL_BINARY, type AccessAnswer } from '#protocol';
import { LoopbackClient } from '../support/loopback-client.ts';
import { startServer } from '../support/server-process.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { trade } from '../support/test-timeline.ts';

const ROOT = 'root-0123456789abcdef';
const ADA = 'ada-0123456789abcdef0';
const ENDS = 'ends-0123456789abcdef';
const servers: TestServer[] = [];
afterEach(async () => {
  for (const { app } of servers.splice(0)) await app.close();
});

/** Everything for `ROOT`; `BTC-*` for `ADA`; a minute for `ENDS`. */
async function served(settings: Readonly<Record<string, unknown>> = {}): Promise<TestServer> {
  const holder: { clock?: TestServer['clock'] } = {};
  const server = await startTestServer(['BTC-USD', 'ETH-USD'], {
    auth: {
      verify(token: string) {
        const nowUs = holder.clock!.nowUs();
        if (token === ROOT) return { user: 'root' };
        if (token === ADA) return { user: 'ada', symbols: ['BTC-*'] };
        return token === ENDS ? { user: 'guest', expiresUs: nowUs + 60e6 } : null;
      },
    },
    ...settings,
  });
  holder.clock = server.clock;
  servers.push(server);
  for (const id of [0, 1]) server.timeline.engine.onEvent(trade(id, server.clock.nowUs(), 12_345, 1));
  return server;
}

const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });

/** What a browser sends of its own accord. */
function asPage({ origin }: TestServer, more: RequestInit = {}, cookie?: string): RequestInit {
  const headers = { origin, 'content-type': 'application/json', ...(cookie === undefined ? {} : { cookie }) };
  return { ...more, headers: { ...headers, ...(more.headers as object | undefined) } };
}

async function signIn(server: TestServer, token: string, keep = false): Promise<Response> {
  const body = JSON.stringify({ token, keep });
  return fetch(`${server.origin}/api/access`, asPage(server, { method: 'POST', body }));
}

async function cookieOf(server: TestServer, token: string): Promise<string> {
  return (await signIn(server, token)).headers.getSetCookie()[0]!.split(';')[0]!;
}

async function ticketOf(server: TestServer, cookie: string): Promise<string> {
  const answer = await fetch(
    `${server.origin}/api/access/ticket`,
    asPage(server, { method: 'POST', body: '{}' }, cookie),
  );
  return ((await answer.json()) as { ticket: string }).ticket;
}

describe('HTTP with an authority', () => {
  it.each([
    '/api/instruments',
    '/api/status',
    '/api/feeds',
    '/api/alerts',
    '/api/alerts/stream',
    '/embed/BTC-USD.svg',
  ])('[SEC7] asks for the token: %s', async (path) => {
    const server = await served();
    const asked = await fetch(server.origin + path);
    expect(asked.status).toBe(401);
    expect(asked.headers.get('www-authenticate')).toContain('Bearer');
    expect(await asked.text()).not.toMatch(/BTC|ETH/);
    expect((await fetch(server.origin + path, bearer('nonsense'))).status).toBe(401);
    expect((await fetch(server.origin + path, bearer(ROOT))).status).toBeLessThan(300);
  });

  it('answers health to everybody, and asks nobody without an authority', async () => {
    const server = await served();
    expect((await fetch(`${server.origin}/api/health`)).status).toBe(200);
    const open = await startTestServer(['BTC-USD']);
    servers.push(open);
    expect((await fetch(`${open.origin}/api/instruments`)).status).toBe(200);
    expect(await (await fetch(`${open.origin}/api/access`)).json()).toMatchObject({ asks: false });
    expect((await signIn(open, ROOT)).status).toBe(409);
  });

  it('[SEC7] [SEC8] shows only what may be seen, and answers the rest as what does not exist', async () => {
    const server = await served();
    const listed = (await (await fetch(`${server.origin}/api/instruments`, bearer(ADA))).json()) as {
      symbol: string;
    }[];
    expect(listed.map(({ symbol }) => symbol)).toEqual(['BTC-USD']);
    const picture = async (symbol: string): Promise<string> => {
      const answer = await fetch(`${server.origin}/embed/${symbol}.svg`, bearer(ADA));
      return `${answer.status} ${(await answer.text()).replaceAll(symbol, 'X')}`;
    };
    expect(await picture('BTC-USD')).toContain('123.45');
    expect(await picture('ETH-USD')).toBe(await picture('NOPE'));
    // What cannot be cut down to a part is for those who see everything.
    for (const path of ['/api/status', '/api/feeds'])
      expect((await fetch(server.origin + path, bearer(ADA))).status).toBe(403);
    const restart = { method: 'POST', ...bearer(ADA) };
    expect((await fetch(`${server.origin}/api/feeds/x/restart`, restart)).status).toBe(403);
  });

  it('says 503 when it cannot be found out who asks', async () => {
    const server = await served({ auth: { verify: () => Promise.reject(new Error('no database')) } });
    const answer = await fetch(`${server.origin}/api/instruments`, bearer(ROOT));
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
  });
});

describe('a browser that signs in', () => {
  it('[SEC3] gets a cookie that no script can read, and is known by it', async () => {
    const server = await served();
    const answer = await signIn(server, ADA);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ asks: true, user: 'ada', expiresUs: null, limited: true });
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    const headers = { cookie: cookie!.split(';')[0]! };
    expect((await fetch(`${server.origin}/api/instruments`, { headers })).status).toBe(200);
    const who = (await (await fetch(`${server.origin}/api/access`, { headers })).json()) as AccessAnswer;
    expect(who.user).toBe('ada');
  });

  it('is kept on the device when asked to, and no longer than the token holds', async () => {
    const server = await served();
    const [kept] = (await signIn(server, ROOT, true)).headers.getSetCookie();
    expect(kept).toContain('Max-Age=2592000');
    const [short] = (await signIn(server, ENDS, true)).headers.getSetCookie();
    expect(short).toContain('Max-Age=60');
  });

  it('is told of a wrong token, and gets no cookie', async () => {
    const server = await served();
    const answer = await signIn(server, 'nonsense');
    expect(answer.status).toBe(401);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await answer.json()).toEqual({ message: 'The token is wrong.' });
  });

  it.each([4_090, 4_097, 16_000])(
    'is told of a token of %i characters, which no cookie holds',
    async (count) => {
      const token = `${ROOT}${'x'.repeat(count - ROOT.length)}`;
      const server = await served({ auth: { verify: () => ({ user: 'root' }) } });
      const answer = await signIn(server, token);
      expect(answer.status).toBe(413);
      expect(await answer.json()).toEqual({
        message: 'The token is too long for a browser: ask for a shorter one.',
      });
    },
  );

  it('signs out', async () => {
    const server = await served();
    const answer = await fetch(
      `${server.origin}/api/access`,
      asPage(server, { method: 'DELETE', headers: { 'content-type': 'text/plain' } }),
    );
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie()[0]).toContain('Max-Age=0');
  });

  it.each([
    ['another site', 'https://evil.io'],
    ['another port of this machine', 'http://127.0.0.1:1'],
    ['no page at all', undefined],
  ])('[SEC2] [SEC3] neither signs in, out nor changes anything for %s', async (_, origin) => {
    const server = await served();
    const cookie = await cookieOf(server, ROOT);
    const headers = {
      cookie,
      'content-type': 'application/json',
      ...(origin === undefined ? {} : { origin }),
    };
    const send = async (method: string, path: string, body = '{}'): Promise<number> =>
      (await fetch(server.origin + path, { method, headers, body })).status;
    expect(await send('POST', '/api/access', JSON.stringify({ token: ROOT }))).toBe(403);
    expect(await send('DELETE', '/api/access')).toBe(403);
    expect(await send('POST', '/api/access/ticket')).toBe(403);
    expect(await send('POST', '/api/feeds/x/restart')).toBe(403);
  });

  it.each(['cross-site', 'same-site'])(
    '[SEC3] is not known by a cookie in a request that is %s',
    async (site) => {
      const server = await served();
      const headers = { cookie: await cookieOf(server, ROOT), 'sec-fetch-site': site };
      // fetch keeps this header for itself.
      const status = await new Promise((resolve, reject) => {
        get(`${server.origin}/api/instruments`, { headers }, ({ statusCode }) => resolve(statusCode)).on(
          'error',
          reject,
        );
      });
      expect(status).toBe(401);
    },
  );
});

describe('the socket with an authority', () => {
  it('[HS6] closes with 4401 without a token, and greets whoever has one', async () => {
    const server = await served();
    const refused = await LoopbackClient.open(server.socketUrl);
    await refused.until(() => refused.closeCode !== null);
    expect(refused.closeCode).toBe(4401);
    const client = await LoopbackClient.open(server.socketUrl, { token: ADA });
    await client.subscribe(1, 'quote', ['*']);
    expect([...client.model.entries.values()].map(({ symbol }) => symbol)).toEqual(['BTC-USD']);
    await client.hangUp();
  });

  it('[SEC3] does not look at cookies: a page of another site gets nothing with them', async () => {
    const server = await served({ allowedOrigins: ['https://desk.example.com'] });
    const cookie = await cookieOf(server, ROOT);
    const opened = (origin: string): Promise<number> =>
      new Promise((resolve) => {
        const socket = new WebSocket(server.socketUrl, [SUBPROTOCOL_BINARY], { headers: { cookie, origin } });
        socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', version: 1, client: 'x' })));
        socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0));
        socket.on('close', (code) => resolve(code));
        socket.on('error', () => undefined);
      });
    expect(await opened('https://evil.io')).toBe(403);
    expect(await opened('https://desk.example.com')).toBe(4401);
  });

  it('takes a ticket that the page was given, once', async () => {
    const server = await served();
    const ticket = await ticketOf(server, await cookieOf(server, ADA));
    const client = await LoopbackClient.open(server.socketUrl, { token: ticket });
    expect(client.model.messages[0]).toMatchObject({ type: 'welcome', user: 'ada' });
    const again = await LoopbackClient.open(server.socketUrl, { token: ticket });
    await again.until(() => again.closeCode !== null);
    expect(again.closeCode).toBe(4401);
    await client.hangUp();
  });

  it('[SEC6] closes when the token expires', async () => {
    const server = await served();
    const client = await LoopbackClient.open(server.socketUrl, { token: ENDS });
    server.clock.advance(20_000);
    client.say({ type: 'ping', nonce: 1 });
    await client.settle();
    expect(client.closeCode).toBeNull();
    for (let round = 0; round < 3; round += 1) {
      server.clock.advance(13_400);
      client.say({ type: 'ping', nonce: 100 + round });
      await client.until(
        () =>
          client.closeCode !== null ||
          client.model.messages.some((one) => one.type === 'pong' && one.nonce === 100 + round),
      );
    }
    server.clock.advance(1_000);
    await client.until(() => client.closeCode !== null);
    expect(client.closeCode).toBe(4401);
  });

  it('[SEC5] counts those who have not said who they are in a quota of their own', async () => {
    const server = await served({ unknownConnectionsMax: 2 });
    const known = await LoopbackClient.open(server.socketUrl, { token: ROOT });
    const silent = await Promise.all(
      [1, 2].map(() => LoopbackClient.open(server.socketUrl, { silent: true })),
    );
    await expect(LoopbackClient.open(server.socketUrl, { silent: true })).rejects.toThrow('503');
    silent[0]!.say({ type: 'hello', version: 1, client: 'x', token: ROOT });
    await silent[0]!.until(() => silent[0]!.has('welcome'));
    const next = await LoopbackClient.open(server.socketUrl, { silent: true });
    for (const client of [known, ...silent, next]) await client.hangUp();
  });
});

describe('the program with tokens', () => {
  it('[SEC4] lets in whom its environment names, and its log holds no token', async () => {
    const server = await startServer(['--log-level', 'trace'], 0, {
      TICKWIRE_VIEWER_TOKENS: `ada=${ADA},${ROOT}`,
    });
    try {
      const url = `ws://127.0.0.1:${server.port}/ws`;
      const wrong = 'wrong-0123456789abcdef';
      for (const token of [ADA, wrong]) {
        const client = await LoopbackClient.open(url, { token });
        expect(client.has('welcome')).toBe(token === ADA);
        if (token === ADA) await client.hangUp();
      }
      const body = JSON.stringify({ token: ROOT });
      const headers = { origin: server.url, 'content-type': 'application/json' };
      const signed = await fetch(`${server.url}/api/access`, { method: 'POST', headers, body });
      expect(signed.status).toBe(200);
      const cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
      expect((await fetch(`${server.url}/api/instruments`, { headers: { cookie } })).status).toBe(200);
      expect((await fetch(`${server.url}/api/instruments`, bearer(wrong))).status).toBe(401);
      expect(server.output()).toContain('session open');
      for (const token of [ADA, ROOT, wrong]) expect(server.output()).not.toContain(token);
    } finally {
      await server.stop();
    }
  });
});
