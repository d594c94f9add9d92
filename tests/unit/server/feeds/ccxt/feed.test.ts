import { beforeEach, describe, expect, it } from 'vitest';
import { instrumentId } from '#protocol';
import { openCcxtFeed, type CcxtFeed } from '../../../../../server/feeds/ccxt/feed.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { RecordingSink } from '../ingest/recording-sink.ts';
import { FakeExchange, NetworkError, fakeModule, turns } from './fake-exchange.ts';

const BTC = instrumentId(0);
const ETH = instrumentId(1);
let exchange: FakeExchange;
let clock: ManualClock;
let sink: RecordingSink & { onTrust?: (id: number, reason: string) => void };
let trust: string[];

beforeEach(() => {
  exchange = new FakeExchange();
  clock = new ManualClock();
  sink = new RecordingSink();
  trust = [];
  sink.onTrust = (id, reason) => trust.push(`${id} ${reason}`);
});

async function open(symbols: readonly string[] = ['BTC/USDT', 'ETH/USDT']): Promise<CcxtFeed> {
  return openCcxtFeed({
    name: 'ccxt:fake',
    symbols,
    clock,
    random: () => 0.5,
    load: () => Promise.resolve({ default: fakeModule(exchange) }),
  });
}

async function watching(): Promise<CcxtFeed> {
  const feed = await open();
  await feed.start(sink);
  feed.subscribe([BTC]);
  return feed;
}

const row = (id: string, over: object = {}) => ({
  id,
  timestamp: 1_790_856_000_123,
  price: 64_218.5,
  amount: 1e-7,
  side: 'buy',
  ...over,
});
const { AuthenticationError, RateLimitExceeded } = fakeModule(new FakeExchange());

describe('opening', () => {
  it('without ccxt says how it is installed', async () => {
    const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    await expect(
      openCcxtFeed({ name: 'ccxt:fake', symbols: ['A'], clock, load: () => Promise.reject(missing) }),
    ).rejects.toThrow(
      'Exchanges through ccxt need that package, which is not installed: npm install ccxt@^4.5.84',
    );
  });

  it('refuses an exchange that ccxt does not have, and no symbols, in a sentence', async () => {
    const load = () => Promise.resolve({ default: fakeModule(exchange) });
    await expect(openCcxtFeed({ name: 'ccxt:fakx', symbols: ['A'], clock, load })).rejects.toThrow(
      'ccxt has no live data of "fakx"; near it are fake.',
    );
    await expect(openCcxtFeed({ name: 'ccxt:constructor', symbols: ['A'], clock, load })).rejects.toThrow(
      'ccxt has no live data of "constructor".',
    );
    await expect(open([])).rejects.toThrow(
      'ccxt:fake needs symbols: name them with --symbols, such as BTC/USDT.',
    );
  });
});

describe('a started feed', () => {
  it('has defined what the exchange lists, with its steps, and told what it does not', async () => {
    const feed = await open(['BTC/USDT', 'ETH/USDT', 'NO/PE']);
    await feed.start(sink);
    expect(sink.definitions).toMatchObject([
      {
        venue: 'fake',
        symbol: 'BTC/USDT',
        name: 'BTC / USDT',
        currency: 'USDT',
        tick: { units: 1, decimals: 2 },
        lot: { units: 1, decimals: 8 },
      },
      { symbol: 'ETH/USDT', tick: { units: 1, decimals: 0 } },
    ]);
    expect(sink.states.at(-1)).toEqual([
      'live',
      'Nobody watches: it is not connected. Fake does not list NO/PE.',
    ]);
    expect(exchange.awaits('watchTrades', 'BTC/USDT')).toBe(false);
  });

  it('reads steps that are digits after the point', async () => {
    exchange.precisionMode = 2;
    exchange.markets['BTC/USDT'] = { precision: { price: 2, amount: 0 }, type: 'swap' };
    await (await open(['BTC/USDT'])).start(sink);
    expect(sink.definitions).toMatchObject([
      { assetClass: 'future', tick: { units: 1, decimals: 2 }, lot: { units: 1, decimals: 0 } },
    ]);
  });

  it('rejects when the markets do not come, and may be started again', async () => {
    const feed = await open();
    exchange.loadError = new NetworkError('no answer');
    await expect(feed.start(sink)).rejects.toThrow('no answer');
    expect(exchange.closes).toBe(1);
    exchange.loadError = null;
    await feed.start(sink);
    expect(sink.definitions).toHaveLength(2);
  });
});

describe('a watched instrument', () => {
  it('delivers trades, books and statistics as whole steps, and is live from the first of them', async () => {
    await watching();
    expect(trust).toEqual(['0 Waiting for fake.']);
    await exchange.give('watchTrades', 'BTC/USDT', [row('1'), row('2', { price: 64_218.51, side: 'sell' })]);
    await exchange.give('watchOrderBook', 'BTC/USDT', {
      bids: [
        [64_218, 1.5],
        [64_217.5, 2],
      ],
      asks: [[64_219, 0.25]],
      timestamp: undefined,
    });
    await exchange.give('watchTicker', 'BTC/USDT', {
      open: 64_000,
      high: 65_000,
      low: 63_000,
      baseVolume: 12_345.678,
      bid: 1,
      ask: 2,
    });
    const [first, second, book, statistics] = sink.events;
    expect(sink.events).toHaveLength(4);
    expect(first).toMatchObject({
      type: 'trade',
      instrument: 0,
      price: 6_421_850,
      size: 10,
      aggressor: 1,
      tradeId: '1',
      venueTimeUs: 1_790_856_000_123_000,
    });
    expect(second).toMatchObject({ price: 6_421_851, aggressor: 2 });
    expect(book).toMatchObject({
      type: 'book',
      snapshot: true,
      bids: [6_421_800, 150_000_000, 6_421_750, 200_000_000],
      venueTimeUs: clock.nowUs(),
    });
    expect(statistics).toMatchObject({ type: 'statistics', open: 6_400_000, volume: 1_234_567_800_000 });
    expect(trust.at(-1)).toBe('0 ');
    expect(sink.states.at(-1)).toEqual(['live', '']);
  });

  it('takes a trade that is sent again once, and leaves out a row that is none', async () => {
    const feed = await watching();
    await exchange.give('watchTrades', 'BTC/USDT', [row('1'), row('2')]);
    await exchange.give('watchTrades', 'BTC/USDT', [row('2'), row('3', { price: undefined }), row('4')]);
    expect(sink.events.map((event) => (event as { tradeId?: string }).tradeId)).toEqual(['1', '2', '4']);
    expect(feed.report().counters).toEqual({
      watch_errors: 0,
      duplicate_trades: 1,
      malformed_rows: 1,
      trades_overrun: 0,
    });
  });

  it('takes the top of book from the ticker where there is no book', async () => {
    exchange.has = { watchTicker: true };
    await watching();
    await exchange.give('watchTicker', 'BTC/USDT', {
      bid: 64_218,
      bidVolume: 1,
      ask: 0,
      timestamp: 1_790_856_000_000,
    });
    expect(sink.events).toMatchObject([
      { type: 'quote', bid: 6_421_800, bidSize: 100_000_000, ask: Number.NaN, askSize: Number.NaN },
    ]);
  });

  it('survives a lost network: told, tried again after a pause, live again', async () => {
    const feed = await watching();
    await exchange.give('watchTrades', 'BTC/USDT', [row('1')]);
    await exchange.fail('watchTrades', 'BTC/USDT', new NetworkError('connection\nreset.'));
    expect(trust.at(-1)).toBe('0 trades: connection reset.');
    expect(sink.states.at(-1)).toEqual(['stale', 'trades: connection reset.']);
    expect(exchange.awaits('watchTrades', 'BTC/USDT')).toBe(false);
    clock.advance(500);
    await turns();
    await exchange.give('watchTrades', 'BTC/USDT', [row('2')]);
    expect(trust.at(-1)).toBe('0 ');
    expect(feed.report()).toMatchObject({
      counters: { watch_errors: 1 },
      instruments: { listed: 2, wanted: 1, live: 1 },
    });
  });

  describe('after a cut of all its streams', () => {
    const book = { bids: [[64_218, 1.5]], asks: [[64_219, 0.25]] };
    async function cut(): Promise<void> {
      await watching();
      await exchange.give('watchTrades', 'BTC/USDT', [row('1')]);
      await exchange.give('watchOrderBook', 'BTC/USDT', book);
      for (const watch of ['watchTrades', 'watchOrderBook', 'watchTicker'] as const)
        await exchange.fail(watch, 'BTC/USDT', new NetworkError('connection reset'));
      expect(trust.at(-1)).toBe('0 trades: connection reset.');
    }
    async function askAgain(): Promise<void> {
      clock.advance(1_000);
      await turns();
      expect(exchange.awaits('watchTrades', 'BTC/USDT')).toBe(true);
    }

    it('is live again with the first book, and does not wait for a trade', async () => {
      await cut();
      await askAgain();
      expect(trust.at(-1)).toBe('0 trades: connection reset.');
      await exchange.give('watchOrderBook', 'BTC/USDT', book);
      expect(trust.at(-1)).toBe('0 ');
      await exchange.fail('watchTrades', 'BTC/USDT', new NetworkError('connection reset again'));
      expect(trust.at(-1)).toBe('0 trades: connection reset again.');
    });

    it('is not live with its old book, whatever else comes', async () => {
      await cut();
      await askAgain();
      await exchange.give('watchTicker', 'BTC/USDT', { open: 64_000, high: 65_000, low: 63_000 });
      await exchange.give('watchTrades', 'BTC/USDT', [row('2')]);
      expect(trust.at(-1)).toBe('0 book: connection reset.');
    });
  });

  it('asks for everything again soon after one stream has found the exchange back', async () => {
    const feed = await watching();
    feed.subscribe([ETH]);
    await exchange.give('watchTrades', 'BTC/USDT', [row('1')]);
    for (let failure = 0; failure < 6; failure += 1) {
      await exchange.fail('watchOrderBook', 'ETH/USDT', new NetworkError('connection refused'));
      clock.advance(500 * 2 ** failure);
      await turns();
    }
    await exchange.fail('watchOrderBook', 'ETH/USDT', new NetworkError('connection refused'));
    await exchange.fail('watchTicker', 'ETH/USDT', new RateLimitExceeded('1008 too many requests'));
    await exchange.fail('watchTrades', 'BTC/USDT', new NetworkError('connection refused'));
    clock.advance(500);
    await turns();
    expect(exchange.awaits('watchOrderBook', 'ETH/USDT')).toBe(false);
    await exchange.give('watchTrades', 'BTC/USDT', [row('2')]);
    clock.advance(500);
    await turns();
    expect(exchange.awaits('watchOrderBook', 'ETH/USDT')).toBe(true);
    expect(exchange.awaits('watchTicker', 'ETH/USDT')).toBe(false);
  });

  it('stays stale without the trades that alone failed, whatever comes of the book', async () => {
    await watching();
    await exchange.give('watchOrderBook', 'BTC/USDT', { bids: [[1, 1]], asks: [[2, 1]] });
    await exchange.fail('watchTrades', 'BTC/USDT', new NetworkError('no such channel'));
    clock.advance(1_000);
    await turns();
    await exchange.give('watchOrderBook', 'BTC/USDT', { bids: [[1, 1]], asks: [[2, 1]] });
    expect(trust.at(-1)).toBe('0 trades: no such channel.');
  });

  it('waits longer when the exchange says that too much was asked', async () => {
    await watching();
    await exchange.fail('watchTrades', 'BTC/USDT', new RateLimitExceeded('1008 too many requests'));
    clock.advance(14_999);
    await turns();
    expect(exchange.awaits('watchTrades', 'BTC/USDT')).toBe(false);
    clock.advance(1);
    await turns();
    expect(exchange.awaits('watchTrades', 'BTC/USDT')).toBe(true);
  });

  it('is served without what wants a key, and its top of book comes from the ticker then', async () => {
    await watching();
    await exchange.fail(
      'watchOrderBook',
      'BTC/USDT',
      new AuthenticationError('requires "apiKey" credential'),
    );
    clock.advance(120_000);
    await turns();
    expect(exchange.awaits('watchOrderBook', 'BTC/USDT')).toBe(false);
    await exchange.give('watchTicker', 'BTC/USDT', { bid: 64_218, ask: 64_219 });
    expect(sink.events).toMatchObject([{ type: 'quote', bid: 6_421_800 }]);
    expect(trust.at(-1)).toBe('0 ');
    for (const watch of ['watchTrades', 'watchTicker'] as const)
      await exchange.fail(watch, 'BTC/USDT', new AuthenticationError('no'));
    expect(trust.at(-1)).toBe('0 book: requires "apiKey" credential.');
  });

  it('is let go, and nothing that was on its way is told', async () => {
    exchange.has['unWatchTrades'] = true;
    const feed = await watching();
    feed.unsubscribe([BTC]);
    expect(trust.at(-1)).toBe('0 Nobody watches: it is not subscribed.');
    await exchange.give('watchTrades', 'BTC/USDT', [row('1')]);
    await exchange.fail('watchTicker', 'BTC/USDT', new NetworkError('late'));
    expect([sink.events, exchange.unwatched, trust.length, clock.pendingTimers]).toEqual([
      [],
      ['BTC/USDT'],
      2,
      0,
    ]);
    feed.subscribe([ETH]);
    expect(exchange.awaits('watchTrades', 'ETH/USDT')).toBe(true);
  });
});

describe('closing', () => {
  it('ends the exchange and leaves no timer, in the midst of a pause too', async () => {
    const feed = await watching();
    await exchange.fail('watchTicker', 'BTC/USDT', new NetworkError('lost'));
    await feed.close();
    await feed.close();
    await turns();
    expect([exchange.closes, clock.pendingTimers]).toEqual([1, 0]);
    expect(trust.at(-1)).toBe('0 The feed was stopped.');
  });

  it('does not wait for an exchange that does not answer', async () => {
    const feed = await watching();
    exchange.hangs = true;
    const closed = feed.close();
    clock.advance(1_500);
    await closed;
    expect(clock.pendingTimers).toBe(0);
  });

  it('while the markets are asked for ends that too', async () => {
    const feed = await open();
    const started = feed.start(sink);
    await feed.close();
    await started;
    expect([sink.definitions, exchange.closes]).toEqual([[], 1]);
  });
});

describe('a restart while the markets are loaded', () => {
  it('serves with the markets of the second start', async () => {
    const loads: (() => void)[] = [];
    // Each start makes an exchange of its own.
    class SlowExchange extends FakeExchange {
      override loadMarkets(): ReturnType<FakeExchange['loadMarkets']> {
        return new Promise((resolve) => loads.push(() => resolve(this.markets)));
      }
    }
    const module = { ...fakeModule(exchange), pro: { fake: SlowExchange } };
    const load = () => Promise.resolve({ default: module });
    const feed = await openCcxtFeed({ name: 'ccxt:fake', symbols: ['BTC/USDT'], clock, load });
    const first = feed.start(sink);
    await turns();
    await feed.close();
    const second = feed.start(sink);
    await turns();
    loads[0]!();
    await first;
    loads[1]!();
    await second;
    feed.subscribe([BTC]);
    expect(feed.report().instruments).toMatchObject({ listed: 1, wanted: 1 });
    await feed.close();
  });
});
