import { beforeEach, describe, expect, test } from 'vitest';
import {
  AGGRESSOR_BUY,
  asOf,
  instrumentId,
  priceTicks,
  seqNo,
  unixUs,
  type Encoding,
  type WireTrade,
} from '#protocol';
import type { ClientListener } from '../../../../../src/lib/client/client-api.ts';
import type { ConnectionReport } from '../../../../../src/lib/client/connection-report.ts';
import { TickwireClient } from '../../../../../src/lib/client/tickwire-client.ts';
import type { MirroredTrade } from '../../../../../src/lib/client/timeline-mirror.ts';
import { FAKE_START_US, FakeServer, fakeEntry } from '../../../../support/fake-server.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

const URL = 'ws://fake/ws';

let clock: ManualClock;
let server: FakeServer;
let reports: ConnectionReport[];
let trades: MirroredTrade[];
let losses: [instrument: number, count: number][];
let resets: string[];

function connect(encoding: Encoding = 'binary', listener: ClientListener = {}): TickwireClient {
  const client = new TickwireClient({
    url: URL,
    encoding,
    openSocket: server.openSocket,
    clock,
    random: () => 0.5,
    listener: {
      onConnection: (report) => reports.push(report),
      onTrades: (instrument, batch, lost) => {
        if (lost > 0) losses.push([instrument, lost]);
        trades.push(...batch);
      },
      onLost: (instrument, count) => losses.push([instrument, count]),
      onReset: (epoch) => resets.push(epoch),
      ...listener,
    },
  });
  client.start();
  return client;
}

/** A client that watches all quotes and holds the first values for two seconds. */
function connectAndSettle(encoding: Encoding = 'binary'): TickwireClient {
  const client = connect(encoding);
  client.subscribe({ channel: 'quote', selectors: ['*'], maxRateHz: 10 });
  server.peer.open();
  server.peer.snapshot({ 0: { last: 10_050, bid: 10_049 }, 1: { last: 10_200 } });
  settle(2_000);
  return client;
}

/** Time passes with the status message that a server sends every second. */
function settle(ms: number): void {
  for (let passed = 0; passed < ms; passed += 500) {
    clock.advance(500);
    server.peer.status();
  }
}

function reconnect(waitMs = 1_000): void {
  clock.advance(waitMs);
  server.peer.open();
}

const wireTrade = (price: number, atMs = 0): WireTrade => ({
  venueTimeUs: FAKE_START_US + atMs * 1000 + 7,
  price,
  size: 3,
  aggressor: AGGRESSOR_BUY,
});

beforeEach(() => {
  clock = new ManualClock(FAKE_START_US);
  server = new FakeServer();
  reports = [];
  trades = [];
  losses = [];
  resets = [];
});

describe('greeting and subscribing', () => {
  test('hello comes first, and subscriptions opened before the welcome follow it', () => {
    const client = connect();
    client.subscribe({ channel: 'trade', selectors: ['BTC-*'] });
    client.subscribe({ channel: 'quote', selectors: ['*'], maxRateHz: 5 });
    server.peer.open();
    expect(server.peer.said.slice(0, 3)).toEqual([
      { type: 'hello', version: 1, client: 'tickwire-client' },
      { type: 'subscribe', subscription: 2, channel: 'quote', selectors: ['*'], maxRateHz: 5 },
      { type: 'subscribe', subscription: 1, channel: 'trade', selectors: ['BTC-*'] },
    ]);
    expect(client.connection.phase).toBe('live');
  });

  test('tune and close are told, and a closed subscription is not asked for after a reconnect', () => {
    const client = connect();
    server.peer.open();
    const quotes = client.subscribe({ channel: 'quote', selectors: ['*'], maxRateHz: 5 });
    const book = client.subscribe({ channel: 'book', selectors: ['BTC-USD'] });
    quotes.tune(1);
    book.close();
    book.close();
    expect(server.peer.heard('tune')).toEqual([{ type: 'tune', subscription: 1, maxRateHz: 1 }]);
    expect(server.peer.heard('unsubscribe')).toEqual([{ type: 'unsubscribe', subscription: 2 }]);
    server.peer.drop();
    reconnect();
    expect(server.peer.heard('subscribe')).toEqual([
      { type: 'subscribe', subscription: 1, channel: 'quote', selectors: ['*'], maxRateHz: 1 },
    ]);
  });

  test('a refused subscription is told to its owner and not asked for again', () => {
    const client = connect();
    server.autoAnswer = false;
    server.peer.open();
    server.peer.welcome();
    const refusals: string[] = [];
    client.subscribe({
      channel: 'quote',
      selectors: [''],
      onRefused: (error) => refusals.push(error.message),
    });
    server.peer.tell({
      type: 'error',
      code: 105,
      message: 'A selector is empty.',
      inReplyTo: 'subscribe',
      subscription: 1,
    });
    expect(refusals).toEqual(['A selector is empty.']);
    expect(client.connection.message).toBe('A selector is empty.');
    for (let second = 0; second < 11; second += 1) {
      clock.advance(1_000);
      server.peer.status();
    }
    expect(client.connection.message).toBe('');
    server.peer.drop();
    reconnect();
    server.peer.welcome();
    expect(server.peer.heard('subscribe')).toEqual([]);
  });
});

describe.each(['binary', 'json'] as const)('values over %s', (encoding) => {
  test('quotes, trades, bars and books arrive as the numbers that the server holds', () => {
    const bars: number[][] = [];
    const books: (readonly number[])[] = [];
    const client = connect(encoding, {
      onBar: (...bar) => bars.push(bar),
      onBook: (_, bids, asks) => books.push([...bids], [...asks]),
    });
    client.subscribe({ channel: 'quote', selectors: ['*'] });
    server.peer.open();
    expect(server.peer.encoding).toBe(encoding);
    server.peer.quotes({
      1: { last: 10_050, bid: 10_040, lastSize: 4, volume: 99, tradeTimeUs: FAKE_START_US },
    });
    server.peer.trades(1, 7, [wireTrade(10_051), wireTrade(10_049, 5)]);
    server.peer.bar(1, 60, {
      startS: 1_790_856_000,
      open: 10_000,
      high: 10_060,
      low: 9_990,
      close: 10_050,
      volume: 12,
    });
    server.peer.book(1, true, [10_040, 5, 10_030, 1], [10_060, 2]);
    server.peer.book(1, false, [10_040, 0], []);
    const { columns } = client.mirror;
    expect([columns.last[1], columns.bid[1], columns.volume[1], columns.ask[1]]).toEqual([
      10_050,
      10_040,
      99,
      Number.NaN,
    ]);
    expect(columns.tradeTimeUs[1]).toBe(FAKE_START_US);
    expect(trades).toEqual([
      { seq: 7, venueTimeUs: FAKE_START_US + 7, price: 10_051, size: 3, aggressor: AGGRESSOR_BUY },
      { seq: 8, venueTimeUs: FAKE_START_US + 5_007, price: 10_049, size: 3, aggressor: AGGRESSOR_BUY },
    ]);
    expect(bars).toEqual([[1, 60, 1_790_856_000, 10_000, 10_060, 9_990, 10_050, 12]]);
    expect(books.at(-2)).toEqual([10_030, 1]);
    expect(books.at(-1)).toEqual([10_060, 2]);
  });
});

describe('a lost connection', () => {
  test('a killed server is said at once, and the values held are resumed', () => {
    const client = connectAndSettle();
    server.peer.drop();
    expect(reports.at(-1)).toMatchObject({
      phase: 'reconnecting',
      attempt: 1,
      message: 'The connection was lost.',
    });
    reconnect();
    expect(server.peer.heard('hello')[0]!.resume).toEqual({ epoch: 'epoch-1', asOf: 200 });
    expect(server.peer.heard('subscribe')[0]).toMatchObject({ subscription: 1, resume: true });
    expect(client.mirror.columns.last[0]).toBe(10_050);
    server.peer.version = 12_000;
    server.peer.snapshot({ 0: { last: 10_060, bid: 10_049 }, 1: { last: 10_200 } });
    expect(client.mirror.columns.last[0]).toBe(10_060);
    expect(reports.at(-1)).toMatchObject({ phase: 'recovered', attempt: 0, missedUpdates: 1, message: '' });
    settle(2_000);
    expect(client.connection.phase).toBe('live');
  });

  test('a subscription whose first values may not have come is asked for whole', () => {
    const client = connectAndSettle();
    client.subscribe({ channel: 'book', selectors: ['BTC-USD'] });
    server.peer.drop();
    reconnect();
    expect(server.peer.heard('subscribe').map(({ resume }) => resume)).toEqual([true, undefined]);
  });

  test('another epoch clears values and trade numbers, and the dictionary is replaced', () => {
    const client = connectAndSettle();
    server.peer.trades(0, 50, [wireTrade(10_000)]);
    server.peer.drop();
    server.restart('epoch-2');
    server.entries = [fakeEntry(0, 'SOL-USD')];
    reconnect();
    expect(resets).toEqual(['epoch-2']);
    expect(client.mirror.columns.last[0]).toBeNaN();
    expect(client.mirror.dictionary.entries.map((entry) => entry?.symbol)).toEqual(['SOL-USD']);
    expect(server.peer.heard('subscribe')[0]).not.toHaveProperty('resume');
    server.peer.trades(0, 1, [wireTrade(10_001)], 5);
    expect(trades.at(-1)!.seq).toBe(1);
    expect(losses).toEqual([]);
  });

  test('attempts go on with growing waits until the server is back', () => {
    connectAndSettle();
    server.peer.drop();
    for (let failures = 0; failures < 6; failures += 1) {
      clock.advance(4_500);
      server.peer.drop();
    }
    expect(reports.at(-1)).toMatchObject({ phase: 'reconnecting', attempt: 7 });
    expect(server.peers).toHaveLength(7);
    reconnect(5_000);
    expect(reports.at(-1)!.phase).toBe('recovered');
  });

  test('a server that takes the connection and says nothing is given up', () => {
    connect();
    clock.advance(6_000);
    expect(server.peers.length).toBeGreaterThan(1);
    expect(server.peers[0]!.closedByClient).toBe(1000);
  });

  test('a waiting client tries at once when told to', () => {
    const client = connectAndSettle();
    server.peer.drop();
    client.retryNow();
    expect(server.peers).toHaveLength(2);
  });

  test('a request that waits is rejected', async () => {
    const client = connectAndSettle();
    const answer = client.history({ kind: 'trades', instrument: instrumentId(0), count: 5 });
    server.peer.drop();
    await expect(answer).rejects.toMatchObject({ code: null });
    await expect(client.history({ kind: 'trades', instrument: instrumentId(0), count: 5 })).rejects.toThrow(
      'There is no connection.',
    );
  });

  test('closing ends everything: no timer, no attempt', () => {
    const client = connectAndSettle();
    client.close();
    client.close();
    expect(server.peer.closedByClient).toBe(1000);
    expect(clock.pendingTimers).toBe(0);
    expect(client.connection).toMatchObject({ phase: 'stopped', message: '' });
    client.retryNow();
    client.start();
    expect(server.peers).toHaveLength(1);
  });
});

describe('silence', () => {
  test('is shown within 1.5 s, probed, and given up after three more seconds', () => {
    connectAndSettle();
    const pings = server.peer.heard('ping').length;
    server.autoAnswer = false;
    clock.advance(1_450);
    expect(reports.at(-1)).toMatchObject({
      phase: 'reconnecting',
      attempt: 0,
      message: 'No data for 1.4 s.',
    });
    expect(server.peer.heard('ping')).toHaveLength(pings + 1);
    clock.advance(1_000);
    expect(reports.at(-1)!.message).toBe('No data for 2.4 s.');
    expect(server.peers).toHaveLength(1);
    clock.advance(2_100);
    expect(server.peers[0]!.closedByClient).toBe(1000);
    expect(server.peers.length).toBeGreaterThan(1);
  });

  test('that ends is forgotten', () => {
    const client = connectAndSettle();
    server.autoAnswer = false;
    clock.advance(2_000);
    expect(client.connection.phase).toBe('reconnecting');
    server.peer.status();
    expect(client.connection).toMatchObject({ phase: 'live', message: '' });
  });

  test('of a machine that slept is not held against the server', () => {
    const client = connectAndSettle();
    clock.stall(60_000);
    expect(server.peer.closedByClient).toBeNull();
    server.peer.status();
    expect(client.connection.phase).toBe('live');
  });

  test('on our side is broken by a heartbeat', () => {
    connectAndSettle();
    const pings = server.peer.heard('ping').length;
    settle(14_500);
    expect(server.peer.heard('ping').length).toBeGreaterThan(pings);
  });
});

describe('goodbye', () => {
  test('the stated time is kept', () => {
    connectAndSettle();
    server.peer.tell({ type: 'goodbye', code: 4000, reason: 'Restarting.', retryAfterMs: 3_000 as never });
    expect(reports.at(-1)).toMatchObject({ phase: 'reconnecting', message: 'Restarting.', retryInMs: 3_125 });
    clock.advance(3_000);
    expect(server.peers).toHaveLength(1);
    clock.advance(200);
    expect(server.peers).toHaveLength(2);
  });

  test('another address counts for one attempt', () => {
    connectAndSettle();
    server.peer.tell({ type: 'goodbye', code: 4000, reason: '', url: 'ws://other/ws' });
    clock.advance(300);
    server.peer.drop();
    clock.advance(600);
    expect(server.urls).toEqual([URL, 'ws://other/ws', URL]);
  });

  test.each([
    [
      'an unsupported version',
      4402,
      'This server does not speak the version of the protocol that was asked for.',
    ],
    ['a policy violation', 1008, 'The server refused the connection.'],
  ])('%s stops the client for good', (_, code, message) => {
    connectAndSettle();
    server.peer.drop(code);
    clock.advance(60_000);
    expect(server.peers).toHaveLength(1);
    expect(reports.at(-1)).toMatchObject({ phase: 'stopped', message });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('faults in the stream', () => {
  test('a frame of an unknown generation is dropped and counted, and its values are asked for anew', () => {
    const client = connectAndSettle();
    server.autoAnswer = false;
    server.generation = 2;
    server.peer.quotes({ 0: { last: 10_900 } });
    server.peer.quotes({ 0: { last: 10_901 } });
    expect(client.mirror.columns.last[0]).toBe(10_050);
    expect(client.counters.framesUnknownGeneration).toBe(2);
    expect(server.peer.heard('dictionary')).toHaveLength(1);
    server.entries = [
      { ...fakeEntry(0, 'BTC-USD'), referencePrice: priceTicks(10_800) },
      fakeEntry(1, 'ETH-USD'),
    ];
    server.peer.instruments();
    expect(server.peer.said.slice(-2)).toEqual([
      { type: 'unsubscribe', subscription: 1 },
      { type: 'subscribe', subscription: 1, channel: 'quote', selectors: ['*'], maxRateHz: 10 },
    ]);
    server.peer.snapshot({ 0: { last: 10_902 } });
    expect(client.mirror.columns.last[0]).toBe(10_902);
  });

  test('a version that goes back within an epoch ends the connection, and the next one starts afresh', () => {
    const client = connectAndSettle();
    server.peer.quotes({ 0: { last: 1 } }, 150);
    expect(client.counters.framesOutOfOrder).toBe(1);
    expect(client.mirror.columns.last[0]).toBe(10_050);
    reconnect();
    expect(server.peer.heard('hello')[0]).not.toHaveProperty('resume');
  });

  test.each([
    ['an instrument that was never named', () => server.peer.numbers(1, [999, 2, 5])],
    ['a frame that ends in an entry', () => server.peer.numbers(1, [0, 2])],
    ['bytes that are no message', () => server.peer.deliver(Uint8Array.of(0xc1))],
    ['text that is no message', () => server.peer.deliver('nonsense')],
  ])('%s is counted and healed by a new connection', (_, fault) => {
    const client = connectAndSettle();
    fault();
    expect(client.counters.framesDamaged).toBe(1);
    reconnect();
    expect(server.peer.heard('hello')[0]).not.toHaveProperty('resume');
    expect(client.connection.phase).toBe('recovered');
  });

  test('a kind of frame and a message of a later version are counted and skipped', () => {
    const client = connectAndSettle();
    server.peer.numbers(9, [1, 2, 3]);
    server.peer.tell({ type: 'weather' } as never);
    expect(client.counters.framesUnknownKind).toBe(2);
    expect(client.connection.phase).toBe('live');
  });
});

describe('trades', () => {
  test('a hole in the numbers is reported before the trades after it', () => {
    connectAndSettle();
    server.peer.trades(0, 1, [wireTrade(10_000), wireTrade(10_001)]);
    server.peer.trades(0, 6, [wireTrade(10_002)]);
    expect(trades.map(({ seq }) => seq)).toEqual([1, 2, 6]);
    expect(losses).toEqual([[0, 3]]);
  });

  test('a loss that the server tells is reported once', () => {
    const client = connectAndSettle();
    server.peer.trades(0, 1, [wireTrade(10_000)]);
    server.peer.tell({
      type: 'trades-lost',
      instrument: instrumentId(0),
      fromSeq: seqNo(2),
      toSeq: seqNo(9),
    });
    server.peer.trades(0, 10, [wireTrade(10_002)]);
    expect(losses).toEqual([[0, 8]]);
    expect(client.counters.tradesLost).toBe(8);
  });

  test('trades that a resume repeats come once', () => {
    connectAndSettle();
    server.peer.trades(0, 1, [wireTrade(10_000), wireTrade(10_001)]);
    server.peer.drop();
    reconnect();
    server.peer.trades(0, 1, [wireTrade(10_000), wireTrade(10_001), wireTrade(10_002)], 20_000);
    expect(trades.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(losses).toEqual([]);
  });

  test('what happens while nobody follows an instrument is no hole', () => {
    const client = connectAndSettle();
    const tape = client.subscribe({ channel: 'trade', selectors: ['sim:BTC-USD'] });
    server.peer.trades(0, 1, [wireTrade(10_000)]);
    tape.close();
    client.subscribe({ channel: 'trade', selectors: ['sim:BTC-USD'] });
    server.peer.trades(0, 90, [wireTrade(10_000)]);
    expect(losses).toEqual([]);
  });
});

describe('requests and commands', () => {
  test('an answer finds its request, and a refusal too', async () => {
    const client = connectAndSettle();
    const first = client.history({ kind: 'trades', instrument: instrumentId(0), count: 5 });
    const second = client.history({ kind: 'bars', instrument: instrumentId(9), interval: '1m', count: 5 });
    const [one, two] = server.peer.heard('history');
    server.peer.tell({ type: 'error', code: 109, message: 'No such instrument.', request: two!.request });
    server.peer.tell({
      type: 'history',
      request: one!.request,
      kind: 'trades',
      instrument: instrumentId(0),
      rows: [],
    });
    await expect(first).resolves.toMatchObject({ kind: 'trades' });
    await expect(second).rejects.toMatchObject({ code: 109, message: 'No such instrument.' });
    expect(client.connection.message).toBe('');
  });

  test('a request can be taken back', async () => {
    const client = connectAndSettle();
    const abort = new AbortController();
    const answer = client.history({ kind: 'trades', instrument: instrumentId(0), count: 5 }, abort.signal);
    abort.abort();
    await expect(answer).rejects.toThrow('taken back');
  });

  test('a command goes to the server, and nowhere without one', () => {
    const client = connectAndSettle();
    expect(client.command({ type: 'timeline', op: 'pause' })).toBe(true);
    expect(server.peer.heard('timeline')).toEqual([{ type: 'timeline', op: 'pause' }]);
    server.peer.drop();
    expect(client.command({ type: 'timeline', op: 'play' })).toBe(false);
  });

  test('a seek of the replay voids the values, and its own start at any version', () => {
    const client = connectAndSettle();
    server.peer.timeline({
      mode: 'replay',
      state: 'playing',
      epoch: 'epoch-1b',
      clock: { asOf: asOf(0), timeUs: unixUs(1_700_000_000_000_000), speed: 4 },
    });
    expect(resets).toEqual(['epoch-1b']);
    expect(client.mirror.columns.last[0]).toBeNaN();
    server.peer.snapshot({ 0: { last: 10_001 } }, 10);
    expect(client.mirror.timeUs).toBe(1_700_000_000_040_000);
    expect(client.mirror.columns.last[0]).toBe(10_001);
  });
});

describe('measures', () => {
  test('the lag of a live frame is its age by the clock of the server', () => {
    const client = connect();
    client.subscribe({ channel: 'quote', selectors: ['*'] });
    server.peer.version = 0;
    server.peer.open();
    clock.advance(100);
    server.peer.quotes({ 0: { last: 1 } }, 60);
    expect(client.lagMs).toBe(40);
  });
});
