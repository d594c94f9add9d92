import { beforeEach, expect, test } from 'vitest';
import { NO_LIMITS, type ConnectionLimits } from '../../../../../src/lib/client/connection-limits.ts';
import { HIDDEN_AFTER_MS, HIDDEN_RATE_HZ, PageLimits } from '../../../../../src/lib/client/page-limits.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

let clock: ManualClock;
let applied: ConnectionLimits[];
let limits: PageLimits;

beforeEach(() => {
  clock = new ManualClock(0);
  applied = [];
  limits = new PageLimits(clock, (next) => applied.push(next));
});

test('a look at another tab costs nothing', () => {
  limits.setVisible(false);
  clock.advance(HIDDEN_AFTER_MS - 1);
  limits.setVisible(true);
  clock.advance(60_000);
  expect(applied).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});

test('a page that stays hidden is served slowly, and as before as soon as it is seen', () => {
  limits.setVisible(false);
  limits.setVisible(false);
  clock.advance(HIDDEN_AFTER_MS);
  expect(applied).toEqual([{ maxRateHz: HIDDEN_RATE_HZ, maxBitsPerSecond: 0 }]);
  limits.setVisible(true);
  expect(applied.slice(1)).toEqual([NO_LIMITS]);
  expect(clock.pendingTimers).toBe(0);
});

test('the cap on all that is sent holds also while the page is hidden, and a choice made meanwhile waits for its return', () => {
  limits.choose({ maxRateHz: 2, maxBitsPerSecond: 64_000 });
  limits.setVisible(false);
  clock.advance(HIDDEN_AFTER_MS);
  limits.choose({ maxRateHz: 5, maxBitsPerSecond: 64_000 });
  limits.setVisible(true);
  expect(applied).toEqual([
    { maxRateHz: 2, maxBitsPerSecond: 64_000 },
    { maxRateHz: HIDDEN_RATE_HZ, maxBitsPerSecond: 64_000 },
    { maxRateHz: 5, maxBitsPerSecond: 64_000 },
  ]);
});

test('closing leaves no timer', () => {
  limits.setVisible(false);
  limits.close();
  expect(clock.pendingTimers).toBe(0);
});
