import { describe, expect, it } from 'vitest';
import { addedSeconds, secondRuns, type Second } from '../../../../../server/tape/file/second-runs.ts';

describe('the density of a tape from its indexes', () => {
  it('adds up a second that two parts share', () => {
    const parts: Second[][] = [
      [[10, 5]],
      [
        [9, 2],
        [10, 2],
      ],
    ];
    expect(addedSeconds(parts)).toEqual([
      [9, 2],
      [10, 7],
    ]);
  });

  it('parts runs where nothing happened for longer than the silence, and counts every event once', () => {
    const runs = secondRuns(
      [
        [100, 3],
        [101, 4],
        [130, 5],
        [500, 6],
      ],
      60_000_000,
    );
    expect(runs.map(({ fromTimeUs }) => fromTimeUs)).toEqual([100_000_000, 500_000_000]);
    expect(runs.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0))).toEqual([12, 6]);
    expect(runs[0]!.counts[30]).toBe(5);
  });

  it('has 32 runs at most, parted by the longest silences', () => {
    const seconds = Array.from({ length: 100 }, (_, at): [number, number] => [at * at * 100, 1]);
    const runs = secondRuns(seconds, 1_000_000);
    expect(runs).toHaveLength(32);
    expect(runs.at(-1)!.counts.reduce((sum, count) => sum + count, 0)).toBe(1);
  });
});
