import { expect, test } from 'vitest';
import { unixUs, type EventDensity } from '#protocol';
import { LIVE_BUCKET_US, LIVE_SPAN_US } from '../../../../../../src/lib/components/replay/rate-history.ts';
import { tapeAxis } from '../../../../../../src/lib/components/replay/tape-axis.ts';

const S = 1_000_000;
const NOW = 10 * LIVE_SPAN_US;
const run = (fromUs: number, bucketUs: number, counts: number[]): EventDensity => ({
  fromTimeUs: unixUs(fromUs),
  bucketUs,
  counts,
});
const hour = run(
  NOW - LIVE_SPAN_US,
  LIVE_BUCKET_US,
  Array.from({ length: 240 }, () => 30),
);

test('the bar of a tape begins where it does, ends now, and shows what came since it was opened', () => {
  const openedUs = NOW - 40 * S;
  const { axis, runs } = tapeAxis(
    [run(openedUs - 60 * S, S, Array(60).fill(2))],
    hour,
    openedUs - 60 * S,
    NOW,
  );
  expect([axis.fromUs, axis.toUs]).toEqual([openedUs - 60 * S, NOW]);
  expect(axis.gaps).toEqual([]);
  expect(runs.at(-1)!.fromTimeUs).toBe(openedUs);
  expect(runs.at(-1)!.counts).toHaveLength(3);
  expect(runs.at(-1)!.counts[0]).toBeCloseTo(30);
});

test('what the tape has let go meanwhile is no part of its bar', () => {
  const { axis, runs } = tapeAxis([run(NOW - 300 * S, S, Array(300).fill(1))], hour, NOW - 100 * S, NOW);
  expect(axis.fromUs).toBe(NOW - 100 * S);
  expect(runs[0]!.counts).toHaveLength(100);
});

test('a tape that has just begun is a minute wide', () => {
  const { axis } = tapeAxis([run(NOW - 2 * S, S, [5, 5])], hour, NOW - 2 * S, NOW);
  expect(axis.toUs - axis.fromUs).toBe(60 * S);
});

test('long silence in an old tape is folded', () => {
  const old = [
    run(NOW - 9 * LIVE_SPAN_US, 60 * S, Array(60).fill(9)),
    run(NOW - LIVE_SPAN_US, 60 * S, Array(60).fill(9)),
  ];
  expect(tapeAxis(old, hour, NOW - 9 * LIVE_SPAN_US, NOW).axis.gaps).toHaveLength(1);
});
