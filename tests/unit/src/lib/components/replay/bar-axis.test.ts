import { expect, test } from 'vitest';
import { unixUs } from '#protocol';
import { liveAxis } from '../../../../../../src/lib/components/replay/bar-axis.ts';
import { LIVE_BUCKET_US, LIVE_SPAN_US } from '../../../../../../src/lib/components/replay/rate-history.ts';
import { ReplayAxis } from '../../../../../../src/lib/components/replay/replay-axis.ts';

const FROM = 9 * LIVE_SPAN_US;
const window = {
  fromTimeUs: unixUs(FROM),
  bucketUs: LIVE_BUCKET_US,
  counts: Array.from({ length: 240 }, (_, bucket) => bucket % 7),
};
const { axis, runs } = liveAxis(window);

test('the live bar is the last hour on one line', () => {
  expect([axis.fromUs, axis.toUs]).toEqual([FROM, FROM + LIVE_SPAN_US]);
  expect([axis.gaps, axis.gapUs(FROM + 1)]).toEqual([[], 0]);
  expect(runs).toEqual([window]);
});

test('it stands as the same hour of a recording does', () => {
  const recorded = new ReplayAxis(FROM, FROM + LIVE_SPAN_US, [window]);
  for (const share of [-1, 0, 0.3, 1, 2]) expect(axis.timeAt(share)).toBe(recorded.timeAt(share));
  for (const timeUs of [0, FROM, FROM + 57_000_001, FROM + 2 * LIVE_SPAN_US])
    expect(axis.shareAt(timeUs)).toBe(recorded.shareAt(timeUs));
  for (const count of [1, 97, 240]) expect(axis.columns(count)).toEqual(recorded.columns(count));
});
