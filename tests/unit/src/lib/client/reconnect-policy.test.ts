import { describe, expect, test } from 'vitest';
import { BACKOFF_MAX_MS, decideReconnect } from '../../../../../src/lib/client/reconnect-policy.ts';

describe('reconnect policy', () => {
  const lost = { closeCode: 1006, failures: 0, retryAfterMs: null };

  test('the first wait lies anywhere below 250 ms', () => {
    expect(decideReconnect(lost, () => 0)).toEqual({ action: 'retry', delayMs: 0 });
    expect(decideReconnect(lost, () => 0.5)).toEqual({ action: 'retry', delayMs: 125 });
  });

  test('the ceiling doubles with each failure and stops at ten seconds', () => {
    const ceilings = [0, 1, 2, 3, 5, 6, 1_000].map((failures) => {
      const decision = decideReconnect({ ...lost, failures }, () => 1);
      return decision.action === 'retry' ? decision.delayMs : Number.NaN;
    });
    expect(ceilings).toEqual([250, 500, 1_000, 2_000, 8_000, BACKOFF_MAX_MS, BACKOFF_MAX_MS]);
  });

  test('a stated time is kept and spread by at most one first ceiling', () => {
    expect(decideReconnect({ ...lost, failures: 9, retryAfterMs: 3_000 }, () => 0.5)).toEqual({
      action: 'retry',
      delayMs: 3_125,
    });
  });

  test.each([
    ['a restart', 4000, 'retry'],
    ['a code that is not known yet', 4599, 'retry'],
    ['a wrong token', 4401, 'stop'],
    ['a policy violation', 1008, 'stop'],
  ])('%s (%i) means %s', (_, closeCode, action) => {
    expect(decideReconnect({ ...lost, closeCode }, () => 0).action).toBe(action);
  });
});
