import { describe, expect, test } from 'vitest';
import { judgeLiveness, PROBE_MS, STALL_MS } from '../../../../../src/lib/client/liveness.ts';

describe('liveness', () => {
  const limits = { heartbeatMs: 10_000, silenceMaxMs: 25_000 };

  test('a recent frame is live, and the next look is when the stall would begin', () => {
    expect(judgeLiveness({ nowMs: 1_000, heardMs: 900, pingedMs: 0 }, limits)).toEqual({
      state: 'live',
      ping: false,
      nextLookMs: STALL_MS - 100,
    });
  });

  test('a stall begins early enough to be shown within 1.5 s of the last frame', () => {
    expect(STALL_MS + 1000 / 60).toBeLessThan(1_500);
    expect(judgeLiveness({ nowMs: STALL_MS, heardMs: 0, pingedMs: 0 }, limits).state).toBe('stalled');
  });

  test('a stall is probed once', () => {
    expect(judgeLiveness({ nowMs: 1_500, heardMs: 0, pingedMs: 0 }, limits).ping).toBe(true);
    expect(judgeLiveness({ nowMs: 2_000, heardMs: 0, pingedMs: 1_500 }, limits).ping).toBe(false);
  });

  test('a probe without an answer for three seconds is the end', () => {
    const times = { heardMs: 0, pingedMs: STALL_MS };
    expect(judgeLiveness({ nowMs: STALL_MS + PROBE_MS - 1, ...times }, limits).state).toBe('stalled');
    expect(judgeLiveness({ nowMs: STALL_MS + PROBE_MS, ...times }, limits).state).toBe('dead');
  });

  test('a shorter silence limit of the server wins', () => {
    const strict = { heartbeatMs: 500, silenceMaxMs: 2_000 };
    expect(judgeLiveness({ nowMs: 2_000, heardMs: 0, pingedMs: 1_500 }, strict).state).toBe('dead');
  });

  test('the heartbeat is due when nothing was sent for its time', () => {
    expect(judgeLiveness({ nowMs: 10_000, heardMs: 9_990, pingedMs: 0 }, limits).ping).toBe(true);
  });
});
