import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS, unixUs } from '#protocol';
import { TickwireClient } from '../../../../../src/lib/client/tickwire-client.ts';
import { FAKE_START_US, FakeServer } from '../../../../support/fake-server.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

let clock: ManualClock;
let server: FakeServer;
let client: TickwireClient;

beforeEach(() => {
  clock = new ManualClock(FAKE_START_US);
  server = new FakeServer();
  client = new TickwireClient({
    url: 'ws://fake/ws',
    openSocket: server.openSocket,
    clock,
    random: () => 0.5,
  });
  client.start();
});

/** Time passes on a connection whose server sends nothing by itself. */
function quiet(ms: number): void {
  for (let passed = 0; passed < ms; passed += 100) {
    clock.advance(100);
    // The answer of the fake server is stamped with its version.
    server.peer.version += 100;
  }
}

function reconnect(): void {
  clock.advance(1_000);
  server.peer.open();
}

describe('ceilings of the connection', () => {
  test('a client without a wish says nothing', () => {
    client.subscribe({ channel: 'quote', selectors: ['*'], maxRateHz: 20 });
    server.peer.open();
    client.limit({ maxRateHz: LIMITS.rateHzMax, maxBitsPerSecond: 0 });
    expect(server.peer.heard('tune')).toEqual([]);
    expect(client.connection.granted).toEqual({ maxRateHz: 20, maxBitsPerSecond: 0 });
  });

  test('a wish is told before the subscriptions, and again on each connection', () => {
    client.subscribe({ channel: 'quote', selectors: ['*'], maxRateHz: 20 });
    client.limit({ maxRateHz: 5, maxBitsPerSecond: 64_000 });
    server.peer.open();
    const wish = { type: 'tune', maxRateHz: 5, maxBitsPerSecond: 64_000 };
    expect(server.peer.said.map(({ type }) => type).slice(0, 3)).toEqual(['hello', 'tune', 'subscribe']);
    expect(server.peer.heard('tune')).toEqual([wish]);
    client.limit({ maxRateHz: 5, maxBitsPerSecond: 64_000 });
    expect(server.peer.heard('tune')).toHaveLength(1);
    server.peer.drop();
    reconnect();
    expect(server.peer.said.map(({ type }) => type).slice(0, 3)).toEqual(['hello', 'tune', 'subscribe']);
    expect(server.peer.heard('tune')).toEqual([wish]);
  });

  test('a wish that is taken back is told, and not on the next connection', () => {
    server.peer.open();
    client.limit({ maxRateHz: 0.5, maxBitsPerSecond: 0 });
    client.limit({ maxRateHz: LIMITS.rateHzMax, maxBitsPerSecond: 0 });
    expect(server.peer.heard('tune').map(({ maxRateHz }) => maxRateHz)).toEqual([0.5, LIMITS.rateHzMax]);
    server.peer.drop();
    reconnect();
    expect(server.peer.heard('tune')).toEqual([]);
  });

  test('what is granted is the slower of ceiling and subscription, and the cap as the server tells it', () => {
    const quotes = client.subscribe({ channel: 'quote', selectors: ['*'], maxRateHz: 20 });
    server.peer.open();
    client.limit({ maxRateHz: 7, maxBitsPerSecond: 9_000 });
    server.peer.tell({ type: 'tuned', maxRateHz: 5, maxBitsPerSecond: 8_000 });
    expect(client.connection.granted).toEqual({ maxRateHz: 5, maxBitsPerSecond: 8_000 });
    quotes.tune(2);
    server.peer.tell({ type: 'tuned', subscription: 1, maxRateHz: 2 });
    expect(client.connection.granted).toEqual({ maxRateHz: 2, maxBitsPerSecond: 8_000 });
    server.peer.drop();
    expect(client.connection.granted.maxRateHz).toBe(0);
  });
});

describe('[RS11] a ceiling that was lifted', () => {
  /** The version that the client names when the connection is lost so long after the lift. */
  function resumedFrom(ms: number): number {
    client.subscribe({ channel: 'quote', selectors: ['*'] });
    server.peer.open();
    client.limit({ maxRateHz: 0.5, maxBitsPerSecond: 0 });
    server.peer.tell({ type: 'tuned', maxRateHz: 0.5, maxBitsPerSecond: 0 });
    server.peer.quotes({ 0: { last: 1 } }, 9_000);
    client.limit({ maxRateHz: LIMITS.rateHzMax, maxBitsPerSecond: 0 });
    server.peer.tell({ type: 'tuned', maxRateHz: LIMITS.rateHzMax, maxBitsPerSecond: 0 });
    clock.advance(ms);
    server.peer.quotes({ 0: { last: 2 } }, 10_000);
    server.peer.drop();
    reconnect();
    return server.peer.heard('hello')[0]!.resume!.asOf;
  }

  test('counts for as long as what it held back may be under way', () => {
    expect(resumedFrom(900)).toBe(8_000);
  });

  test('counts no more a second later', () => {
    expect(resumedFrom(1_000)).toBe(10_000);
  });
});

describe('a server that serves slower than granted', () => {
  test('is said, and forgotten with the connection', () => {
    server.peer.open();
    server.peer.tell({ type: 'throttled', maxRateHz: 10, reason: 'server-busy' });
    expect(client.connection.throttled).toBe('Slowed to 10 Hz: the server is busy.');
    server.peer.drop();
    expect(client.connection.throttled).toBe('');
    reconnect();
    expect(client.connection.throttled).toBe('');
  });
});

describe('a client that shows what it gets late', () => {
  /** Frames that are late by so much when they are read. */
  const frame = (lateMs: number): void => {
    const nowMs = (clock.nowUs() - FAKE_START_US) / 1000;
    server.peer.quotes({ 0: { last: nowMs } }, nowMs - lateMs);
  };

  /** Answers the newest ping, that late. */
  const pong = (lateMs: number): void => {
    const { nonce } = server.peer.heard('ping').at(-1)!;
    server.peer.tell({ type: 'pong', nonce, serverTimeUs: unixUs(clock.nowUs() - lateMs * 1000) });
  };

  beforeEach(() => {
    clock.advance(10_000);
    server.peer.version = 10_000;
    client.subscribe({ channel: 'quote', selectors: ['*'] });
    server.peer.open();
  });

  test('says so, up to the last frame, and says when it caught up; before and after it says nothing', () => {
    server.autoAnswer = false;
    const pings = server.peer.heard('ping').length;
    frame(900);
    clock.advance(1_000);
    server.peer.status();
    clock.advance(1_000);
    expect(server.peer.heard('ping')).toHaveLength(pings);
    // The first late frame makes it ask; the answer waits behind the same backlog.
    frame(1_500);
    expect(server.peer.heard('ping')).toHaveLength(pings + 1);
    expect(server.peer.heard('ack')).toEqual([]);
    pong(1_500);
    frame(1_500);
    clock.advance(100);
    frame(1_400);
    clock.advance(100);
    frame(1_300);
    clock.advance(400);
    expect(server.peer.heard('ack')).toEqual([
      { type: 'ack', asOf: 10_500, lagMs: 1_500 },
      { type: 'ack', asOf: 10_900, lagMs: 1_300 },
    ]);
    frame(20);
    clock.advance(100);
    frame(20);
    expect(server.peer.heard('ack').slice(2)).toEqual([{ type: 'ack', asOf: 12_580, lagMs: 20 }]);
  });

  test('is not one whose server sends old versions on time, as it does under a bandwidth cap', () => {
    server.autoAnswer = false;
    for (let second = 0, answered = server.peer.heard('ping').length; second < 30; second += 1) {
      frame(5_000);
      if (server.peer.heard('ping').length > answered) {
        pong(0);
        answered = server.peer.heard('ping').length;
      }
      clock.advance(1_000);
    }
    expect(server.peer.heard('ack')).toEqual([]);
    expect(server.peer.heard('ping').length).toBeLessThan(20);
  });

  test('counts the time for which its owner left it waiting', () => {
    client.shownLateMs = 1_200;
    frame(30);
    expect(server.peer.heard('ack')).toEqual([{ type: 'ack', asOf: 9_970, lagMs: 1_230 }]);
  });
});

describe('silence without a subscription', () => {
  beforeEach(() => server.peer.open());

  test('is no stall: idle connections are sent nothing by themselves', () => {
    quiet(90_000);
    expect(client.connection).toMatchObject({ phase: 'live', message: '' });
    expect(server.peer.heard('ping').length).toBeGreaterThanOrEqual(6);
    expect(server.peers).toHaveLength(1);
  });

  test('is one when a ping is not answered', () => {
    server.autoAnswer = false;
    quiet(15_500);
    expect(client.connection).toMatchObject({ phase: 'reconnecting', attempt: 0 });
    quiet(3_500);
    expect(server.peers.length).toBeGreaterThan(1);
  });

  test('is one soon after a subscription was taken', () => {
    quiet(3_000);
    const quotes = client.subscribe({ channel: 'quote', selectors: ['*'] });
    server.autoAnswer = false;
    quiet(2_900);
    expect(client.connection.phase).toBe('reconnecting');
    server.peer.status();
    quotes.close();
    quiet(2_000);
    expect(client.connection.phase).toBe('live');
  });
});
