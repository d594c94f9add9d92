import { describe, expect, it } from 'vitest';
import { CLOSE_CODES, ERROR_CODES, LIMITS, type CloseName, type ErrorName } from '#protocol';
import {
  ProtocolBench,
  ofKind,
  outline,
  type Said,
  type ScriptedPeer,
} from '../../support/protocol-bench.ts';

const refusal = (name: ErrorName, more: object = {}): unknown =>
  expect.objectContaining({ type: 'error', code: ERROR_CODES[name].code, ...more });

function expectClosed(peer: ScriptedPeer, name: CloseName): void {
  const { code } = CLOSE_CODES[name];
  expect(peer.closed?.code).toBe(code);
  expect(peer.heard().at(-1)).toMatchObject({ type: 'goodbye', code });
}

describe('hello', () => {
  it('[HS1] comes first: anything else is refused, and the connection goes on', () => {
    const peer = new ProtocolBench().connect();
    expect(peer.ask({ type: 'ping', nonce: 1 })).toEqual([refusal('helloRequired', { inReplyTo: 'ping' })]);
    expect(peer.subscribe(1, 'quote', ['*'])).toEqual([refusal('helloRequired')]);
    expect(outline(peer.hello())[0]).toBe('welcome');
  });

  it('[HS2] that does not come in time closes the connection', () => {
    const bench = new ProtocolBench();
    const peer = bench.connect();
    bench.advance(LIMITS.helloDeadlineMs + 1);
    peer.session.sweep(bench.clock.nowUs());
    expectClosed(peer, 'helloDeadline');
  });

  it('[HS3] [RS1] is answered by welcome, timeline and status, with the limits that a client needs', () => {
    const said = new ProtocolBench().connect().hello();
    expect(outline(said)).toEqual(['welcome', 'timeline', 'status']);
    expect(said[0]).toMatchObject({
      version: 1,
      resume: 'none',
      heartbeatMs: LIMITS.heartbeatMs,
      silenceMaxMs: LIMITS.silenceMaxMs,
      clock: { speed: 1 },
    });
    expect(said[1]).toMatchObject({ mode: 'live', state: 'live', epoch: said[0]!['epoch'] });
  });

  it('[HS4] of another version closes the connection for good', () => {
    const peer = new ProtocolBench().connect();
    peer.frame(JSON.stringify({ type: 'hello', version: 2, client: 'test' }));
    expectClosed(peer, 'unsupportedVersion');
  });

  it('[HS5] is answered once', () => {
    const peer = new ProtocolBench().greeted();
    expect(peer.hello()).toEqual([refusal('alreadyGreeted')]);
  });
});

describe('frames', () => {
  it('[CN3] of a client may be MessagePack or JSON on either subprotocol', () => {
    for (const encoding of ['binary', 'json'] as const) {
      const peer = new ProtocolBench().greeted(encoding);
      for (const frame of [
        '{"type":"ping","nonce":5}',
        Buffer.from('82a474797065a470696e67a56e6f6e636505', 'hex'),
      ]) {
        peer.frame(frame);
        expect(peer.heard()).toMatchObject([{ type: 'pong', nonce: 5 }]);
      }
      expect(peer.frames.every((frame) => (typeof frame === 'string') === (encoding === 'json'))).toBe(true);
    }
  });

  it.each([
    ['bytes that are no MessagePack', Buffer.from('c1', 'hex')],
    ['bytes after the value', Buffer.from('8080', 'hex')],
    ['text that is no JSON', '{'],
    ['an extension type', Buffer.from('81a161d40000', 'hex')],
    ['the key __proto__', '{"__proto__":1}'],
  ])('[CN3] [CL1] that hold %s say goodbye and close', (_what, frame) => {
    const peer = new ProtocolBench().greeted();
    peer.frame(frame);
    expectClosed(peer, 'badFrame');
    peer.frame('{"type":"ping","nonce":1}');
    expect(peer.heard()).toEqual([]);
  });

  it('[CN9] are answered in their order', () => {
    const peer = new ProtocolBench().greeted();
    for (const nonce of [1, 2, 3]) peer.frame(JSON.stringify({ type: 'ping', nonce }));
    expect(peer.heard().map(({ nonce }) => nonce)).toEqual([1, 2, 3]);
  });
});

describe('messages', () => {
  it.each<[string, Record<string, unknown>, ErrorName]>([
    ['an unknown type', { type: 'shout' }, 'unknownType'],
    ['no type', { a: 1 }, 'unknownType'],
    ['a missing field', { type: 'tune', subscription: 1 }, 'malformedMessage'],
    ['a field of a wrong type', { type: 'ping', nonce: 'one' }, 'malformedMessage'],
    ['an unknown field', { type: 'ping', nonce: 1, speed: 2 }, 'malformedMessage'],
    ['a number out of range', { type: 'ping', nonce: -1 }, 'badRange'],
    [
      'an unknown channel',
      { type: 'subscribe', subscription: 1, channel: 'candles', selectors: ['*'] },
      'unknownChannel',
    ],
    ['a rate out of range', { type: 'tune', subscription: 1, maxRateHz: 61 }, 'badRange'],
  ])('[ER1] [EV3] with %s are refused, and the connection goes on', (_what, message, name) => {
    const peer = new ProtocolBench().greeted();
    expect(peer.ask(message)).toEqual([refusal(name)]);
    expect(peer.closed).toBeNull();
    expect(outline(peer.ask({ type: 'ping', nonce: 1 }))).toEqual(['pong']);
  });

  it('[ER2] that are refused too often close the connection', () => {
    const peer = new ProtocolBench().greeted();
    for (let count = 0; count < LIMITS.refusalsMax; count += 1) peer.ask({ type: 'shout' });
    expect(peer.closed).toBeNull();
    peer.frame('{"type":"shout"}');
    expectClosed(peer, 'tooManyRefusals');
  });

  it('[LI2] beyond the bucket are refused and not obeyed, until time has passed', () => {
    const bench = new ProtocolBench();
    const peer = bench.greeted();
    let answers: Said[] = [];
    for (let nonce = 1; nonce <= LIMITS.messagesBurst; nonce += 1)
      answers = peer.ask({ type: 'ping', nonce });
    expect(answers).toEqual([refusal('tooManyMessages')]);
    bench.advance(1000);
    expect(outline(ofKind(peer.ask({ type: 'ping', nonce: 1 }), 'pong'))).toEqual(['pong']);
  });
});

describe('the heartbeat', () => {
  it('[HB1] repeats the nonce and tells the time', () => {
    const bench = new ProtocolBench();
    expect(bench.greeted().ask({ type: 'ping', nonce: 7 })).toEqual([
      { type: 'pong', nonce: 7, serverTimeUs: bench.clock.nowUs() },
    ]);
  });

  it('[HB3] of a client that has fallen silent ends the connection', () => {
    const bench = new ProtocolBench();
    const peer = bench.greeted();
    bench.advance(LIMITS.silenceMaxMs);
    peer.session.sweep(bench.clock.nowUs());
    expect(peer.closed).toBeNull();
    bench.advance(1);
    peer.session.sweep(bench.clock.nowUs());
    expectClosed(peer, 'silence');
  });
});

describe('status', () => {
  it('[ST1] [ST3] comes every second, with the events taken in and those refused', () => {
    const bench = new ProtocolBench();
    const id = bench.define('sim', 'AAA');
    const peer = bench.greeted();
    peer.subscribe(1, 'quote', ['*']);
    bench.trade(id, 100);
    bench.trade(id, 100.5);
    bench.advance(2200);
    const said = ofKind(peer.heard(), 'status');
    expect(said).toMatchObject([
      { receivedPerSecond: 1 },
      { receivedPerSecond: 0, counters: { bad_price: 1 } },
    ]);
  });

  it('[ST2] [LI4] says when data waits for a slow reader, and when it flows again', () => {
    const bench = new ProtocolBench();
    const id = bench.define('sim', 'AAA');
    const peer = bench.greeted();
    bench.quote(id, 99, 101);
    peer.subscribe(1, 'quote', ['*'], { maxRateHz: 10 });
    peer.queuedBytes = 1;
    for (const bid of [98, 97, 96]) {
      bench.quote(id, bid, 101);
      bench.advance(500);
    }
    const waiting = peer.heard();
    expect(ofKind(waiting, 'throttled')).toMatchObject([{ reason: 'queue-full', maxRateHz: 0 }]);
    expect(ofKind(waiting, 'delta')).toEqual([]);
    peer.queuedBytes = 0;
    bench.advance(100);
    const flowing = peer.heard();
    expect(ofKind(flowing, 'throttled')).toMatchObject([{ reason: 'recovered' }]);
    expect(ofKind(flowing, 'delta')).toMatchObject([{ quotes: [{ id, bid: 96 }] }]);
  });

  it('[LI4] ends in a close when far too much is unsent', () => {
    const bench = new ProtocolBench();
    const peer = bench.greeted();
    peer.queuedBytes = LIMITS.queueBytesHard + 1;
    peer.session.sweep(bench.clock.nowUs());
    expectClosed(peer, 'slowConsumer');
  });
});
