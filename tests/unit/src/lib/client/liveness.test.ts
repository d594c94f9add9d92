import { describe, expect, test } from 'vitest';
import {
  judgeLiveness,
  PROBE_MS,
  STALL_MS,
  type LivenessTimes,
} from '../../../../../src/lib/client/liveness.ts';

const limits = { heartbeatMs: 10_000, silenceMaxMs: 25_000 };

describe('with a subscription, for which the server sends something every second', () => {
  const judge = (times: Pick<LivenessTimes, 'nowMs' | 'heardMs' | 'pingedMs'>, by = limits) =>
    judgeLiveness({ ...times, askedMs: null, expectsStatus: true }, by);

  test('a recent frame is live, and the next look is when the stall would begin', () => {
    expect(judge({ nowMs: 1_000, heardMs: 900, pingedMs: 0 })).toEqual({
      state: 'live',
      silentMs: 100,
      ping: false,
      nextLookMs: STALL_MS - 100,
    });
  });

  test('a stall begins early enough to be shown within 1.5 s of the last frame', () => {
    expect(STALL_MS + 1000 / 60).toBeLessThan(1_500);
    expect(judge({ nowMs: STALL_MS, heardMs: 0, pingedMs: 0 }).state).toBe('stalled');
  });

  test('a stall is probed once', () => {
    expect(judge({ nowMs: 1_500, heardMs: 0, pingedMs: 0 }).ping).toBe(true);
    expect(judge({ nowMs: 2_000, heardMs: 0, pingedMs: 1_500 }).ping).toBe(false);
  });

  test('a probe without an answer for three seconds is the end', () => {
    const times = { heardMs: 0, pingedMs: STALL_MS };
    expect(judge({ nowMs: STALL_MS + PROBE_MS - 1, ...times }).state).toBe('stalled');
    expect(judge({ nowMs: STALL_MS + PROBE_MS, ...times }).state).toBe('dead');
  });

  test('a shorter silence limit of the server wins', () => {
    const strict = { heartbeatMs: 500, silenceMaxMs: 2_000 };
    expect(judge({ nowMs: 2_000, heardMs: 0, pingedMs: 1_500 }, strict).state).toBe('dead');
  });

  test('the heartbeat is due when nothing was sent for its time', () => {
    expect(judge({ nowMs: 10_000, heardMs: 9_990, pingedMs: 0 }).ping).toBe(true);
  });
});

describe('without a subscription', () => {
  const judge = (times: Pick<LivenessTimes, 'nowMs' | 'heardMs' | 'pingedMs' | 'askedMs'>) =>
    judgeLiveness({ ...times, expectsStatus: false }, limits);

  test('silence is no stall, until the heartbeat asks', () => {
    expect(judge({ nowMs: 9_000, heardMs: 100, pingedMs: 0, askedMs: null })).toEqual({
      state: 'live',
      silentMs: 0,
      ping: false,
      nextLookMs: 1_000,
    });
    expect(judge({ nowMs: 10_000, heardMs: 100, pingedMs: 0, askedMs: null }).ping).toBe(true);
  });

  test('a ping without an answer is a stall, and later the end, without another ping', () => {
    const asked = { heardMs: 100, pingedMs: 10_000, askedMs: 10_000 };
    expect(judge({ nowMs: 10_000 + STALL_MS - 1, ...asked }).state).toBe('live');
    expect(judge({ nowMs: 10_000 + STALL_MS, ...asked })).toMatchObject({
      state: 'stalled',
      silentMs: STALL_MS,
      ping: false,
    });
    expect(judge({ nowMs: 10_000 + STALL_MS + PROBE_MS, ...asked }).state).toBe('dead');
  });

  test('a look comes soon enough for a subscription that is taken meanwhile', () => {
    expect(judge({ nowMs: 200, heardMs: 100, pingedMs: 100, askedMs: null }).nextLookMs).toBe(STALL_MS);
  });
});
