import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { paintOnArrival } from '../../../../../src/lib/components/paint-on-arrival.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the first values of another place in time are painted at once, and those that come with them', () => {
  let commit = (): void => {};
  let asked = 0;
  const timeline = { epoch: 'a' };
  const quotes = {
    onCommit(run: () => void) {
      commit = run;
      return () => (commit = () => {});
    },
  };
  const stop = paintOnArrival({ quotes, timeline } as never, { requestAll: () => (asked += 1) });
  commit();
  expect(asked).toBe(0);
  timeline.epoch = 'b';
  commit();
  vi.advanceTimersByTime(200);
  commit();
  expect(asked).toBe(2);
  vi.advanceTimersByTime(400);
  commit();
  expect(asked).toBe(2);
  stop();
  timeline.epoch = 'c';
  commit();
  expect(asked).toBe(2);
});
