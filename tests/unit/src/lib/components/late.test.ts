import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { insist } from '#lib/components/late.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('what cannot be loaded is tried again every five seconds, and loaded once for all who ask', async () => {
  let tries = 0;
  const load = insist(() => {
    tries += 1;
    return tries < 3 ? Promise.reject(new Error('no network')) : Promise.resolve({ part: tries });
  });
  expect(tries).toBe(0);
  const first = load();
  expect(load()).toBe(first);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(tries).toBe(1);
  await vi.advanceTimersByTimeAsync(5_001);
  expect(await first).toEqual({ part: 3 });
  expect(await load()).toEqual({ part: 3 });
  expect(tries).toBe(3);
});
