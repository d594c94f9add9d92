import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PacedWrite } from '../../../../../src/lib/charts/paced-write.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('writes at once, then at most once an interval, and always the last time too', () => {
  const write = vi.fn();
  const paced = new PacedWrite(100, write);
  for (let nowMs = 0; nowMs <= 50; nowMs += 10) paced.request(nowMs);
  expect(write).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(100);
  expect(write).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1000);
  expect(write).toHaveBeenCalledTimes(2);
});

it('writes nothing more once stopped', () => {
  const write = vi.fn();
  const paced = new PacedWrite(100, write);
  paced.request(0);
  paced.request(10);
  paced.stop();
  vi.advanceTimersByTime(1000);
  expect(write).toHaveBeenCalledTimes(1);
});

it('does not let another thing wait for the one before', () => {
  const write = vi.fn();
  const paced = new PacedWrite(100, write);
  paced.request(0);
  paced.request(10);
  paced.hurry();
  paced.request(20);
  expect(write).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1000);
  expect(write).toHaveBeenCalledTimes(2);
});
