import { describe, expect, test } from 'vitest';
import { unixUs, type EventDensity } from '#protocol';
import { rateAt } from '../../../../../../src/lib/components/replay/bar-preview.ts';

const S_US = 1_000_000;
const DAY_US = 86_400 * S_US;

const run = (fromUs: number, bucketUs: number, counts: number[]): EventDensity => ({
  fromTimeUs: unixUs(fromUs),
  bucketUs,
  counts,
});

/** Two hours, three weeks apart. */
const PARTED = [run(0, 15 * S_US, Array(240).fill(30)), run(21 * DAY_US, 15 * S_US, Array(240).fill(60))];

describe('the rate under the pointer', () => {
  test('is that of the time around it, and none where there is no run', () => {
    expect(rateAt(PARTED, 1800 * S_US)).toBeCloseTo(2);
    expect(rateAt(PARTED, 21 * DAY_US + 1800 * S_US)).toBeCloseTo(4);
    expect(rateAt(PARTED, 10 * DAY_US)).toBeNull();
  });

  test('is not a million a second for a single event', () => {
    expect(rateAt([run(7, 1, [1])], 7)).toBeLessThanOrEqual(1);
  });
});
