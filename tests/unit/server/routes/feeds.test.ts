import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OriginPolicy } from '../../../../server/access/origins.ts';
import { feedsRoutes } from '../../../../server/routes/feeds.ts';
import type { LiveFeeds } from '../../../../server/timelines/live-feeds.ts';

const details = [{ name: 'coinbase', state: 'live', problems: [{ timeUs: 1, message: 'A gap.' }] }];
const restarted: string[] = [];
const feeds = {
  details: () => details,
  restart(name: string) {
    restarted.push(name);
    return name === 'coinbase' ? Promise.resolve(true) : name === 'stdin' ? Promise.resolve(false) : null;
  },
} as unknown as LiveFeeds;

let app: FastifyInstance;
beforeEach(() => {
  app = Fastify();
  feedsRoutes(app, { feeds, origins: new OriginPolicy('127.0.0.1', ['https://desk.example.com']) });
});
afterEach(() => app.close());

const restart = (name: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url: `/api/feeds/${name}/restart`, headers });

describe('/api/feeds', () => {
  it('tells the feeds with their newest faults', async () => {
    expect((await app.inject('/api/feeds')).json()).toEqual(details);
  });

  it('restarts one, for our own page, an allowed one, and programs that are no browser', async () => {
    for (const headers of [{}, { origin: 'https://desk.example.com' }]) {
      const answer = await restart('coinbase', headers);
      expect([answer.statusCode, answer.json()]).toEqual([200, details[0]]);
    }
  });

  it('does nothing for a foreign page', async () => {
    restarted.length = 0;
    expect((await restart('coinbase', { origin: 'https://evil.example' })).statusCode).toBe(403);
    expect(restarted).toEqual([]);
  });

  it('says what cannot be restarted', async () => {
    expect((await restart('nobody')).statusCode).toBe(404);
    expect((await restart('stdin')).json()).toEqual({
      message: 'stdin can be started only once: restart the server.',
    });
  });

  it('has no feeds in a replay', async () => {
    const replay = Fastify();
    feedsRoutes(replay, { feeds: null, origins: new OriginPolicy('127.0.0.1', []) });
    expect((await replay.inject('/api/feeds')).json()).toEqual([]);
    expect((await replay.inject({ method: 'POST', url: '/api/feeds/x/restart' })).statusCode).toBe(404);
    await replay.close();
  });
});
