import { describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import { Activity } from '../../../../server/timelines/activity.ts';

const T = 1_700_000_010_000_000;
const QUARTER_MINUTE = 15_000_000;
const at = (quarters: number) => unixUs(T + quarters * QUARTER_MINUTE);

describe('Activity', () => {
  it('counts events by quarter minutes over the last hour', () => {
    const activity = new Activity(at(0));
    activity.add(at(0), 5);
    activity.add(at(0.5), 2);
    activity.add(at(3), 9);
    const { bucketUs, counts, fromTimeUs } = activity.density();
    expect([bucketUs, counts.length]).toEqual([QUARTER_MINUTE, 240]);
    expect(counts.slice(-4)).toEqual([7, 0, 0, 9]);
    expect(fromTimeUs + 240 * bucketUs).toBeGreaterThan(at(3));
    expect(fromTimeUs + 239 * bucketUs).toBeLessThanOrEqual(at(3));
  });

  it('forgets what is older than an hour, after any pause', () => {
    const activity = new Activity(at(0));
    activity.add(at(0), 5);
    activity.add(at(239), 1);
    expect(activity.density().counts[0]).toBe(5);
    activity.add(at(240), 1);
    expect(activity.density().counts.slice(-2)).toEqual([1, 1]);
    expect(activity.density().counts[0]).toBe(0);
    activity.add(at(5_000), 3);
    expect(activity.density().counts.reduce((sum, count) => sum + count)).toBe(3);
  });
});
