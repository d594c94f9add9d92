import { beforeEach, describe, expect, test } from 'vitest';
import { asOf, unixUs } from '#protocol';
import { ownSocketUrl } from '../../../../../src/lib/state/create-market.ts';
import { FAKE_START_US } from '../../../../support/fake-server.ts';
import { BTC, ETH, MarketHarness, snapshotOf } from './market-harness.ts';

let harness: MarketHarness;

beforeEach(() => {
  harness = new MarketHarness();
});

describe('first prices', () => {
  test('of the page are there before anything is connected', () => {
    const market = harness.open(snapshotOf());
    expect(market.connection.phase).toBe('snapshot');
    expect(market.connection.shownTimeUs).toBe(FAKE_START_US);
    expect(market.quotes.columns.last[0]).toBe(10_005);
    expect(market.quotes.columns.bid[0]).toBeNaN();
    expect(market.quotes.entries[0]!.open).toBeNaN();
    expect(market.quotes.closes(BTC)).toEqual([10_001, 10_002, 10_005]);
    expect(market.instruments.all.map(({ symbol }) => symbol)).toEqual(['BTC-USD']);
    expect(harness.posted).toEqual([]);
  });

  test('stay while the socket of the same epoch brings the rest', () => {
    const market = harness.open(snapshotOf());
    market.watchQuotes(['*'], 10);
    harness.start(market);
    expect(harness.server.peer.heard('hello')[0]).not.toHaveProperty('resume');
    expect(market.quotes.columns.last[0]).toBe(10_005);
    harness.server.peer.snapshot({ 1: { last: 10_777 } });
    harness.frame();
    expect(market.quotes.columns.last[1]).toBe(10_777);
    expect(market.instruments.all).toHaveLength(2);
    expect(market.connection.phase).toBe('live');
  });

  test('of another epoch are dropped', () => {
    const market = harness.open(snapshotOf('epoch-0'));
    market.watchQuotes(['*'], 10);
    harness.start(market);
    expect(market.quotes.columns.last[0]).toBeNaN();
  });
});

describe('commits', () => {
  test('come at most once a drawn frame, with everything merged', () => {
    const market = harness.open();
    market.watchQuotes(['*'], 10);
    harness.start(market);
    harness.frame();
    const changes: number[][] = [];
    const undo = market.quotes.onCommit((changed) => changes.push([...changed]));
    const before = market.quotes.commits;
    harness.server.peer.quotes({ 0: { last: 1 } });
    harness.server.peer.quotes({ 0: { last: 2 }, 1: { last: 3 } });
    harness.server.peer.quotes({ 0: { last: 4 } });
    expect(changes.flat()).toEqual([0]);
    harness.frame();
    expect(changes).toEqual([[0], [0, 1]]);
    expect(Array.from(market.quotes.columns.last.slice(0, 2))).toEqual([4, 3]);
    expect(market.quotes.commits).toBe(before + 2);
    undo();
    harness.server.peer.quotes({ 0: { last: 5 } });
    expect(changes).toHaveLength(2);
  });

  test('a page that does not draw pulls nothing', () => {
    const market = harness.open();
    market.watchQuotes(['*'], 10);
    harness.start(market);
    harness.frame();
    harness.server.peer.status();
    const pulls = harness.posted.filter(({ type }) => type === 'pull').length;
    for (let second = 0; second < 30; second += 1) {
      harness.clock.advance(1_000);
      harness.server.peer.quotes({ 0: { last: second } });
    }
    expect(harness.posted.filter(({ type }) => type === 'pull')).toHaveLength(pulls);
    harness.frame();
    expect(market.quotes.columns.last[0]).toBe(29);
  });

  test('rates, feeds and losses are told once a second', () => {
    const market = harness.open();
    market.watchQuotes(['*'], 10);
    harness.start(market);
    harness.passSeconds(1);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      harness.server.peer.quotes({ 0: { last: tenth, bid: tenth }, 1: { last: tenth } });
      harness.frame();
      harness.clock.advance(100);
    }
    harness.server.peer.status(5_000, { staleTrades: 2 });
    harness.frame();
    harness.passSeconds(1);
    expect(market.connection.receivedPerSecond).toBe(0);
    harness.server.peer.status(5_000, { staleTrades: 2 });
    harness.server.peer.numbers(9, []);
    harness.passSeconds(1);
    harness.server.peer.status(5_000, { staleTrades: 2 });
    harness.frame();
    expect(market.connection.receivedPerSecond).toBe(5_000);
    expect(market.feeds.counters).toEqual({ staleTrades: 2, 'page:framesUnknownKind': 1 });
  });
});

describe('connection', () => {
  test('a killed server is shown, and its return too', () => {
    const market = harness.open();
    market.watchQuotes(['*'], 10);
    harness.start(market);
    harness.server.peer.snapshot({ 0: { last: 10_000 } });
    harness.passSeconds(3);
    const held = market.timeline.nowUs();
    harness.server.peer.drop();
    harness.frame();
    expect(market.connection).toMatchObject({
      phase: 'reconnecting',
      attempt: 1,
      message: 'The connection was lost.',
    });
    harness.clock.advance(500);
    expect(market.timeline.nowUs()).toBe(held);
    harness.server.peer.open();
    harness.frame();
    expect(market.connection.phase).toBe('recovered');
    expect(market.quotes.columns.last[0]).toBe(10_000);
    harness.passSeconds(3);
    expect(market.connection.phase).toBe('live');
  });

  test('a snapshot that no server follows is shown as reconnecting', () => {
    const market = harness.open(snapshotOf());
    market.start();
    harness.frame();
    harness.server.peer.drop();
    harness.frame();
    expect(market.connection).toMatchObject({ phase: 'reconnecting', attempt: 2 });
  });

  test('stop ends the worker, once', () => {
    const market = harness.open();
    harness.start(market);
    market.stop();
    market.stop();
    expect(harness.isTerminated).toBe(true);
    expect(harness.clock.pendingTimers).toBe(0);
    expect(harness.posted.filter(({ type }) => type === 'stop')).toHaveLength(1);
  });

  test('tune and close reach the server', () => {
    const market = harness.open();
    const watch = market.watchQuotes(['*'], 10);
    harness.start(market);
    watch.tune(2);
    watch.tune(2);
    watch.close();
    expect(harness.server.peer.heard('tune')).toHaveLength(1);
    expect(harness.server.peer.heard('unsubscribe')).toHaveLength(1);
  });
});

describe('sparklines', () => {
  test('are filled from the server and roll on with the minutes of the timeline', async () => {
    const market = harness.open();
    market.watchQuotes(['*'], 10);
    harness.start(market);
    await harness.settle();
    harness.server.peer.snapshot({ 0: { last: 10_000 }, 1: { last: 20_000 } });
    await harness.settle();
    const request = harness.asked('closes')[0]!;
    expect(request).toMatchObject({ instruments: [0, 1], interval: '1m', count: 60 });
    harness.server.peer.tell({
      type: 'history',
      request: request.request,
      kind: 'closes',
      interval: '1m',
      series: [{ instrument: BTC, closes: [9_998, 9_999, 10_000] }],
    });
    await harness.settle();
    expect(market.quotes.closes(BTC)).toEqual([9_998, 9_999, 10_000]);
    expect(market.quotes.closes(ETH)).toEqual([20_000]);
    harness.server.peer.quotes({ 0: { last: 10_010 } }, 60_500);
    await harness.settle();
    harness.server.peer.quotes({ 0: { last: 10_020 } }, 61_000);
    await harness.settle();
    expect(market.quotes.closes(BTC)).toEqual([9_998, 9_999, 10_010, 10_020]);
    harness.server.peer.quotes({ 0: { last: 10_030 } }, 900_000);
    await harness.settle();
    expect(harness.asked('closes')).toHaveLength(2);
  });
});

describe('timeline', () => {
  test('runs on from the newest frame at the pace of the recording, and stands still when paused', () => {
    const market = harness.open();
    market.watchQuotes(['*'], 10);
    harness.start(market);
    expect(market.timeline.nowUs()).toBe(0);
    const from = unixUs(1_700_000_000_000_000);
    const recording = { name: 'day', firstTimeUs: from, lastTimeUs: unixUs(from + 1), events: 5 };
    const replay = { mode: 'replay', epoch: 'epoch-1b', speed: 4, recording } as const;
    harness.server.peer.timeline({
      ...replay,
      state: 'playing',
      clock: { asOf: asOf(0), timeUs: from, speed: 4 },
    });
    harness.frame();
    harness.server.peer.quotes({ 0: { last: 1 } }, 1_000);
    harness.frame();
    harness.clock.advance(500);
    expect(market.timeline.nowUs()).toBe(from + 6_000_000);
    expect(market.timeline).toMatchObject({ mode: 'replay', state: 'playing', speed: 4, recording });
    const skipped = { fromTimeUs: from, toTimeUs: unixUs(from + 7_000_000) };
    harness.server.peer.timeline({
      ...replay,
      state: 'paused',
      clock: { asOf: asOf(1_500), timeUs: unixUs(from + 7_000_000), speed: 0 },
      skipped,
    });
    harness.frame();
    harness.clock.advance(500);
    expect(market.timeline.nowUs()).toBe(from + 7_000_000);
    expect(market.timeline.skips).toEqual([skipped]);
  });

  test('keeps the runs of activity that were told first, until a new connection tells others', () => {
    const market = harness.open();
    harness.start(market);
    const runs = [{ fromTimeUs: unixUs(5), bucketUs: 10, counts: [1, 2] }];
    harness.server.peer.timeline({ density: runs });
    harness.frame();
    harness.server.peer.timeline({ density: null, speed: 4 });
    harness.frame();
    expect(market.timeline).toMatchObject({ speed: 4, density: runs });
    harness.server.peer.timeline({ density: [] });
    harness.frame();
    expect(market.timeline.density).toEqual([]);
  });

  test('commands go to the server', () => {
    const market = harness.open();
    harness.start(market);
    market.command({ type: 'timeline', op: 'pause' });
    expect(harness.server.peer.heard('timeline')).toEqual([{ type: 'timeline', op: 'pause' }]);
  });
});

test('the socket of a page is on its own server', () => {
  expect(ownSocketUrl('https://example.org/desk/x?tf=1m')).toBe('wss://example.org/ws');
  expect(ownSocketUrl('http://127.0.0.1:8080/')).toBe('ws://127.0.0.1:8080/ws');
});
