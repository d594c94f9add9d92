import { expect, test } from 'vitest';
import { unixUs } from '#protocol';
import { LIVE_BUCKET_US, RateHistory } from '../../../../../../src/lib/components/replay/rate-history.ts';

const HOUR_US = 3_600_000_000;
const START_US = 1000 * HOUR_US;

test('an hour is 240 columns, and what is reported each second adds up in the newest', () => {
  const history = new RateHistory();
  for (let second = 0; second <= 10; second += 1) history.add(START_US + second * 1e6, 500);
  const window = history.window(START_US + 10e6);
  expect(window.counts).toHaveLength(240);
  expect(window.counts.at(-1)).toBeCloseTo(5000);
  expect(window.fromTimeUs + 240 * window.bucketUs).toBeGreaterThan(START_US + 10e6);
});

test("the server's histogram is taken once and then extended", () => {
  const history = new RateHistory();
  const density = [{ fromTimeUs: unixUs(START_US), bucketUs: LIVE_BUCKET_US, counts: [7, 9] }];
  history.adopt(density);
  history.add(START_US + LIVE_BUCKET_US, 100);
  history.add(START_US + LIVE_BUCKET_US + 1e6, 100);
  history.adopt(density);
  expect(history.window(START_US + LIVE_BUCKET_US).counts.slice(-2)).toEqual([7, 109]);
});

test('a stretch without reports stays empty, and old columns leave', () => {
  const history = new RateHistory();
  history.add(START_US, 100);
  history.add(START_US + 1e6, 100);
  history.add(START_US + 60e6, 100);
  expect(history.window(START_US + 60e6).counts.slice(-4)).toEqual([0, 0, 0, 0]);
  expect(history.window(START_US + 2 * HOUR_US).counts.every((count) => count === 0)).toBe(true);
});
