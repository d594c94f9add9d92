import { beforeEach, describe, expect, test, vi } from 'vitest';
import { LIMITS, asOf, unixUs, type TimelineMessage, type WireBar } from '#protocol';
import { CommitBuilder } from '../../../../../src/lib/client/commit-builder.ts';
import { createQuoteColumns } from '../../../../../src/lib/client/quote-columns.ts';
import { HIDDEN_RATE_HZ } from '../../../../../src/lib/client/page-limits.ts';
import { FAKE_START_US, fakeEntry } from '../../../../support/fake-server.ts';
import type { Commit } from '../../../../../src/lib/client/worker-api.ts';
import { createMarket } from '../../../../../src/lib/state/create-market.ts';
import type { Market } from '../../../../../src/lib/state/market.ts';
import * as streams from '../../../../../src/lib/state/streams.ts';
import { BTC, MarketHarness, START_S } from './market-harness.ts';

let harness: MarketHarness;

beforeEach(() => {
  harness = new MarketHarness();
});

const rates = (): (number | undefined)[] =>
  harness.server.peer.heard('tune').map(({ maxRateHz }) => maxRateHz);

describe('ceilings of the connection', () => {
  test('chosen before the worker runs are told before the subscriptions, and what is granted is shown', () => {
    const market = harness.open();
    market.limitConnection({ maxRateHz: 2, maxBitsPerSecond: 16_000 });
    market.watchQuotes(['*'], 10);
    harness.start(market);
    expect(harness.server.peer.said.map(({ type }) => type).slice(0, 3)).toEqual([
      'hello',
      'tune',
      'subscribe',
    ]);
    harness.server.peer.tell({ type: 'tuned', maxRateHz: 2, maxBitsPerSecond: 16_000 });
    harness.frame();
    expect(market.connection.granted).toEqual({ maxRateHz: 2, maxBitsPerSecond: 16_000 });
  });

  test('that stay as they are cost no message', () => {
    const market = harness.open();
    harness.start(market);
    market.limitConnection({ maxRateHz: LIMITS.rateHzMax, maxBitsPerSecond: 0 });
    expect(harness.posted.filter(({ type }) => type === 'limit')).toEqual([]);
    expect(rates()).toEqual([]);
  });
});

describe('a page that nobody sees', () => {
  test('is served slowly, asks for nothing anew when it is seen, and shows the newest values in its next frame', () => {
    const market = harness.open();
    market.watchQuotes(['*'], 10);
    harness.start(market);
    harness.server.peer.snapshot({ 0: { last: 10_001 } });
    harness.frame();
    harness.setVisible(false);
    for (let second = 0; second < 60; second += 1) {
      harness.clock.advance(1_000);
      harness.server.peer.status();
      const version = (harness.clock.nowUs() - FAKE_START_US) / 1000;
      harness.server.peer.quotes({ 0: { last: 10_002 + second } }, version);
    }
    expect(rates()).toEqual([HIDDEN_RATE_HZ]);
    const said = harness.server.peer.said.length;
    harness.setVisible(true);
    expect(harness.server.peer.said.slice(said)).toEqual([
      { type: 'tune', maxRateHz: LIMITS.rateHzMax, maxBitsPerSecond: 0 },
    ]);
    harness.frame();
    expect(market.quotes.columns.last[0]).toBe(10_061);
    // Nobody was kept waiting: a hidden page is not late.
    expect(harness.server.peer.heard('ack')).toEqual([]);
  });

  test('stays so over a reconnect', () => {
    const market = harness.open();
    market.watchQuotes(['*'], 10);
    harness.start(market);
    harness.setVisible(false);
    harness.passSeconds(6);
    harness.server.peer.drop();
    harness.clock.advance(1_000);
    harness.server.peer.open();
    expect(rates()).toEqual([HIDDEN_RATE_HZ]);
  });

  test('is not watched any more once the market stopped', () => {
    const market = harness.open();
    harness.start(market);
    market.stop();
    harness.setVisible(false);
    expect(harness.posted.filter(({ type }) => type === 'visible')).toHaveLength(1);
  });
});

describe('an instrument whose tick or lot changed', () => {
  const bar: WireBar = { startS: START_S, open: 9, high: 9, low: 9, close: 9, volume: 9 };

  let market: Market;

  async function openChart(): Promise<{ series: number[][]; bars: number[] }> {
    const seen = { series: [] as number[][], bars: [] as number[] };
    market = harness.open();
    market.watchQuotes(['*'], 10);
    harness.start(market);
    harness.server.peer.snapshot({ 0: { last: 10_001 } });
    harness.frame();
    market.openBars(BTC, '1m', 10, {
      onRows: (rows) => seen.series.push([...rows]),
      onOlder: () => undefined,
      onBar: (...numbers) => seen.bars.push(numbers[4]!),
    });
    await answer([START_S - 60, 1, 1, 1, 10_000, 1]);
    return seen;
  }

  /** Answers the newest request for bars. */
  async function answer(rows: number[]): Promise<void> {
    const { request } = harness.asked('bars').at(-1)!;
    harness.server.peer.tell({
      type: 'history',
      request,
      kind: 'bars',
      instrument: BTC,
      interval: '1m',
      rows,
      more: false,
    });
    await harness.settle();
  }

  test('has its chart asked for anew; what came with the change belongs to neither side of it', async () => {
    const seen = await openChart();
    expect(seen.series).toHaveLength(1);
    harness.server.peer.bar(0, 60, { ...bar, close: 10_005 });
    harness.server.entries = [
      { ...fakeEntry(0, 'BTC-USD'), tick: { units: 1, decimals: 4 } },
      fakeEntry(1, 'ETH-USD'),
    ];
    harness.server.peer.instruments();
    await harness.settle();
    const before = harness.asked('bars').length;
    expect(before).toBe(2);
    await answer([START_S - 60, 100, 100, 100, 1_000_000, 1]);
    expect(seen.series.at(-1)).toEqual([START_S - 60, 100, 100, 100, 1_000_000, 1]);
    harness.server.peer.bar(0, 60, { ...bar, close: 1_000_500 });
    harness.frame();
    expect(seen.bars.at(-1)).toBe(1_000_500);
  });

  test('is told from one of which only the reference moved', async () => {
    await openChart();
    harness.server.entries = [
      { ...fakeEntry(0, 'BTC-USD'), referencePrice: 10_400 as never },
      fakeEntry(1, 'ETH-USD'),
    ];
    harness.server.peer.instruments();
    await harness.settle();
    expect(harness.asked('bars')).toHaveLength(1);
  });

  test('is told from one whose open moved, which is the same for panels: they show it, and begin nothing anew', async () => {
    await openChart();
    const { quotes, instruments } = market;
    const { all } = instruments;
    const [btc] = all;
    harness.server.entries = [{ ...fakeEntry(0, 'BTC-USD'), open: 9_900 as never }, fakeEntry(1, 'ETH-USD')];
    harness.server.peer.instruments();
    await harness.settle();
    expect(instruments.all).toBe(all);
    expect(quotes.entries[BTC]).toBe(btc);
    expect(btc?.open).toBe(9_900);
    harness.server.entries = [{ ...fakeEntry(0, 'BTC-USD'), name: 'Bitcoin' }, fakeEntry(1, 'ETH-USD')];
    harness.server.peer.instruments();
    await harness.settle();
    expect(instruments.all[0]).not.toBe(btc);
    expect(instruments.all[1]).toBe(all[1]);
  });
});

describe('what is not a quote', () => {
  test('is told too, once all of it can be read: panels that wait for their turn need not', async () => {
    const market = harness.open();
    harness.start(market);
    harness.server.peer.snapshot({ 0: { last: 10_001 } });
    await harness.settle();
    const resets: number[] = [];
    const told: [changed: number, seen: number][] = [];
    market.openTrades(BTC, {
      onReset: (trades) => resets.push(trades.length),
      onTrades: () => undefined,
      onLost: () => undefined,
    });
    await harness.settle();
    market.quotes.onCommit((changed) => told.push([changed.length, resets.length]));
    const { request, instrument } = harness.asked('trades').at(-1)!;
    harness.server.peer.tell({
      ...{ type: 'history', kind: 'trades', request, instrument },
      rows: [1, FAKE_START_US, 10_001, 5, 1],
    });
    await harness.settle();
    expect(resets).toEqual([1]);
    expect(told).toEqual([[0, 1]]);
  });
});

describe('what panels follow, before its code is here', () => {
  const depth = { onBook: () => undefined };
  const subscribed = (): string[] => harness.server.peer.heard('subscribe').map(({ channel }) => channel);

  test('is opened when it comes, unless it was closed meanwhile', async () => {
    const { promise, resolve } = Promise.withResolvers<typeof streams>();
    const market = harness.open(undefined, () => promise);
    harness.start(market);
    const { close } = market.openBook(BTC, depth);
    market.openTrades(BTC, { onTrades: () => undefined, onLost: () => undefined, onReset: () => undefined });
    close();
    expect(subscribed()).toEqual([]);
    resolve(streams);
    await harness.settle();
    expect(subscribed()).toEqual(['trade']);
  });

  test('is asked for again while it cannot be had', async () => {
    let asked = 0;
    const market = harness.open(undefined, () => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('offline')) : Promise.resolve(streams);
    });
    harness.start(market);
    const bars: boolean[] = [];
    const stream = market.openBars(BTC, '1m', 10, {
      onRows: () => undefined,
      onOlder: () => undefined,
      onBar: () => undefined,
    });
    stream.ask({ interval: '1h', step: 1, beforeS: null, count: 1 }, (rows) => bars.push(rows !== null));
    expect(bars).toEqual([false]);
    await harness.settle();
    expect(subscribed()).toEqual([]);
    harness.passSeconds(2);
    await harness.settle();
    expect([asked, subscribed()]).toEqual([2, ['bar:1m']]);
  });
});

describe('live time', () => {
  const live: TimelineMessage = {
    ...{ type: 'timeline', mode: 'live', state: 'live', epoch: 'e', speed: 1 },
    ...{ recording: null, density: null, skipped: null },
    // The map of a server that has run for a minute.
    clock: { asOf: asOf(0), timeUs: unixUs(FAKE_START_US - 60_000_000), speed: 1 },
  };
  const replay: TimelineMessage = {
    ...{ ...live, mode: 'replay', state: 'paused', epoch: 'e2', switched: true },
    clock: { asOf: asOf(0), timeUs: unixUs(FAKE_START_US - 5_000_000), speed: 0 },
  };

  test.each([
    ['in one commit', [[live, replay]]],
    ['a commit each', [[], [live], [replay]]],
  ])(
    'is not taken from the old map behind a welcome, where a replay follows before any frame: %s',
    (_, parts) => {
      let deliver = (_commit: Commit): void => undefined;
      const market = createMarket({
        socketUrl: 'ws://fake/ws',
        worker: () => ({
          postMessage: () => undefined,
          terminate: () => undefined,
          addEventListener: (
            type: string,
            listener: (event: { data: Commit } & { message?: string }) => void,
          ) => {
            if (type === 'message') deliver = (data) => listener({ data });
          },
        }),
        requestFrame: (run) => run(),
        watchVisibility: () => () => undefined,
        streams,
        nowMs: () => 0,
      });
      market.start();
      const builder = new CommitBuilder();
      builder.welcomed('e', false);
      for (const messages of parts) {
        for (const message of messages) builder.timeline(message);
        deliver(builder.take(createQuoteColumns(1)).commit);
      }
      expect(market.timeline.nowUs()).toBe(FAKE_START_US - 5_000_000);
      // Nothing has told it: the viewer's clock is what there is.
      vi.spyOn(Date, 'now').mockReturnValueOnce(1_650_000_000_123);
      expect(market.timeline.liveNowUs()).toBe(1_650_000_000_123_000);
    },
  );
});
