import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Demand } from '../../../../server/feeds/demand.ts';
import { quoteSvgRoute } from '../../../../server/routes/quote-svg.ts';
import { testTimeline, trade, type TestTimeline } from '../../../support/test-timeline.ts';

let app: FastifyInstance;
let parts: TestTimeline;
let asked: string[];
let demand: Demand;

beforeEach(() => {
  parts = testTimeline({ symbols: ['BTC-USD', 'EUR/USD', 'BRK.B'] });
  asked = [];
  demand = new Demand({
    clock: parts.clock,
    onWanted: (ids) => asked.push(`want ${ids.join(' ')}`),
    onUnwanted: (ids) => asked.push(`let go ${ids.join(' ')}`),
  });
  app = Fastify();
  quoteSvgRoute(app, { timeline: parts.timeline, clock: parts.clock, demand });
  // As the page's handler does: everything else goes elsewhere.
  app.setNotFoundHandler((_, reply) => reply.code(404).send('the page'));
  parts.engine.onEvent(trade(0, parts.clock.nowUs(), 6_421_850, 1));
});

afterEach(async () => {
  await app.close();
  demand.close();
});

describe('/embed/<symbol>.svg', () => {
  it.each([
    ['a symbol', 'BTC-USD'],
    ['a venue and a symbol', 'test:BTC-USD'],
    ['small letters', 'btc-usd'],
  ])('finds %s', async (_, name) => {
    const answer = await app.inject(`/embed/${name}.svg`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('image/svg+xml; charset=utf-8');
    expect(answer.body).toContain('64,218.50');
  });

  it('takes symbols with slashes and points', async () => {
    expect((await app.inject('/embed/test%3AEUR%2FUSD.svg')).body).toContain('EUR/USD');
    expect((await app.inject('/embed/BRK.B.svg')).body).toContain('BRK.B');
  });

  it('may be shown again for five seconds, runs nothing, and may stand on any page', async () => {
    const { headers } = await app.inject('/embed/BTC-USD.svg');
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=5',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
    });
  });

  it('answers an unknown symbol with 404 and a picture that says so, with its marks as text', async () => {
    const answer = await app.inject(`/embed/${encodeURIComponent('<script>x')}.svg?theme=dark`);
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toContain('image/svg+xml');
    expect(answer.body).toContain('&lt;script&gt;x');
    expect(answer.body).toContain('No feed has this symbol now.');
    expect((await app.inject(`/embed/${'x'.repeat(200)}.svg`)).statusCode).not.toBe(200);
  });

  it('leaves the page of the same symbol to the page', async () => {
    expect((await app.inject('/embed/BTC-USD')).body).toBe('the page');
  });

  it('says SIM where the feed of the venue makes its prices up', async () => {
    parts.source.status = [
      {
        name: 's',
        venue: 'test',
        state: 'live',
        simulated: true,
        message: '',
        eventsPerSecond: 0,
        latencyMs: null,
      },
    ];
    expect((await app.inject('/embed/BTC-USD.svg')).body).toContain('test · SIM');
  });

  it('draws the last hour, what was before our start included, and asks for it twice a minute at most', async () => {
    let questions = 0;
    parts.source.past = (_, intervalS, beforeS) => {
      questions += 1;
      const untilS = Math.min(beforeS, parts.clock.nowUs() / 1e6);
      const startS = Math.floor(untilS / intervalS) * intervalS - 120;
      const bar = { open: 1, high: 1, low: 1, volume: 1 };
      return Promise.resolve([
        { ...bar, startS, close: 6_400_000 },
        { ...bar, startS: startS + 60, close: 6_410_000 },
      ]);
    };
    const [first] = await Promise.all([app.inject('/embed/BTC-USD.svg'), app.inject('/embed/BTC-USD.svg')]);
    expect(first.body).toMatch(/<path class="\w+" d="M204\.0 44\.0L.+L308\.0 12\.0"/);
    const before = questions;
    await app.inject('/embed/BTC-USD.svg');
    expect(questions).toBe(before);
    parts.clock.advance(31_000);
    await app.inject('/embed/BTC-USD.svg');
    expect(questions).toBeGreaterThan(before);
  });

  it('does not wait for a venue that does not answer', async () => {
    parts.source.past = () => new Promise(() => undefined);
    const answer = app.inject('/embed/BTC-USD.svg');
    for (let turn = 0; turn < 50; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      parts.clock.advance(100);
    }
    expect((await answer).statusCode).toBe(200);
  });

  it('keeps the feed of the symbol on for ten minutes after the last picture', async () => {
    await app.inject('/embed/BTC-USD.svg');
    parts.clock.advance(500_000);
    await app.inject('/embed/BTC-USD.svg');
    parts.clock.advance(500_000);
    expect(asked).toEqual(['want 0']);
    parts.clock.advance(200_000);
    expect(asked).toEqual(['want 0', 'let go 0']);
  });

  it('keeps no more than a hundred on', async () => {
    const many = testTimeline({ symbols: Array.from({ length: 150 }, (_, at) => `S${at}`) });
    const other = Fastify();
    const wanted = new Set<number>();
    const bounded = new Demand({
      clock: many.clock,
      onWanted: (ids) => ids.forEach((id) => wanted.add(id)),
      onUnwanted: (ids) => ids.forEach((id) => wanted.delete(id)),
    });
    quoteSvgRoute(other, { timeline: many.timeline, clock: many.clock, demand: bounded });
    for (let at = 0; at < 150; at += 1) await other.inject(`/embed/S${at}.svg`);
    many.clock.advance(60_000);
    expect(wanted.size).toBe(100);
    await other.close();
    bounded.close();
  });
});
