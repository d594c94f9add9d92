import { beforeEach, describe, expect, test } from 'vitest';
import { AGGRESSOR_SELL, instrumentId, seqNo, type Channel, type SubscribedMessage } from '#protocol';
import { runTail, socketUrl, type TailOptions } from '../../../../server/commands/tail.ts';
import { FAKE_START_US, FakeServer } from '../../../support/fake-server.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

let clock: ManualClock;
let server: FakeServer;
let lines: string[];
let complaints: string[];

beforeEach(() => {
  clock = new ManualClock(FAKE_START_US);
  server = new FakeServer();
  lines = [];
  complaints = [];
});

function tail(change: Partial<TailOptions> = {}): Promise<number> {
  return runTail({
    url: 'http://127.0.0.1:8080',
    symbols: ['*'],
    channels: ['quote', 'trade'],
    rateHz: 10,
    json: true,
    write: (line) => lines.push(line),
    complain: (sentence) => complaints.push(sentence),
    clock,
    openSocket: server.openSocket,
    random: () => 0.5,
    signal: new AbortController().signal,
    ...change,
  });
}

const objects = (): unknown[] => lines.map((line) => JSON.parse(line) as unknown);

describe('the address', () => {
  test.each([
    ['http://127.0.0.1:8080', 'ws://127.0.0.1:8080/ws'],
    ['https://example.org/desk', 'wss://example.org/ws'],
    ['ws://example.org:9/ws', 'ws://example.org:9/ws'],
    ['ws://example.org:9', 'ws://example.org:9/ws'],
    ['localhost:8080', 'ws://localhost:8080/ws'],
    ['ftp://example.org', null],
    ['http://', null],
  ])('%s is the socket %s', (text, url) => {
    expect(socketUrl(text)).toBe(url);
  });

  test('one that is none is a sentence and exit code 1', async () => {
    expect(await tail({ url: 'ftp://x' })).toBe(1);
    expect(complaints).toEqual(['ftp://x is no address of a server; http://127.0.0.1:8080 is one.']);
  });
});

describe('lines as JSON', () => {
  test('a quote holds every known value as decimal text, and nothing for the others', async () => {
    const run = tail({ count: 2 });
    server.peer.open();
    server.peer.snapshot({ 0: { bid: 9_999, bidSize: 1_500, ask: 10_001 } });
    server.peer.quotes({ 0: { last: 10_000, lastSize: 2, volume: 7_000, tradeTimeUs: FAKE_START_US } });
    expect(await run).toBe(0);
    expect(objects()).toEqual([
      {
        type: 'quote',
        venue: 'sim',
        symbol: 'BTC-USD',
        bid: '99.99',
        bidSize: '1.500',
        ask: '100.01',
        venueTimeUs: FAKE_START_US + 200_000,
      },
      {
        type: 'quote',
        venue: 'sim',
        symbol: 'BTC-USD',
        bid: '99.99',
        bidSize: '1.500',
        ask: '100.01',
        last: '100.00',
        lastSize: '0.002',
        volume: '7.000',
        venueTimeUs: FAKE_START_US,
      },
    ]);
  });

  test('an instrument of which nothing is known yet has no line', async () => {
    const run = tail({ count: 1 });
    server.peer.open();
    server.peer.snapshot({ 0: {}, 1: { last: 10_000 } });
    expect(await run).toBe(0);
    expect(objects()).toMatchObject([{ type: 'quote', last: '100.00' }]);
  });

  test('trades, the holes between them, bars and books', async () => {
    const run = tail({ channels: ['trade', 'bar:1m', 'book'], count: 6 });
    server.peer.open();
    const trade = {
      venueTimeUs: FAKE_START_US + 3,
      price: 10_010,
      size: 5,
      aggressor: AGGRESSOR_SELL,
    } as const;
    server.peer.trades(1, 4, [trade]);
    server.peer.trades(1, 7, [trade]);
    server.peer.tell({
      type: 'trades-lost',
      instrument: instrumentId(1),
      fromSeq: seqNo(8),
      toSeq: seqNo(9),
    });
    server.peer.bar(1, 60, { startS: 60, open: 10_000, high: 10_050, low: 9_990, close: 10_010, volume: 12 });
    server.peer.book(1, true, [10_000, 5], [10_010, 1, 10_020, 2]);
    expect(await run).toBe(0);
    const about = { venue: 'sim', symbol: 'ETH-USD' };
    const printed = {
      type: 'trade',
      ...about,
      price: '100.10',
      size: '0.005',
      aggressor: 'sell',
      venueTimeUs: FAKE_START_US + 3,
    };
    expect(objects()).toEqual([
      { ...printed, seq: 4 },
      { type: 'lost', ...about, count: 2 },
      { ...printed, seq: 7 },
      { type: 'lost', ...about, count: 2 },
      {
        type: 'bar',
        ...about,
        interval: '1m',
        startTimeUs: 60_000_000,
        open: '100.00',
        high: '100.50',
        low: '99.90',
        close: '100.10',
        volume: '0.012',
        venueTimeUs: 60_000_000,
      },
      {
        type: 'book',
        ...about,
        bids: [['100.00', '0.005']],
        asks: [
          ['100.10', '0.001'],
          ['100.20', '0.002'],
        ],
        venueTimeUs: FAKE_START_US + 500_000,
      },
    ]);
  });
});

describe('lines as text', () => {
  test('stand in columns', async () => {
    const run = tail({ json: false, count: 2 });
    server.peer.open();
    server.peer.quotes({ 0: { bid: 9_999, bidSize: 1_500, ask: 10_001, askSize: 2, last: 10_000 } });
    server.peer.trades(0, 1, [{ venueTimeUs: FAKE_START_US, price: 10_000, size: 5, aggressor: 0 }]);
    await run;
    expect(lines).toEqual([
      '12:00:00.200  sim:BTC-USD            quote        99.99 x 1.500              100.01 x 0.002        last       100.00  vol -',
      '12:00:00.000  sim:BTC-USD            trade       100.00 x 0.005        unknown #1',
    ]);
  });
});

describe('when it ends', () => {
  test('what is asked for goes to the server', async () => {
    const run = tail({
      symbols: ['BTC-*', '!BTC-EUR'],
      channels: ['quote', 'bar:1s'] as Channel[],
      rateHz: 2,
      seconds: 1,
    });
    server.peer.open();
    expect(server.peer.heard('subscribe')).toEqual([
      {
        type: 'subscribe',
        subscription: 1,
        channel: 'quote',
        selectors: ['BTC-*', '!BTC-EUR'],
        maxRateHz: 2,
      },
      {
        type: 'subscribe',
        subscription: 2,
        channel: 'bar:1s',
        selectors: ['BTC-*', '!BTC-EUR'],
        maxRateHz: 2,
      },
    ]);
    clock.advance(1_000);
    expect(await run).toBe(0);
    expect(server.peer.closedByClient).toBe(1000);
    expect(clock.pendingTimers).toBe(0);
  });

  test('the count is exact, also when one frame brings more', async () => {
    const run = tail({ count: 1 });
    server.peer.open();
    server.peer.quotes({ 0: { last: 1 }, 1: { last: 2 } });
    expect(await run).toBe(0);
    expect(lines).toHaveLength(1);
  });

  test('an interrupt ends it cleanly', async () => {
    const abort = new AbortController();
    const run = tail({ signal: abort.signal });
    server.peer.open();
    abort.abort();
    expect(await run).toBe(0);
    expect(server.peer.closedByClient).toBe(1000);
  });

  test('a server that cannot be reached is one sentence and exit code 1', async () => {
    const run = tail();
    server.peer.drop();
    expect(await run).toBe(1);
    expect(complaints).toEqual(['http://127.0.0.1:8080: The server cannot be reached.']);
    expect(clock.pendingTimers).toBe(0);
  });

  test('a server that goes away later is waited for, and it says so once', async () => {
    const run = tail({ seconds: 60 });
    server.peer.open();
    server.peer.drop();
    clock.advance(200);
    server.peer.drop();
    clock.advance(300);
    server.peer.open();
    expect(complaints).toEqual(['The connection was lost. Reconnecting.', 'Back.']);
    clock.advance(60_000);
    expect(await run).toBe(0);
  });

  test('a server that sends it away for good ends it with exit code 1', async () => {
    const run = tail();
    server.peer.open();
    server.peer.drop(4401);
    expect(await run).toBe(1);
    expect(complaints).toEqual(['The token is missing, wrong or expired.']);
  });

  test('a selector that matches nothing is said, a refused one ends it', async () => {
    server.autoAnswer = false;
    const run = tail();
    server.peer.open();
    server.peer.welcome();
    const granted: Omit<SubscribedMessage, 'subscription' | 'channel'> = {
      type: 'subscribed',
      maxRateHz: 10,
      instruments: 0,
      unmatched: ['NOPE'],
    };
    server.peer.tell({ ...granted, subscription: 1, channel: 'quote' });
    server.peer.tell({ ...granted, subscription: 2, channel: 'trade' });
    server.peer.tell({
      type: 'error',
      code: 105,
      message: 'Bad selector.',
      inReplyTo: 'subscribe',
      subscription: 2,
    });
    expect(await run).toBe(1);
    expect(complaints).toEqual(['No instrument is named NOPE yet.', 'Bad selector.']);
  });
});
