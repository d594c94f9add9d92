import { describe, expect, test } from 'vitest';
import { unixUs, type EventDensity } from '#protocol';
import { eventsBetween, ReplayAxis } from '../../../../../../src/lib/components/replay/replay-axis.ts';

const density = (counts: number[], bucketUs = 100): EventDensity => ({
  fromTimeUs: unixUs(0),
  bucketUs,
  counts,
});

describe('time along the bar', () => {
  test('is linear without long silence', () => {
    const axis = new ReplayAxis(0, 1000, density(Array.from({ length: 10 }, () => 1)));
    expect(axis.shareAt(250)).toBeCloseTo(0.25);
    expect(axis.timeAt(0.75)).toBe(750);
    expect(axis.segments).toHaveLength(1);
  });

  test('folds a long silence to a narrow mark', () => {
    const counts = [4, 4, ...Array.from({ length: 96 }, () => 0), 4, 4];
    const axis = new ReplayAxis(0, 10_000, density(counts));
    expect(axis.segments.map((segment) => segment.gap)).toEqual([false, true, false]);
    expect(axis.shareAt(200)).toBeGreaterThan(0.45);
    expect(axis.shareAt(9800)).toBeLessThan(0.55);
    expect(axis.shareAt(0)).toBe(0);
    expect(axis.shareAt(10_000)).toBe(1);
  });

  test('there and back is the same time, in data and in gaps', () => {
    const counts = [4, 4, ...Array.from({ length: 96 }, () => 0), 4, 4];
    const axis = new ReplayAxis(0, 10_000, density(counts));
    for (const timeUs of [0, 57, 150, 199, 5000, 9800, 9950, 10_000]) {
      expect(axis.timeAt(axis.shareAt(timeUs))).toBe(timeUs);
    }
  });

  test('a recording with nothing in it is one plain line', () => {
    expect(new ReplayAxis(0, 1000, density(Array.from({ length: 10 }, () => 0))).segments).toHaveLength(1);
    expect(new ReplayAxis(5, 5, null).timeAt(0)).toBe(5);
  });
});

describe('the histogram', () => {
  test('shares a bucket out over the columns that it covers', () => {
    const axis = new ReplayAxis(0, 200, density([10, 30]));
    expect([...axis.columns(density([10, 30]), 4)]).toEqual([5, 5, 15, 15]);
  });

  test('loses no event when there are fewer columns than buckets', () => {
    const counts = Array.from({ length: 37 }, (_, at) => at % 5);
    const axis = new ReplayAxis(0, 3700, density(counts));
    const columns = axis.columns(density(counts), 10);
    const sum = columns.reduce((total, count) => total + count, 0);
    expect(sum).toBeCloseTo(
      counts.reduce((total, count) => total + count, 0),
      0,
    );
  });

  test('a column inside a fold is no number', () => {
    const counts = [4, 4, ...Array.from({ length: 96 }, () => 0), 4, 4];
    const axis = new ReplayAxis(0, 10_000, density(counts));
    expect([...axis.columns(density(counts), 200)].some(Number.isNaN)).toBe(true);
  });

  test('events between two times are counted by overlap', () => {
    expect(eventsBetween(density([10, 20]), 50, 150)).toBe(15);
    expect(eventsBetween(density([10, 20]), -500, 900)).toBe(30);
  });
});
