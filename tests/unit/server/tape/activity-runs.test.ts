import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { activityRuns } from '../../../../server/tape/activity-runs.ts';
import { recordedAt } from './recorded.ts';

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
const SILENCE_US = 60_000_000;

/** One event each `stepUs` from a time on. */
const every = (stepUs: number, fromUs: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => fromUs + at * stepUs);
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

describe('the runs of activity of a recording', () => {
  test('are one of 240 buckets where silence is never long', () => {
    const [run, ...others] = activityRuns(recordedAt(every(10_000_000, 0, 1000)), SILENCE_US);
    expect(others).toEqual([]);
    expect(run?.counts).toHaveLength(240);
    expect(run).toMatchObject({ fromTimeUs: 0, bucketUs: Math.ceil((9_990_000_000 + 1) / 240) });
  });

  test('are parted by weeks of silence, and shared out by duration', () => {
    const times = [...every(10_000_000, 0, 720), ...every(10_000_000, 21 * DAY_US, 360)];
    const runs = activityRuns(recordedAt(times), SILENCE_US);
    expect(runs.map((run) => run.fromTimeUs)).toEqual([0, 21 * DAY_US]);
    expect(runs.map((run) => run.counts.length)).toEqual([160, 80]);
    expect(runs.map((run) => sum(run.counts))).toEqual([720, 360]);
  });

  test('go on over silence as long as the limit', () => {
    expect(activityRuns(recordedAt([0, SILENCE_US]), SILENCE_US)).toHaveLength(1);
    expect(activityRuns(recordedAt([0, SILENCE_US + 1]), SILENCE_US)).toHaveLength(2);
  });

  test('have buckets enough to show a burst, also when they are short', () => {
    const times = [...every(30_000_000, 0, 28_800), ...every(100_000, 30 * DAY_US, 300)];
    const short = activityRuns(recordedAt(times), SILENCE_US).at(-1);
    expect(short?.counts).toHaveLength(24);
  });

  test('are one bucket of one microsecond for a single instant', () => {
    expect(activityRuns(recordedAt([7, 7]), SILENCE_US)).toEqual([
      { fromTimeUs: 7, bucketUs: 1, counts: [2] },
    ]);
    expect(activityRuns(recordedAt([7, 9]), SILENCE_US)[0]?.counts).toEqual([1, 0, 1]);
  });

  test('are at most 32, parted by the longest silences', () => {
    // Silence of 61, 62, ... 110 seconds after one event each.
    const times = [0];
    for (let second = 61; second <= 110; second += 1) times.push(times.at(-1)! + second * 1_000_000);
    const runs = activityRuns(recordedAt(times), SILENCE_US);
    expect(runs).toHaveLength(32);
    expect(sum(runs[0]!.counts)).toBe(times.length - 31);
    expect(runs[1]?.fromTimeUs).toBe(times[times.length - 31]);
  });

  test('hold each event once, in order and apart', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(500), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 60 }),
        (steps, silenceUs) => {
          let timeUs = 0;
          const runs = activityRuns(
            recordedAt(steps.map((step) => (timeUs += step))),
            // The shortest limit of the server is a second; a run ends up to one bucket late, which is 240 us at most.
            silenceUs + 240,
          );
          expect(sum(runs.flatMap((run) => run.counts))).toBe(steps.length);
          runs.slice(1).forEach((run, at) => {
            const before = runs[at]!;
            expect(before.fromTimeUs + before.bucketUs * before.counts.length).toBeLessThanOrEqual(
              run.fromTimeUs,
            );
          });
        },
      ),
    );
  });
});
