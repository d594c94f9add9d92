import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { adminListener } from '../../../../server/admin/listener.ts';
import type { AdminSource } from '../../../../server/admin/source.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { fakeSource, fanoutReport, sessionReport } from './fake-source.ts';

const TOKEN = '0123456789abcdef';

interface Listening {
  readonly app: FastifyInstance;
  readonly clock: ManualClock;
  readonly logged: string[];
}

const open: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()));
});

function listening(token: string | null = null, source: AdminSource = fakeSource()): Listening {
  const clock = new ManualClock();
  const logged: string[] = [];
  const log = (event: string, detail: object): void => {
    logged.push(`${event} ${JSON.stringify(detail)}`);
  };
  const app = adminListener({ host: '127.0.0.1', token, clock, source, log });
  open.push(app);
  return { app, clock, logged };
}

describe('the admin listener', () => {
  it('answers metrics as text', async () => {
    const answer = await listening().app.inject('/metrics');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.body).toContain('\ntickwire_connections 3\n');
  });

  it('answers clients, those first that need looking at', async () => {
    const { app } = listening();
    const all = (await app.inject('/clients')).json<{ clients: { session: string }[] }>();
    expect(all).toMatchObject({ connections: 3 });
    expect(all.clients.map(({ session }) => session)).toEqual(['slow', 'late', 'idle']);
    expect(all.clients[2]).toEqual(sessionReport('idle'));
    const top = await app.inject('/clients?top=1');
    expect(top.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(top.json()).toMatchObject({ connections: 3, clients: [{ session: 'slow', heldBytes: 5_000 }] });
  });

  it.each(['0', '-1', '1.5', 'all', '', '1&top=2', '9999999999'])('refuses top=%s', async (top) => {
    const answer = await listening().app.inject(`/clients?top=${top}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual({ message: 'top is how many clients to show: 1 or more.' });
  });

  it('answers one client, or that there is none', async () => {
    const { app } = listening();
    expect((await app.inject('/clients/late')).json()).toMatchObject({ session: 'late', ticksSkipped: 9 });
    const none = await app.inject('/clients/gone');
    expect(none.statusCode).toBe(404);
    expect(none.json()).toEqual({ message: 'No connection has this session.' });
  });

  it('answers the fan-out with its ratio and its rates', async () => {
    const answer = (await listening().app.inject('/fanout')).json<Record<string, unknown>>();
    expect(answer).toEqual({
      ...fanoutReport(),
      conflationRatio: 4,
      rates: [
        { rateHz: 0.5, subscriptions: 2 },
        { rateHz: 10, subscriptions: 7 },
      ],
    });
  });

  it('answers that it is well', async () => {
    expect((await listening().app.inject('/healthz')).json()).toEqual({
      status: 'ok',
      version: '1.2.3',
      mode: 'live',
      state: 'live',
      connections: 3,
    });
  });

  it('says what there is to ask for', async () => {
    const answer = await listening().app.inject('/');
    expect(answer.statusCode).toBe(404);
    expect(answer.json<{ message: string }>().message).toContain('/metrics');
    expect((await listening().app.inject({ method: 'POST', url: '/metrics' })).statusCode).toBe(404);
  });

  it('keeps what went wrong within to its log', async () => {
    const broken = fakeSource({
      fanout: () => {
        throw new Error('the inside of it');
      },
    });
    const { app, logged } = listening(null, broken);
    const answer = await app.inject('/fanout');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('inside');
    expect(logged).toEqual(['admin request failed {"message":"the inside of it"}']);
  });

  it('allows no page to use an answer, and nobody to keep it', async () => {
    const { headers } = await listening().app.inject('/clients');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('[SEC20] who may read', () => {
  const PATHS = ['/metrics', '/clients', '/clients/slow', '/fanout', '/healthz', '/none'];

  it.each(PATHS)('%s is not for pages, nor for a foreign name pointed at this machine', async (path) => {
    const { app } = listening();
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { host: 'evil.example:9464' },
      { host: 'evil.example:9464', origin: 'http://evil.example:9464' },
    ]) {
      expect((await app.inject({ url: path, headers })).statusCode).toBe(403);
    }
    const preflight = { origin: 'https://evil.example', 'access-control-request-method': 'GET' };
    expect((await app.inject({ url: path, method: 'OPTIONS', headers: preflight })).statusCode).toBe(403);
  });

  it.each(PATHS)('%s needs the token, where there is one', async (path) => {
    const { app } = listening(TOKEN);
    const without = await app.inject(path);
    expect(without.statusCode).toBe(401);
    expect(without.headers['www-authenticate']).toBe('Bearer realm="tickwire"');
    expect((await app.inject(`${path}?token=${TOKEN}`)).statusCode).toBe(401);
    const authorization = `Bearer ${TOKEN}`;
    const status = (await app.inject({ url: path, headers: { authorization } })).statusCode;
    expect(status).toBe(path === '/none' ? 404 : 200);
  });

  it('is told when to come back after too many wrong tokens, address by address', async () => {
    const { app, clock } = listening(TOKEN);
    const ask = async (token: string, remoteAddress = '10.0.0.1'): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` };
      return (await app.inject({ url: '/healthz', headers, remoteAddress })).statusCode;
    };
    for (let index = 0; index < 5; index += 1) expect(await ask(`wrong ${index}`)).toBe(401);
    const refused = await app.inject({ url: '/healthz', remoteAddress: '10.0.0.1' });
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['retry-after']).toBe('10');
    expect(await ask(TOKEN)).toBe(429);
    expect(await ask(TOKEN, '10.0.0.2')).toBe(200);
    clock.advance(10_000);
    expect(await ask(TOKEN)).toBe(200);
  });

  it('may not choose its address by a header', async () => {
    const { app } = listening(TOKEN);
    const statuses: number[] = [];
    for (let index = 0; index < 7; index += 1) {
      const headers = { 'x-forwarded-for': `10.0.0.${index}`, forwarded: `for=10.0.0.${index}` };
      statuses.push((await app.inject({ url: '/healthz', headers })).statusCode);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });

  it('is logged with the address and never with what it sent, and not without end', async () => {
    const { app, logged } = listening(TOKEN);
    for (let index = 0; index < 20; index += 1) {
      await app.inject({
        url: '/metrics?token=secret-in-the-url',
        headers: { authorization: 'Bearer secret-in-the-header' },
        remoteAddress: '10.0.0.1',
      });
    }
    expect(logged).toEqual(Array(5).fill('admin token refused {"address":"10.0.0.1"}'));
    const authorization = `Bearer ${TOKEN}`;
    const { body } = await app.inject({ url: '/metrics', headers: { authorization } });
    expect(body).toContain('tickwire_admin_refused_total{reason="token"} 5\n');
    expect(body).toContain('tickwire_admin_refused_total{reason="throttled"} 15\n');
    expect(body).not.toContain('secret');
  });
});
