import { describe, expect, test } from 'vitest';
import {
  ACK_EVERY_MS,
  CAUGHT_UP_MS,
  NOTHING_ACKED,
  decideAck,
} from '../../../../../src/lib/client/ack-policy.ts';
import { LIMITS } from '#protocol';

const LATE_MS = LIMITS.ackLagMs + 1;
const lagging = { lags: true, ackedAtMs: 1_000, ackedAsOf: 500 };

describe('a client that keeps up', () => {
  test.each([
    ['at once', 0],
    ['as late as is allowed', LIMITS.ackLagMs],
    ['at a time that is not known yet', Number.NaN],
  ])('and shows what it gets %s never acks', (_, lagMs) => {
    expect(decideAck(NOTHING_ACKED, { nowMs: 0, asOf: 1, lagMs })).toEqual({
      state: NOTHING_ACKED,
      send: false,
      lookInMs: null,
    });
  });
});

describe('a client that lags', () => {
  test('says so at once', () => {
    expect(decideAck(NOTHING_ACKED, { nowMs: 1_000, asOf: 500, lagMs: LATE_MS })).toEqual({
      state: lagging,
      send: true,
      lookInMs: null,
    });
  });

  test('says so at most twice a second, and then for the newest frame even when no other comes', () => {
    expect(decideAck(lagging, { nowMs: 1_100, asOf: 510, lagMs: 900 })).toEqual({
      state: lagging,
      send: false,
      lookInMs: ACK_EVERY_MS - 100,
    });
    expect(decideAck(lagging, { nowMs: 1_500, asOf: 510, lagMs: 900 })).toEqual({
      state: { lags: true, ackedAtMs: 1_500, ackedAsOf: 510 },
      send: true,
      lookInMs: null,
    });
  });

  test('does not repeat what it said', () => {
    expect(decideAck(lagging, { nowMs: 9_000, asOf: 500, lagMs: LATE_MS }).send).toBe(false);
  });

  test('goes on lagging until it is well below where lagging begins', () => {
    expect(decideAck(lagging, { nowMs: 2_000, asOf: 600, lagMs: CAUGHT_UP_MS }).state.lags).toBe(true);
    expect(decideAck(lagging, { nowMs: 2_000, asOf: 600, lagMs: Number.NaN }).state.lags).toBe(true);
  });

  test('says at once that it caught up, and nothing after that', () => {
    const caught = decideAck(lagging, { nowMs: 1_001, asOf: 510, lagMs: CAUGHT_UP_MS - 1 });
    expect(caught).toEqual({
      state: { lags: false, ackedAtMs: 1_001, ackedAsOf: 510 },
      send: true,
      lookInMs: null,
    });
    expect(decideAck(caught.state, { nowMs: 3_000, asOf: 700, lagMs: 20 }).send).toBe(false);
  });

  test('that lags again at once still keeps to twice a second', () => {
    const caught = { lags: false, ackedAtMs: 1_000, ackedAsOf: 500 };
    expect(decideAck(caught, { nowMs: 1_200, asOf: 600, lagMs: LATE_MS })).toEqual({
      state: { ...caught, lags: true },
      send: false,
      lookInMs: 300,
    });
  });
});
