import { beforeEach, describe, expect, test } from 'vitest';
import type { AckMessage } from '#protocol';
import { AckSender } from '../../../../../src/lib/client/ack-sender.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

let clock: ManualClock;
let sent: AckMessage[];
let probes: number;
let pongLateMs: number;
let acks: AckSender;

beforeEach(() => {
  clock = new ManualClock(1_000_000);
  sent = [];
  probes = 0;
  pongLateMs = Number.POSITIVE_INFINITY;
  acks = new AckSender(clock, {
    push(message) {
      if (message.type === 'ack') sent.push(message);
      return true;
    },
    probe: () => (probes += 1),
    lag: { pongLateMs: () => pongLateMs },
  });
});

test('the last of a backlog is acked though no frame follows it: the server waits for that', () => {
  acks.onApplied(100, 3_000, 0);
  for (let frame = 1; frame <= 5; frame += 1) {
    clock.advance(10);
    acks.onApplied(100 + frame * 10, 1_500.4, 0);
  }
  expect(sent).toEqual([{ type: 'ack', asOf: 100, lagMs: 3_000 }]);
  clock.advance(450);
  expect(sent.slice(1)).toEqual([{ type: 'ack', asOf: 150, lagMs: 1_500 }]);
  clock.advance(60_000);
  expect(sent).toHaveLength(2);
  expect(clock.pendingTimers).toBe(0);
});

test('a minute of lag costs two acks a second, and catching up one more', () => {
  for (let frame = 0; frame < 600; frame += 1) {
    acks.onApplied(frame, 2_000, 0);
    clock.advance(100);
  }
  expect(sent.length).toBeGreaterThan(115);
  expect(sent.length).toBeLessThanOrEqual(121);
  const before = sent.length;
  for (let frame = 600; frame < 1_200; frame += 1) {
    acks.onApplied(frame, 30, 0);
    clock.advance(100);
  }
  expect(sent.slice(before)).toEqual([{ type: 'ack', asOf: 600, lagMs: 30 }]);
});

test('what waits to be said of one epoch is not said in the next, but its end is', () => {
  acks.onApplied(5_000, 3_000, 0);
  acks.onApplied(5_100, 3_000, 0);
  acks.enterEpoch();
  clock.advance(1_000);
  expect(sent).toHaveLength(1);
  acks.onApplied(40, 10, 0);
  expect(sent.at(-1)).toEqual({ type: 'ack', asOf: 40, lagMs: 10 });
});

test('another connection starts without a lag and without a timer', () => {
  acks.onApplied(5_000, 3_000, 0);
  acks.onApplied(5_100, 3_000, 0);
  acks.restart();
  expect(clock.pendingTimers).toBe(0);
  acks.onApplied(5_200, 10, 0);
  expect(sent).toHaveLength(1);
});

describe('a frame of an old version', () => {
  test('is asked about, and says nothing by itself', () => {
    pongLateMs = Number.NaN;
    acks.onApplied(100, 1_500, 0);
    acks.onApplied(110, 1_500, 0);
    expect(probes).toBe(2);
    expect(sent).toEqual([]);
  });

  test('is no lag of the client when the answer came at once: the server sent it late', () => {
    pongLateMs = 4;
    acks.onApplied(100, 5_000, 0);
    clock.advance(60_000);
    expect(sent).toEqual([]);
    expect(probes).toBe(0);
  });

  test('is one as far as the answer was late too', () => {
    pongLateMs = 1_200;
    acks.onApplied(100, 5_000, 0);
    expect(sent).toEqual([{ type: 'ack', asOf: 100, lagMs: 1_200 }]);
  });

  test('is still acked while nothing newer is known of a client that lags', () => {
    acks.onApplied(100, 3_000, 0);
    clock.advance(1_000);
    pongLateMs = Number.NaN;
    acks.onApplied(200, 2_500, 0);
    expect(sent.at(-1)).toEqual({ type: 'ack', asOf: 200, lagMs: 2_500 });
    pongLateMs = 10;
    acks.onApplied(210, 2_500, 0);
    expect(sent.at(-1)).toEqual({ type: 'ack', asOf: 210, lagMs: 10 });
  });
});

test('a page that shows what it gets late makes the client lag, however fast the connection is', () => {
  acks.onApplied(100, 20, 1_500);
  expect(sent).toEqual([{ type: 'ack', asOf: 100, lagMs: 1_520 }]);
  expect(probes).toBe(0);
});
