import Fastify, { type FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mendPath, pageRoute } from '../../../../server/routes/page.ts';

let app: FastifyInstance;
let logged: { readonly level: number; readonly msg: string; readonly err?: { readonly message: string } }[];
/** What the pages' own server does with a request. */
let answer: (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

beforeEach(() => {
  logged = [];
  answer = (request, response) => response.end(`the page at ${request.url}`);
  const stream = { write: (line: string) => logged.push(JSON.parse(line)) };
  app = Fastify({ logger: { level: 'warn', stream }, frameworkErrors: mendPath });
  app.get('/api/health', () => ({ ok: true }));
  serve(app, false);
});

function serve(on: FastifyInstance, isPrivate: boolean): void {
  pageRoute(
    on,
    (request, response, next) => answer(request, response, next),
    () => null,
    isPrivate,
  );
}

afterEach(() => app.close());

it('hands every path that is no route to the pages', async () => {
  const { statusCode, body } = await app.inject('/desk/BTC-USD?tf=5m');
  expect([statusCode, body]).toEqual([200, 'the page at /desk/BTC-USD?tf=5m']);
});

describe('a page with prices', () => {
  beforeEach(() => {
    answer = (request, response) => {
      const { tickwireSnapshot } = request as unknown as { tickwireSnapshot?: (rows: number) => unknown };
      if (request.url === '/desk') tickwireSnapshot?.(10);
      response.end('prices');
    };
  });

  it('[SEC7] is kept by nobody on the way where it is made for one viewer', async () => {
    const asking = Fastify();
    serve(asking, true);
    expect((await asking.inject('/desk')).headers['cache-control']).toBe('no-store');
    // Scripts and icons are everybody's.
    expect((await asking.inject('/icon.svg')).headers['cache-control']).toBeUndefined();
    await asking.close();
  });

  it('says nothing of that where everybody may watch', async () => {
    expect((await app.inject('/desk')).headers['cache-control']).toBeUndefined();
  });
});

describe('a path under /api that is no route', () => {
  it.each([
    ['GET', '/api/helth?now', 'There is no GET /api/helth here.'],
    ['POST', '/api/health', 'There is no POST /api/health here.'],
  ] as const)('%s %s', async (method, url, message) => {
    const reply = await app.inject({ method, url });
    expect(reply.statusCode).toBe(404);
    expect(reply.json()).toEqual({ message });
  });
});

describe('a percent sign that stands for itself', () => {
  it.each([
    ['/desk/100%', '/desk/100%25'],
    ['/desk/100%?tf=5m&list=%', '/desk/100%25?tf=5m&list=%'],
    ['/desk/A%20B%', '/desk/A%20B%25'],
    // Bytes that are no text, as a whole.
    ['/desk/%E0%A4%A', '/desk/%25E0%25A4%25A'],
    ['/embed/%FF', '/embed/%25FF'],
  ])('%s is found at %s', async (url, location) => {
    const reply = await app.inject(url);
    expect([reply.statusCode, reply.headers.location]).toEqual([308, location]);
    expect((await app.inject(location)).body).toBe(`the page at ${location}`);
  });

  it.each(['//evil.example/%', '///evil.example/%', '/\\evil.example/%', '/\\/evil.example/%zz'])(
    'leads to no other server: %s',
    async (url) => {
      const location = (await app.inject(url)).headers.location ?? '/';
      expect(new URL(location, 'http://here.example/').host).toBe('here.example');
    },
  );

  it('is an error where programs ask', async () => {
    const reply = await app.inject('/api/recordings/100%');
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toEqual({ message: expect.stringContaining('/api/recordings/100%') });
  });
});

describe('a page of more than a kilobyte', () => {
  const html = '<p>Tickwire</p>'.repeat(500);
  const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
  beforeEach(() => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': html.length, etag: '"1"' });
      response.end(html);
    };
  });

  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
  ] as const)('is compressed as is accepted: %s', async (accepted, encoding) => {
    const { headers, rawPayload } = await app.inject({
      url: '/desk',
      headers: { 'accept-encoding': accepted },
    });
    expect(headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding' });
    expect(headers['content-length']).toBeUndefined();
    expect(rawPayload.length).toBeLessThan(html.length / 6);
    expect(unpack[encoding](rawPayload).toString()).toBe(html);
  });

  it('is sent as it is to who accepts nothing else', async () => {
    const { headers, body } = await app.inject('/desk');
    expect(headers['content-encoding']).toBeUndefined();
    expect(body).toBe(html);
  });

  it('stays as it is where it is compressed already', async () => {
    const packed = gzipSync(html);
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/css', 'content-encoding': 'gzip' });
      response.end(packed);
    };
    const reply = await app.inject({ url: '/_app/a.css', headers: { 'accept-encoding': 'br, gzip' } });
    expect(reply.rawPayload.equals(packed)).toBe(true);
  });
});

describe('a page that fails', () => {
  it('is told to the log of the server, whoever notices', async () => {
    answer = (_, response, next) => next(new Error('no such chunk'));
    const reply = await app.inject('/desk');
    expect([reply.statusCode, reply.body]).toEqual([500, 'The page could not be made']);
    answer = (request, response) => {
      (request as unknown as { tickwireFault: (error: unknown) => void }).tickwireFault(
        new Error('in a hook'),
      );
      response.end();
    };
    await app.inject('/desk');
    expect(logged.map(({ msg, err }) => [msg, err?.message])).toEqual([
      ['page failed', 'no such chunk'],
      ['page failed', 'in a hook'],
    ]);
  });
});
