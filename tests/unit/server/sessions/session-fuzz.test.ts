import { describe, expect, it } from 'vitest';
import {
  CLOSE_CODES,
  ERROR_CODES,
  LIMITS,
  instrumentId,
  unixUs,
  type ClientMessage,
  type Frame,
} from '#protocol';
import { encoded } from '../../../support/memory-socket.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { testTimeline, trade } from '../../../support/test-timeline.ts';
import { TestViewer } from '../../../support/test-viewer.ts';

const SEED = 20_260_722;
const FRAMES = 30_000;

const SOUND: readonly ClientMessage[] = [
  { type: 'hello', version: 1, client: 'fuzz', resume: { epoch: 'x', asOf: 5 as never } },
  {
    type: 'subscribe',
    subscription: 1,
    channel: 'quote',
    selectors: ['*', '!B*'],
    maxRateHz: 5,
    resume: true,
  },
  { type: 'subscribe', subscription: 2, channel: 'bar:1m', selectors: ['venue:test', 'A:*'] },
  { type: 'unsubscribe', subscription: 1 },
  { type: 'tune', subscription: 2, maxRateHz: 0.5 },
  { type: 'ack', asOf: 1 as never, lagMs: 2 },
  { type: 'dictionary' },
  { type: 'timeline', op: 'seek', timeUs: unixUs(5) },
  { type: 'timeline', op: 'step', events: 3 },
  { type: 'history', request: 1, kind: 'bars', instrument: instrumentId(0), interval: '1m', count: 5 },
  { type: 'history', request: 2, kind: 'closes', instruments: [instrumentId(0)], interval: '1s', count: 5 },
  { type: 'history', request: 3, kind: 'trades', instrument: instrumentId(9), count: 5 },
  { type: 'ping', nonce: 1 },
];
const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  1e300,
  '',
  'x'.repeat(300),
  [],
  [[[[[[]]]]]],
  {},
  '*',
  Array.from({ length: 200 }, (_, index) => `${index}*`),
];

/** A sound message of which some field is missing, strange, or too much. */
function misshapen(random: SeededRandom): Record<string, unknown> {
  const message: Record<string, unknown> = { ...random.pick(SOUND) };
  const key = random.pick([...Object.keys(message), 'extra', 'type', 'channel']);
  if (random.chance(0.3)) delete message[key];
  else message[key] = random.pick(STRANGE);
  return message;
}

function damaged(random: SeededRandom, frame: Frame): Frame {
  if (typeof frame === 'string') {
    const at = random.below(frame.length + 1);
    return (
      frame.slice(0, at) +
      random.pick(['', '{', '"', '\\u0000', '9e999', ',']) +
      frame.slice(at + random.below(4))
    );
  }
  const bytes = frame.slice(0, random.chance(0.3) ? random.below(frame.length + 1) : frame.length);
  for (let change = random.below(4); change > 0 && bytes.length > 0; change -= 1)
    bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

function anyFrame(random: SeededRandom): Frame {
  const encoding = random.chance(0.5) ? 'binary' : 'json';
  switch (random.below(4)) {
    case 0:
      return encoded(random.pick(SOUND), encoding);
    case 1:
      return encoded(misshapen(random), encoding);
    case 2:
      return damaged(random, encoded(random.chance(0.5) ? random.pick(SOUND) : misshapen(random), encoding));
    default:
      return random.bytes(random.below(80));
  }
}

/** CPU time of this thread, ms: what others do on the machine is not in it. */
function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

describe('[SEC9] whatever a peer sends', () => {
  it(`of ${FRAMES} frames (seed ${SEED}), it is answered with known codes, soon, and harms nobody else`, async () => {
    const random = new SeededRandom(SEED);
    const parts = testTimeline({ mode: 'replay', symbols: ['A', 'BB', 'B'] });
    const witness = new TestViewer(parts).hello().subscribe(1, 'quote', ['*'], { maxRateHz: 60 }).deliver();
    const codes = new Set<number>(Object.values(ERROR_CODES).map(({ code }) => code));
    const closings = new Set<number>(Object.values(CLOSE_CODES).map(({ code }) => code));
    const seen = new Set<number>();
    let peer = new TestViewer(parts);
    let slowestMs = 0;
    for (let count = 0; count < FRAMES; count += 1) {
      if (peer.socket.closed !== null) {
        expect(closings).toContain(peer.socket.closed.code);
        seen.add(peer.socket.closed.code);
        peer = new TestViewer(parts, { encoding: random.chance(0.5) ? 'binary' : 'json' });
        if (random.chance(0.7)) peer.hello();
      }
      const frame = anyFrame(random);
      const startedAt = threadCpuMs();
      peer.session.onFrame(frame);
      slowestMs = Math.max(slowestMs, threadCpuMs() - startedAt);
      if (random.chance(0.3)) parts.engine.onEvent(trade(random.below(3), parts.clock.nowUs(), count, 1));
      if (random.chance(0.5)) parts.clock.advance(random.below(120));
      if (random.chance(0.1)) {
        // History is answered a few microtasks later.
        await Promise.resolve();
        for (const message of peer.heard()) {
          if (message.type !== 'error') continue;
          expect(codes).toContain(message.code);
          expect(message.message.length).toBeLessThan(LIMITS.inboundFrameBytesMax);
          seen.add(message.code);
        }
        witness.say({ type: 'ping', nonce: 1 });
      }
    }
    parts.clock.advance(1_000);
    witness.deliver();
    expect(witness.socket.closed).toBeNull();
    expect([...witness.model.columns.last.slice(0, 3)]).toEqual([
      ...parts.engine.state.columns.last.slice(0, 3),
    ]);
    expect(seen.size).toBeGreaterThanOrEqual(10);
    // The goal is 50 ms; a garbage collection that falls into the turn gets some more.
    expect(slowestMs).toBeLessThan(150);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(peer.log.concat(witness.log).filter(({ event }) => event === 'session failed')).toEqual([]);
  }, 60_000);
});
