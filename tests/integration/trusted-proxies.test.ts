import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SUBPROTOCOL_JSON } from '#protocol';
import { createApp, type App } from '../../server/app.ts';
import { loadConfig } from '../../server/config.ts';
import { IngestFeed } from '../../server/feeds/ingest/ingest-feed.ts';
import { startLiveTimeline } from '../../server/timelines/live-timeline.ts';
import { ManualClock } from '../support/manual-clock.ts';

const TOKEN = '0123456789abcdef';
const WRONG = 'wrong-0123456789';

const open: App[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()));
});

interface Served {
  readonly origin: string;
  readonly admin: string;
  /** Addresses of the connections, as the operator sees them. */
  addresses(): string[];
}

async function served(trustedProxies: string): Promise<Served> {
  const clock = new ManualClock();
  const config = loadConfig({
    port: 0,
    logLevel: 'silent',
    ingestToken: TOKEN,
    adminPort: 0,
    adminToken: TOKEN,
    trustedProxies,
  });
  const ingest = new IngestFeed({ clock });
  const timeline = await startLiveTimeline({ clock, feeds: [ingest], onProblem: () => {} });
  const app = await createApp({ config, clock, timeline, ingest });
  open.push(app);
  const [origin, admin] = await Promise.all(
    [app.fastify, app.admin!].map((listener) => listener.listen({ host: '127.0.0.1', port: 0 })),
  );
  const addresses = (): string[] => [...app.sessions.reports()].map(({ address }) => address);
  return { origin: origin!, admin: admin!, addresses };
}

/** Status of a request that a proxy passed on for somebody. */
function statusFor(url: string, forwardedFor: string, token: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-forwarded-for': forwardedFor, authorization: `Bearer ${token}` };
    const method = url.endsWith('ingest') ? 'POST' : 'GET';
    request(url, { agent: false, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end();
  });
}

/** Address under which one who comes through a proxy is known. */
async function addressOf(server: Served, forwardedFor: string): Promise<string> {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/ws`, [SUBPROTOCOL_JSON], {
    headers: { 'x-forwarded-for': forwardedFor },
  });
  await once(socket, 'open');
  const [address] = server.addresses();
  socket.terminate();
  await expect.poll(() => server.addresses()).toEqual([]);
  return address!;
}

describe('[SEC20] the address of who comes through a proxy', () => {
  it('is its own where the proxy is trusted, and nothing that it says itself', async () => {
    const server = await served('loopback');
    expect(await addressOf(server, '203.0.113.7')).toBe('203.0.113.7');
    expect(await addressOf(server, '127.0.0.1, 10.0.0.1, 203.0.113.7')).toBe('203.0.113.7');
    expect(await addressOf(server, '203.0.113.7, 127.0.0.1')).toBe('203.0.113.7');
  });

  it.each(['', '10.0.0.0/8', '::1'])('is that of the connection where %j is trusted', async (trusted) => {
    const server = await served(trusted);
    expect(await addressOf(server, '203.0.113.7')).toBe('127.0.0.1');
    expect(await addressOf(server, '10.0.0.1')).toBe('127.0.0.1');
  });

  it('is what wrong tokens are counted by, at both ports', async () => {
    const server = await served('127.0.0.1');
    for (const url of [`${server.origin}/api/ingest`, `${server.admin}/metrics`]) {
      for (let guess = 0; guess < 5; guess += 1) expect(await statusFor(url, '203.0.113.7', WRONG)).toBe(401);
      expect(await statusFor(url, '203.0.113.7', TOKEN)).toBe(429);
      expect(await statusFor(url, '198.51.100.1', TOKEN)).not.toBe(429);
    }
  });

  it('is no way out for who guesses, where nobody is trusted', async () => {
    const server = await served('');
    for (const url of [`${server.origin}/api/ingest`, `${server.admin}/metrics`]) {
      for (let guess = 0; guess < 5; guess += 1)
        expect(await statusFor(url, `203.0.113.${guess}`, WRONG)).toBe(401);
      expect(await statusFor(url, '203.0.113.9', WRONG)).toBe(429);
    }
  });
});
