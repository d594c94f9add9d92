import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../server/clock.ts';
import type { CcxtExchange } from '../../server/feeds/ccxt/ccxt-module.ts';
import { openCcxtFeed, type CcxtFeed } from '../../server/feeds/ccxt/feed.ts';
import { startLiveTimeline } from '../../server/timelines/live-timeline.ts';
import type { Timeline } from '../../server/timelines/timeline.ts';
import { ccxtCoinbaseScript } from '../support/fake-venue/ccxt-coinbase.ts';
import { FakeVenue } from '../support/fake-venue/fake-venue.ts';

let fake: FakeVenue;
let timeline: Timeline;

afterEach(async () => {
  await timeline.close();
  await fake.close();
});

async function startFeed(keys: object = {}): Promise<CcxtFeed> {
  fake = await FakeVenue.start(ccxtCoinbaseScript());
  const feed = await openCcxtFeed({
    name: 'ccxt:coinbaseexchange',
    symbols: ['BTC/USD', 'DOGE/USD'],
    clock: systemClock,
    async prepare(exchange: CcxtExchange) {
      const { restUrl, url } = fake;
      exchange.urls['api'] = { public: restUrl, private: restUrl, ws: url };
      Object.assign(exchange.has, { fetchCurrencies: false });
      Object.assign(exchange, keys);
      // Without it ccxt refuses ws:// addresses.
      await (exchange as unknown as { loadHttpProxyAgent(): Promise<unknown> }).loadHttpProxyAgent();
    },
  });
  timeline = await startLiveTimeline({ clock: systemClock, feeds: [feed], onProblem: () => {} });
  const { dictionary } = timeline.engine;
  feed.subscribe(dictionary.ids());
  return feed;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

const key = 'coinbaseexchange:BTC/USD';
const last = (): number => timeline.engine.state.columns.last[timeline.engine.dictionary.find(key)!]!;

describe('an exchange through the real ccxt, on loopback', () => {
  it('brings trades into the engine, survives a cut, and closes within 2 s with nothing left', async () => {
    const feed = await startFeed();
    const [status] = timeline.status().feeds;
    expect(status).toMatchObject({ name: 'ccxt:coinbaseexchange', venue: 'coinbaseexchange' });
    expect(status!.message).toContain('does not list DOGE/USD');
    await until(() =>
      [...fake.connections].some(({ received }) =>
        received.some((frame) => String(frame).includes('matches')),
      ),
    );
    const first = fake.makeTrade('BTC-USD', systemClock.nowUs());
    fake.send(fake.script.trade(first));
    fake.send(fake.script.trade(first));
    await until(() => Number.isFinite(last()));
    expect(last()).toBe(Number(first.price) * 100);
    expect(feed.report()).toMatchObject({ instruments: { live: 1 } });

    fake.cut();
    await until(() => feed.report().counters['watch_errors']! >= 2);
    await until(() =>
      [...fake.connections].some(({ received }) =>
        received.some((frame) => String(frame).includes('matches')),
      ),
    );
    const second = fake.makeTrade('BTC-USD', systemClock.nowUs());
    fake.send(fake.script.trade(second));
    await until(() => last() === Number(second.price) * 100);
    // The book wants a key here, and is done without.
    expect(
      feed
        .report()
        .problems.map(({ message }) => message)
        .join('\n'),
    ).toContain('apiKey');

    const fromMs = performance.now();
    await feed.close();
    await until(() => fake.connections.size === 0);
    expect(performance.now() - fromMs).toBeLessThan(2_000);
  });

  it('brings the book too, with a key', async () => {
    await startFeed({ apiKey: 'test', secret: 'dGVzdA==', password: 'test' });
    const id = timeline.engine.dictionary.find(key)!;
    await until(() => timeline.engine.state.bookLevels(id) !== undefined);
    expect([timeline.engine.state.columns.bid[id], timeline.engine.state.columns.ask[id]]).toEqual([
      9_025, 12_050,
    ]);
  });

  it('is live again after a cut as soon as its book is here, without a trade', async () => {
    const feed = await startFeed({ apiKey: 'test', secret: 'dGVzdA==', password: 'test' });
    const isLive = (): boolean => feed.report().instruments.live === 1;
    await until(isLive);
    fake.cut();
    await until(() => !isLive());
    await until(isLive);
    expect(fake.opened).toBeGreaterThanOrEqual(2);
    expect(fake.trades).toEqual([]);
    expect(feed.report().counters['watch_errors']).toBeGreaterThanOrEqual(2);
  });
});
