import { beforeEach, describe, expect, test } from 'vitest';
import { asOf, instrumentId, unixUs } from '#protocol';
import { SILENT_MAX_MS } from '../../../../../src/lib/client/shared-host.ts';
import { SHARED_SUBSCRIPTIONS_MAX } from '../../../../../src/lib/client/shared-connection.ts';
import { HIDDEN_AFTER_MS, HIDDEN_RATE_HZ } from '../../../../../src/lib/client/page-limits.ts';
import { FAKE_START_US } from '../../../../support/fake-server.ts';
import { SharedPagesHarness, type Tab } from './shared-pages.ts';

let harness: SharedPagesHarness;

beforeEach(() => {
  harness = new SharedPagesHarness();
});

const open = { type: 'command', command: { type: 'timeline', op: 'open', recording: 'day' } } as const;
const leave = { type: 'command', command: { type: 'timeline', op: 'leave' } } as const;
const clock = { asOf: asOf(0), timeUs: unixUs(FAKE_START_US), speed: 1 };

/** A tab that watches a recording, on the newest connection. */
function replaying(): Tab {
  const tab = harness.tab();
  tab.subscribe('quote', ['*']);
  tab.say(open);
  harness.server.peer.open();
  harness.server.peer.timeline({
    mode: 'replay',
    state: 'playing',
    epoch: 'replay-1',
    clock,
    switched: true,
  });
  harness.server.peer.instruments();
  tab.draw();
  return tab;
}

describe('tabs', () => {
  test('share one connection, and the same wish is asked for once at the fastest of their rates', () => {
    const tabs = Array.from({ length: 10 }, () => harness.tab());
    tabs.forEach((tab, at) => tab.subscribe('quote', ['*'], at + 1));
    expect(harness.server.peers).toHaveLength(1);
    expect(harness.server.peer.heard('subscribe')).toHaveLength(1);
    expect(harness.server.peer.heard('tune').at(-1)).toMatchObject({ maxRateHz: 10 });
    tabs[9]!.gone();
    expect(harness.server.peer.heard('tune').at(-1)).toMatchObject({ maxRateHz: 9 });
    expect(harness.server.peer.heard('unsubscribe')).toEqual([]);
  });

  test('all get what one connection brings, each once it draws, and never more commits than they pulled', () => {
    const [one, other] = [harness.tab(), harness.tab()];
    one.subscribe('quote', ['*']);
    other.subscribe('quote', ['*']);
    for (const last of [1, 2, 3]) {
      harness.server.peer.quotes({ 0: { last } });
      one.draw();
    }
    expect(one.last(0)).toBe(3);
    for (let frame = 0; frame < 50; frame += 1) harness.server.peer.quotes({ 0: { last: frame } });
    other.draw();
    expect(other.last(0)).toBe(49);
    for (const tab of [one, other]) expect(tab.commits.length).toBeLessThanOrEqual(tab.pulls);
  });

  test('hear only of what they wish for', () => {
    const [board, quote] = [harness.tab(), harness.tab()];
    board.subscribe('quote', ['*']);
    board.subscribe('trade', ['sim:BTC-USD']);
    quote.subscribe('quote', ['sim:ETH-USD']);
    harness.server.peer.quotes({ 0: { last: 1 }, 1: { last: 2 } });
    harness.server.peer.trades(0, 1, [
      { venueTimeUs: unixUs(FAKE_START_US), price: 5, size: 1, aggressor: 1 },
    ]);
    board.draw();
    const heard = quote.draw();
    expect(board.last(0)).toBe(1);
    expect([quote.last(0), quote.last(1)]).toEqual([undefined, 2]);
    expect(heard.flatMap(({ trades }) => trades)).toEqual([]);
    expect(board.commits.flatMap(({ trades }) => trades)).toHaveLength(1);
  });

  test('that come later are given what is held: instruments, timeline, feeds, prices, depth', () => {
    const first = harness.tab();
    first.subscribe('quote', ['*']);
    first.subscribe('book', ['sim:BTC-USD']);
    const density = [{ fromTimeUs: unixUs(FAKE_START_US), bucketUs: 15_000_000, counts: [7] }];
    harness.server.peer.timeline({ density });
    harness.server.peer.tell({
      type: 'status',
      feeds: [],
      stale: [{ instrument: instrumentId(1), reason: 'A gap.' }],
      receivedPerSecond: 5,
      counters: {},
    });
    harness.server.peer.quotes({ 0: { last: 10_005 } });
    harness.server.peer.book(0, true, [10_000, 1], [10_010, 2]);
    first.draw();
    harness.server.peer.status(6);
    const late = harness.tab();
    late.subscribe('quote', ['*']);
    late.subscribe('book', ['sim:BTC-USD']);
    late.draw();
    expect(harness.server.peer.heard('subscribe')).toHaveLength(2);
    expect(late.last(0)).toBe(10_005);
    const { commits } = late;
    expect(commits.some(({ welcomed }) => welcomed?.epoch === 'epoch-1')).toBe(true);
    expect(commits.find(({ dictionary }) => dictionary !== null)!.dictionary).toMatchObject({ whole: true });
    expect(commits.flatMap(({ timelines }) => timelines)[0]!.density![0]!.counts[0]).toBeGreaterThanOrEqual(
      7,
    );
    expect(commits.findLast(({ status }) => status !== null)!.status!.stale).toHaveLength(1);
    expect(commits.flatMap(({ books }) => books)).toEqual([
      { instrument: 0, bids: [10_000, 1], asks: [10_010, 2] },
    ]);
    expect(commits.findLast(({ connection }) => connection !== null)!.connection!.phase).toBe('live');
  });

  test('that are told of a rate get their own, not the faster one of another tab', () => {
    const [fast, slow] = [harness.tab(), harness.tab()];
    fast.subscribe('quote', ['*'], 60);
    slow.subscribe('quote', ['*'], 5);
    harness.clock.advance(1_000);
    harness.server.peer.tell({ type: 'tuned', maxRateHz: 60, maxBitsPerSecond: 0 });
    const late = harness.tab();
    late.subscribe('quote', ['*'], 2);
    late.draw();
    harness.server.peer.drop();
    harness.clock.advance(10_000);
    harness.server.peer.open();
    slow.draw();
    const granted = (tab: Tab) =>
      tab.commits.findLast(({ connection }) => connection !== null)!.connection!.granted.maxRateHz;
    expect(granted(slow)).toBeLessThanOrEqual(5);
  });
});

describe('the end of a tab', () => {
  test('frees what only it wished for, and the others go on without a gap', () => {
    const [desk, other] = [harness.tab(), harness.tab()];
    desk.subscribe('quote', ['*']);
    desk.subscribe('bar:1m', ['sim:BTC-USD']);
    other.subscribe('quote', ['*']);
    harness.server.peer.quotes({ 0: { last: 1 } });
    other.draw();
    desk.gone();
    desk.gone();
    expect(harness.server.peer.heard('unsubscribe')).toHaveLength(1);
    expect(harness.server.peer.closedByClient).toBeNull();
    harness.server.peer.quotes({ 0: { last: 2 } });
    other.draw();
    expect(other.last(0)).toBe(2);
    expect(other.commits.some(({ connection }) => connection?.phase === 'reconnecting')).toBe(false);
    expect(harness.host.pages).toBe(1);
  });

  test('the last one closes the connection and leaves no timer; the next one begins anew', () => {
    const only = harness.tab();
    only.subscribe('quote', ['*']);
    only.say({ type: 'visible', isVisible: false });
    only.say({ type: 'stop' });
    expect(harness.server.peer.closedByClient).not.toBeNull();
    harness.clock.advance(60_000);
    expect(harness.clock.pendingTimers).toBe(0);
    only.say({ type: 'pull' });
    expect(harness.server.peers).toHaveLength(1);
    const next = harness.tab();
    expect(harness.server.peers).toHaveLength(2);
    expect(next.commits.some(({ welcomed }) => welcomed !== null)).toBe(true);
  });

  test('without a lock is known by its silence, and a frozen one that wakes is given everything anew', () => {
    const [frozen, awake] = [harness.tab(null), harness.tab('lock')];
    frozen.subscribe('quote', ['sim:ETH-USD']);
    awake.subscribe('quote', ['sim:BTC-USD']);
    harness.server.peer.quotes({ 1: { last: 1 } });
    frozen.draw();
    for (let waited = 0; waited <= SILENT_MAX_MS + 60_000; waited += 1_000) {
      harness.clock.advance(1_000);
      harness.server.peer.status();
    }
    expect(harness.host.pages).toBe(1);
    expect(harness.server.peer.heard('unsubscribe')).toHaveLength(1);
    frozen.say({ type: 'alive', lock: null });
    harness.server.peer.quotes({ 1: { last: 9 } });
    expect(frozen.draw().some(({ reset }) => reset)).toBe(true);
    expect(frozen.last(1)).toBe(9);
  });
});

describe('a tab that nobody sees', () => {
  test('slows only itself', () => {
    const [seen, hidden] = [harness.tab(), harness.tab()];
    seen.subscribe('quote', ['*'], 5);
    hidden.subscribe('quote', ['*'], 60);
    hidden.say({ type: 'visible', isVisible: false });
    harness.clock.advance(HIDDEN_AFTER_MS + 1);
    expect(harness.server.peer.heard('tune').at(-1)).toMatchObject({ subscription: 1, maxRateHz: 5 });
    seen.say({ type: 'visible', isVisible: false });
    harness.clock.advance(HIDDEN_AFTER_MS + 1);
    const tunes = harness.server.peer.heard('tune');
    expect(
      tunes.some(({ subscription, maxRateHz }) => subscription === undefined && maxRateHz === HIDDEN_RATE_HZ),
    ).toBe(true);
    hidden.say({ type: 'visible', isVisible: true });
    expect(harness.server.peer.heard('tune').some(({ maxRateHz }) => maxRateHz === 60)).toBe(true);
  });

  test('saves data for all where one saves it', () => {
    const [saving, other] = [harness.tab(), harness.tab()];
    other.subscribe('quote', ['*']);
    saving.say({ type: 'limit', limits: { maxRateHz: 60, maxBitsPerSecond: 64_000 } });
    expect(harness.server.peer.heard('tune').at(-1)).toMatchObject({ maxBitsPerSecond: 64_000 });
    saving.gone();
    expect(harness.server.peer.heard('tune').at(-1)).toMatchObject({ maxBitsPerSecond: 0 });
  });
});

describe('a tab on another timeline', () => {
  test('has a connection of its own, and the others stay live', () => {
    const live = harness.tab();
    live.subscribe('quote', ['*']);
    const replay = replaying();
    expect(harness.server.peers).toHaveLength(2);
    const [shared, own] = harness.server.peers;
    expect(own!.heard('timeline')).toMatchObject([{ op: 'open', recording: 'day' }]);
    expect(shared!.heard('timeline')).toEqual([]);
    own!.quotes({ 0: { last: 77 } });
    shared!.quotes({ 0: { last: 5 } });
    replay.draw();
    live.draw();
    expect([live.last(0), replay.last(0)]).toEqual([5, 77]);
    expect(replay.commits.flatMap(({ timelines }) => timelines).at(-1)).toMatchObject({ mode: 'replay' });
    expect(live.commits.flatMap(({ timelines }) => timelines).some(({ mode }) => mode === 'replay')).toBe(
      false,
    );
  });

  test('comes back to the shared one when it leaves, with nothing of the recording left', () => {
    const live = harness.tab();
    live.subscribe('quote', ['*']);
    harness.server.peer.timeline();
    harness.server.peer.quotes({ 0: { last: 5 } });
    const replay = replaying();
    const [shared, own] = harness.server.peers;
    own!.quotes({ 0: { last: 77 } });
    replay.draw();
    replay.say(leave);
    replay.draw();
    expect(own!.closedByClient).not.toBeNull();
    expect(replay.last(0)).toBe(5);
    expect(replay.commits.flatMap(({ timelines }) => timelines).at(-1)).toMatchObject({
      mode: 'live',
      switched: true,
    });
    expect(replay.commits.length).toBeLessThanOrEqual(replay.pulls);
    shared!.quotes({ 0: { last: 6 } });
    replay.draw();
    expect(replay.last(0)).toBe(6);
  });

  test('comes back too when the server ends the replay', async () => {
    harness.tab();
    const replay = replaying();
    const own = harness.server.peer;
    own.timeline({ epoch: 'epoch-1b', switched: true });
    replay.draw();
    await harness.settle();
    replay.draw();
    expect(own.closedByClient).not.toBeNull();
    expect(harness.host.pages).toBe(2);
  });

  test('that was never opened leaves the tab where it was, with the refusal told', async () => {
    const tab = harness.tab();
    tab.subscribe('quote', ['*']);
    harness.tab();
    tab.say(open);
    harness.server.peer.open();
    const own = harness.server.peer;
    own.tell({
      type: 'error',
      code: 413,
      message: 'There is no recording of this name.',
      inReplyTo: 'timeline',
    });
    tab.draw();
    await harness.settle();
    tab.draw();
    expect(tab.commits.some(({ refused }) => refused !== null)).toBe(true);
    expect(own.closedByClient).not.toBeNull();
    harness.server.peers[0]!.quotes({ 0: { last: 8 } });
    tab.draw();
    expect(tab.last(0)).toBe(8);
  });

  test('alone leaves no shared connection open', () => {
    replaying();
    expect(harness.server.peers[0]!.closedByClient).not.toBeNull();
    expect(harness.server.peers[1]!.closedByClient).toBeNull();
  });

  test('commands of the server’s own timeline go over the shared connection, and a refusal to who sent it', () => {
    const [one, other] = [harness.tab(), harness.tab()];
    one.say({ type: 'command', command: { type: 'timeline', op: 'pause' } });
    expect(harness.server.peers).toHaveLength(1);
    harness.server.peer.tell({ type: 'error', code: 403, message: 'No.', inReplyTo: 'timeline' });
    one.draw();
    other.draw();
    expect(one.commits.some(({ refused }) => refused !== null)).toBe(true);
    expect(other.commits.some(({ refused }) => refused !== null)).toBe(false);
  });
});

describe('history', () => {
  test('is answered to the tab that asked', async () => {
    const [one, other] = [harness.tab(), harness.tab()];
    const query = { kind: 'trades', instrument: instrumentId(0), count: 10 } as const;
    one.say({ type: 'history', request: 7, query });
    other.say({ type: 'history', request: 7, query });
    const [, asked] = harness.server.peer.heard('history');
    harness.server.peer.tell({
      type: 'history',
      request: asked!.request,
      kind: 'trades',
      instrument: instrumentId(0),
      rows: [],
    });
    await harness.settle();
    for (const tab of [one, other]) tab.draw();
    expect(other.commits.flatMap(({ histories }) => histories)).toMatchObject([{ request: 7, ok: true }]);
    expect(one.commits.flatMap(({ histories }) => histories)).toEqual([]);
  });

  test('that a tab waits for when it goes to a replay is told as not answered', async () => {
    const tab = harness.tab();
    tab.say({
      type: 'history',
      request: 3,
      query: { kind: 'trades', instrument: instrumentId(0), count: 1 },
    });
    tab.say(open);
    await harness.settle();
    expect(tab.draw().flatMap(({ histories }) => histories)).toMatchObject([{ request: 3, ok: false }]);
  });
});

test('a tab whose wishes do not fit beside those of the others has a connection of its own', () => {
  const [crowd, tab] = [harness.tab(), harness.tab()];
  for (let at = 0; at < SHARED_SUBSCRIPTIONS_MAX; at += 1) crowd.subscribe('bar:1m', [`sim:S${at}`]);
  tab.subscribe('bar:1m', ['sim:S0']);
  expect(harness.server.peers).toHaveLength(1);
  tab.subscribe('bar:1m', ['sim:ONE-MORE']);
  expect(harness.server.peers).toHaveLength(2);
  harness.server.peer.open();
  expect(harness.server.peer.heard('subscribe').map(({ selectors }) => selectors)).toEqual([
    ['sim:S0'],
    ['sim:ONE-MORE'],
  ]);
});
