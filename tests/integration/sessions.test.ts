import { describe, expect, it } from 'vitest';
import { LIMITS, type HistoryAnswer, type ServerMessage } from '#protocol';
import { encoded } from '../support/memory-socket.ts';
import { testTimeline, trade } from '../support/test-timeline.ts';
import { TestViewer } from '../support/test-viewer.ts';

const types = (messages: readonly ServerMessage[]): string[] => messages.map(({ type }) => type);
const market = () => testTimeline({ symbols: ['A', 'B'] });

/** Lets answers that are ready be told. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe.each(['binary', 'json'] as const)('a session over %s frames', (encoding) => {
  it('greets, subscribes, serves, tunes, ends', () => {
    const parts = market();
    parts.engine.onEvent(trade(0, parts.clock.nowUs(), 500, 2));
    const viewer = new TestViewer(parts, { encoding })
      .hello()
      .subscribe(7, 'quote', ['A', 'GONE'], { maxRateHz: 7 });
    viewer.say({ type: 'tune', subscription: 7, maxRateHz: 60 }).say({ type: 'ping', nonce: 3 });
    parts.engine.onEvent(trade(0, parts.clock.nowUs(), 501, 2));
    parts.clock.advance(20);
    viewer.say({ type: 'unsubscribe', subscription: 7 });
    const heard = viewer.heard();
    expect(types(heard)).toEqual(
      'welcome timeline status subscribed instruments tuned pong unsubscribed'.split(' '),
    );
    expect(heard).toContainEqual(
      expect.objectContaining({ maxRateHz: 5, instruments: 1, unmatched: ['GONE'] }),
    );
    expect([viewer.model.columns.last[0], viewer.model.columns.volume[0]]).toEqual([501, 4]);
    for (const frame of viewer.socket.take())
      expect(typeof frame).toBe(encoding === 'json' ? 'string' : 'object');
  });

  it('answers history, each request with its number', async () => {
    const parts = market();
    for (const [index, price] of [10, 12, 11].entries())
      parts.engine.onEvent(trade(0, parts.clock.nowUs() + index * 1_000_000, price, 5));
    const viewer = new TestViewer(parts, { encoding }).hello();
    viewer.heard();
    const ask = (request: number, more: object): TestViewer =>
      viewer.say({ type: 'history', request, ...more });
    ask(1, { kind: 'bars', instrument: 0, interval: '1s', count: 2 });
    ask(2, { kind: 'trades', instrument: 0, count: 2 });
    ask(3, { kind: 'closes', instruments: [0, 1], interval: '1m', count: 9 });
    ask(4, { kind: 'trades', instrument: 2, count: 2 });
    await settle();
    const heard = viewer.heard();
    const answer = (request: number): HistoryAnswer =>
      heard.find((one): one is HistoryAnswer => one.type === 'history' && one.request === request)!;
    const startS = parts.clock.nowUs() / 1_000_000;
    expect(answer(1)).toMatchObject({
      more: true,
      rows: [startS + 1, 12, 12, 12, 12, 5, startS + 2, 11, 11, 11, 11, 5],
    });
    expect(answer(2)).toMatchObject({
      rows: [2, (startS + 1) * 1e6, 12, 5, 1, 3, (startS + 2) * 1e6, 11, 5, 1],
    });
    expect(answer(3)).toMatchObject({
      series: [
        { instrument: 0, closes: [11] },
        { instrument: 1, closes: [] },
      ],
    });
    expect(heard).toContainEqual(expect.objectContaining({ type: 'error', code: 109, request: 4 }));
  });
});

describe('what a session refuses', () => {
  it('[HS1] anything before hello, and hello twice', () => {
    const viewer = new TestViewer(market()).say({ type: 'ping', nonce: 1 }).subscribe(1, 'quote', ['*']);
    viewer.hello().hello();
    expect(viewer.errors()).toEqual([102, 102, 103]);
  });

  it('[HS4] a version that it does not speak', () => {
    const viewer = new TestViewer(market()).say({ type: 'hello', version: 2, client: 'x' });
    expect(viewer.heard()).toMatchObject([{ type: 'goodbye', code: 4402 }]);
    expect([viewer.socket.closed?.code, viewer.ended]).toEqual([4402, 1]);
  });

  it.each<[string, Record<string, unknown>, number]>([
    ['an unknown type', { type: 'gossip' }, 101],
    ['an unknown key', { type: 'ping', nonce: 1, urgent: true }, 100],
    ['an unknown channel', { type: 'subscribe', subscription: 1, channel: 'level3', selectors: ['*'] }, 104],
    ['an empty selector', { type: 'subscribe', subscription: 1, channel: 'quote', selectors: [''] }, 105],
    [
      'too many patterns',
      {
        type: 'subscribe',
        subscription: 1,
        channel: 'quote',
        selectors: Array.from({ length: 65 }, (_, at) => `${at}*`),
      },
      105,
    ],
    ['a subscription that is not open', { type: 'tune', subscription: 9, maxRateHz: 1 }, 107],
    [
      'a rate out of range',
      { type: 'subscribe', subscription: 1, channel: 'quote', selectors: ['*'], maxRateHz: 99 },
      111,
    ],
    ['[TL6] a command to a live timeline', { type: 'timeline', op: 'pause' }, 110],
  ])('%s, with a code and the message it answers', (_, message, code) => {
    const viewer = new TestViewer(market()).hello();
    viewer.heard();
    const about = 'subscription' in message ? { subscription: message['subscription'] } : {};
    expect(viewer.say(message).heard()).toMatchObject([
      { type: 'error', code, inReplyTo: message['type'], ...about },
    ]);
    expect(viewer.say({ type: 'ping', nonce: 5 }).heard()).toMatchObject([{ type: 'pong', nonce: 5 }]);
  });

  it('[SU1] [LI3] a number twice, and more subscriptions than may be', () => {
    const viewer = new TestViewer(market()).hello();
    for (let number = 0; number <= LIMITS.subscriptionsMax; number += 1)
      viewer.subscribe(number, 'quote', ['A']);
    viewer.subscribe(0, 'trade', ['A']);
    expect(viewer.errors()).toEqual([106, 108]);
  });

  it('[TL6] commands where the operator keeps the replay to himself', () => {
    const parts = testTimeline({ mode: 'replay' });
    const viewer = new TestViewer(parts, { allowControl: false })
      .hello()
      .say({ type: 'timeline', op: 'pause' });
    expect(viewer.errors()).toEqual([113]);
    expect(parts.source.commands).toEqual([]);
  });

  it('[CN3] bytes that are no message: it closes', () => {
    for (const frame of [Uint8Array.of(0xc1), Uint8Array.of(), '{', Uint8Array.of(0x80, 0x80)]) {
      const viewer = new TestViewer(market()).hello();
      viewer.session.onFrame(frame);
      expect(viewer.socket.closed?.code).toBe(4400);
      expect(viewer.heard().at(-1)).toMatchObject({ type: 'goodbye', code: 4400 });
    }
  });

  it('[LI2] [ER2] [SEC12] too many messages: it does not obey them, and closes on who goes on', () => {
    const parts = market();
    const viewer = new TestViewer(parts).hello();
    for (let count = 1; count < LIMITS.messagesBurst; count += 1) viewer.say({ type: 'ping', nonce: count });
    expect(types(viewer.heard()).filter((type) => type === 'pong')).toHaveLength(119);
    for (let count = 0; count < LIMITS.refusalsMax; count += 1) viewer.say({ type: 'ping', nonce: 1 });
    expect(viewer.errors()).toEqual(Array.from({ length: LIMITS.refusalsMax }, () => 112));
    expect(viewer.socket.closed).toBeNull();
    viewer.say({ type: 'ping', nonce: 1 });
    expect(viewer.socket.closed?.code).toBe(4429);
  });

  it('[HI7] [SEC13] more history than it can have asked for in earnest, while the source takes its time', async () => {
    const parts = market();
    let asked = 0;
    parts.source.past = () => {
      asked += 1;
      return new Promise(() => {});
    };
    const viewer = new TestViewer(parts).hello();
    for (let request = 0; request < 70; request += 1)
      viewer.say({
        type: 'history',
        request,
        kind: 'bars',
        instrument: request % 2,
        interval: '1m',
        count: 5,
      });
    await settle();
    expect(viewer.errors()).toEqual(Array.from({ length: 6 }, () => 112));
    expect(asked).toBeLessThanOrEqual(LIMITS.historyWaitingMax);
  });
});

describe('what a session survives', () => {
  it('a source whose history fails: the answer has what the server saw itself', async () => {
    const parts = market();
    parts.engine.onEvent(trade(0, parts.clock.nowUs(), 10, 5));
    parts.source.past = () => Promise.reject(new Error('asleep'));
    const viewer = new TestViewer(parts).hello();
    viewer.heard();
    viewer.say({ type: 'history', request: 1, kind: 'bars', instrument: 0, interval: '1m', count: 5 });
    await settle();
    expect(viewer.heard()).toMatchObject([
      { type: 'history', request: 1, rows: [expect.any(Number), 10, 10, 10, 10, 5] },
    ]);
  });

  it('an answer that comes after the viewer has left', async () => {
    const parts = market();
    const viewer = new TestViewer(parts).hello();
    viewer.say({ type: 'history', request: 1, kind: 'bars', instrument: 0, interval: '1m', count: 5 });
    viewer.say({ type: 'history', request: 2, kind: 'bars', instrument: 99, interval: '1m', count: 5 });
    viewer.session.onClosed();
    const { sent } = viewer.socket;
    await settle();
    expect(viewer.socket.sent).toBe(sent);
    viewer.say({ type: 'ping', nonce: 1 });
    expect([viewer.socket.sent, viewer.ended]).toEqual([sent, 1]);
  });

  it('a fault of ours: it ends that session and no other', async () => {
    const parts = market();
    const [unlucky, asking, other] = [1, 2, 3].map(() => new TestViewer(parts).hello()) as [
      TestViewer,
      TestViewer,
      TestViewer,
    ];
    const { tellDictionary, history } = parts.timeline;
    parts.timeline.tellDictionary = () => {
      throw new TypeError('a fault');
    };
    unlucky.say({ type: 'dictionary' });
    parts.timeline.tellDictionary = tellDictionary;
    parts.timeline.history = () => Promise.reject(new TypeError('another'));
    asking.say({ type: 'history', request: 1, kind: 'trades', instrument: 0, count: 5 });
    await settle();
    parts.timeline.history = history;
    for (const viewer of [unlucky, asking]) {
      expect([viewer.socket.closed?.code, viewer.ended]).toEqual([1011, 1]);
      expect(viewer.log.at(-1)).toMatchObject({ event: 'session failed' });
    }
    other.subscribe(1, 'quote', ['*']);
    expect(types(other.heard())).toContain('subscribed');
  });
});

describe('a viewer who does not read', () => {
  it('[ST2] is told that it is served slower, once, and that it is not any more', () => {
    const parts = market();
    const viewer = new TestViewer(parts).hello().subscribe(1, 'quote', ['*']);
    viewer.heard();
    viewer.socket.queuedBytes = 1;
    for (let tick = 0; tick < 15; tick += 1) {
      parts.engine.onEvent(trade(0, parts.clock.nowUs(), tick, 1));
      parts.clock.advance(100);
    }
    viewer.socket.queuedBytes = 0;
    parts.clock.advance(100);
    expect(viewer.heard().filter(({ type }) => type === 'throttled')).toMatchObject([
      { reason: 'queue-full' },
      { reason: 'recovered' },
    ]);
  });

  it('[LI4] [SEC14] is cut as soon as too much waits, and not fed until somebody looks', () => {
    const parts = market();
    const viewer = new TestViewer(parts).hello();
    viewer.socket.addsToQueue = true;
    const bulk = { kind: 'trades', instrument: 0, count: 1 };
    viewer.socket.queuedBytes = LIMITS.queueBytesHard;
    viewer.say({ type: 'ping', nonce: 1 });
    const { sent } = viewer.socket;
    for (let request = 0; request < 10; request += 1) viewer.say({ type: 'history', request, ...bulk });
    viewer.subscribe(1, 'quote', ['*']);
    expect(viewer.socket.sent).toBe(sent);
    parts.clock.advance(1);
    expect([viewer.socket.closed?.code, viewer.socket.isTerminated, viewer.ended]).toEqual([4001, true, 1]);
    expect(viewer.heard().at(-1)).toMatchObject({ type: 'goodbye', code: 4001 });
    expect(parts.timeline.viewers).toBe(0);
  });

  it('leaves no timer when it goes away before it is cut', async () => {
    const parts = market();
    const viewer = new TestViewer(parts).hello();
    viewer.socket.queuedBytes = LIMITS.queueBytesHard + 1;
    viewer.say({ type: 'ping', nonce: 1 });
    viewer.session.onClosed();
    await parts.timeline.close();
    expect(parts.clock.pendingTimers).toBe(0);
  });
});

describe('what is logged', () => {
  it('is who came, what was refused and why it ended, and neither tokens nor payloads', () => {
    const viewer = new TestViewer(market());
    viewer.say({ type: 'hello', version: 1, client: 'test', token: 'secret-token' });
    viewer.say({ type: 'subscribe', subscription: 1, channel: 'quote', selectors: ['secret-symbol', ''] });
    viewer.session.onFrame(encoded({ type: 'gossip', about: 'secret-payload' }));
    viewer.session.close('shutdown');
    expect(viewer.log.map(({ event }) => event)).toEqual([
      'session open',
      'message refused',
      'message refused',
      'session closed',
    ]);
    expect(JSON.stringify(viewer.log)).not.toContain('secret');
  });
});
