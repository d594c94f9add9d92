import { describe, expect, test } from 'vitest';
import { unixUs, type EventDensity } from '#protocol';
import { barGaps, ReplayAxis } from '../../../../../../src/lib/components/replay/replay-axis.ts';

const S_US = 1_000_000;
const DAY_US = 86_400 * S_US;

/** A run of buckets of ten seconds. */
const run = (fromUs: number, counts: number[], bucketUs = 10 * S_US): EventDensity => ({
  fromTimeUs: unixUs(fromUs),
  bucketUs,
  counts,
});
const same = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

/** Two hours, three weeks apart. */
const PARTED = [run(0, same(240, 30), 15 * S_US), run(21 * DAY_US, same(240, 60), 15 * S_US)];
const PARTED_END_US = 21 * DAY_US + 3600 * S_US;
const parted = new ReplayAxis(0, PARTED_END_US, PARTED);

describe('time along the bar', () => {
  test('is linear within one run, empty buckets and all', () => {
    const axis = new ReplayAxis(0, 100 * S_US, [run(0, [1, 0, 0, 0, 0, 0, 0, 0, 0, 1])]);
    expect(axis.shareAt(25 * S_US)).toBeCloseTo(0.25);
    expect(axis.timeAt(0.75)).toBe(75 * S_US);
    expect(axis.gaps).toEqual([]);
  });

  test('folds the silence between two runs to a narrow mark', () => {
    expect(parted.segments.map((segment) => segment.gap)).toEqual([false, true, false]);
    expect(parted.shareAt(0)).toBe(0);
    expect(parted.shareAt(PARTED_END_US)).toBe(1);
    const [fold] = parted.gaps;
    expect(fold?.from).toBeCloseTo(0.49, 2);
    expect(fold?.to).toBeCloseTo(0.51, 2);
    expect(parted.gapUs(10 * DAY_US)).toBe(21 * DAY_US - 3600 * S_US);
    expect(parted.gapUs(21 * DAY_US)).toBe(0);
  });

  test('there and back is the same time, in runs and in folds', () => {
    for (const timeUs of [0, 57, 3599 * S_US, 3600 * S_US, 5 * DAY_US, 21 * DAY_US, PARTED_END_US])
      expect(Math.abs(parted.timeAt(parted.shareAt(timeUs)) - timeUs)).toBeLessThanOrEqual(1);
  });

  test('leaves a run of minutes beside one of weeks room enough to be hit', () => {
    const runs = [run(0, same(216, 9), 3600 * S_US), run(20 * DAY_US, same(24, 5))];
    const axis = new ReplayAxis(0, 20 * DAY_US + 240 * S_US, runs);
    expect(axis.segments.at(-1)!.toShare - axis.segments.at(-1)!.fromShare).toBeGreaterThan(0.08);
  });

  test('gives most of the bar to data also with 31 folds', () => {
    const runs = Array.from({ length: 32 }, (_, at) => run(at * DAY_US, [5], 1));
    const axis = new ReplayAxis(0, 31 * DAY_US + 1, runs);
    const folded = axis.gaps.reduce((sum, { from, to }) => sum + to - from, 0);
    expect(axis.gaps).toHaveLength(31);
    expect(folded).toBeLessThan(0.25);
  });

  test('a recording of which nothing is known is one plain line', () => {
    expect(new ReplayAxis(0, 1000, []).segments).toHaveLength(1);
    expect(new ReplayAxis(0, 1000, []).timeAt(0.5)).toBe(500);
    expect(new ReplayAxis(5, 5, []).timeAt(0)).toBe(5);
  });
});

test('a skip is a gap of its own unless it lies in a fold', () => {
  const axis = new ReplayAxis(0, 100 * S_US, [run(0, same(10, 1))]);
  const [gap, ...more] = barGaps(axis, [{ fromTimeUs: 25 * S_US, toTimeUs: 50 * S_US }]);
  expect([gap?.from, gap?.to, more]).toEqual([expect.closeTo(0.25), expect.closeTo(0.5), []]);
  expect(barGaps(parted, [{ fromTimeUs: DAY_US, toTimeUs: 20 * DAY_US }])).toEqual(parted.gaps);
});

describe('the histogram', () => {
  test('shares a bucket out over the columns that it covers', () => {
    const axis = new ReplayAxis(0, 20 * S_US, [run(0, [10, 30])]);
    expect([...axis.columns(4)]).toEqual([1, 1, 3, 3]);
  });

  test('loses no event when there are fewer columns than buckets', () => {
    const counts = Array.from({ length: 37 }, (_, at) => at % 5);
    const rates = new ReplayAxis(0, 370 * S_US, [run(0, counts)]).columns(10);
    const events = rates.reduce((sum, rate) => sum + rate * 37, 0);
    expect(events).toBeCloseTo(
      counts.reduce((sum, count) => sum + count, 0),
      6,
    );
  });

  test('is of one height for one rate, whatever room a run has', () => {
    const runs = [run(0, same(216, 3600), 3600 * S_US), run(20 * DAY_US, same(24, 10))];
    const columns = new ReplayAxis(0, 20 * DAY_US + 240 * S_US, runs).columns(200);
    for (const rate of columns.filter((it) => !Number.isNaN(it))) expect(rate).toBeCloseTo(1, 1);
  });

  test('is no number in a fold', () => {
    const columns = parted.columns(200);
    expect(columns.slice(98, 102).some(Number.isNaN)).toBe(true);
    expect([...columns.slice(0, 97), ...columns.slice(103)].some(Number.isNaN)).toBe(false);
    expect([columns[10], columns[190]]).toEqual([expect.closeTo(2), expect.closeTo(4)]);
  });
});
