import { describe, expect, it } from 'vitest';
import { instrumentId, unixUs, type GapMark } from '#protocol';
import { gapWords, isFeedDrop, isGapShown } from '../../../../../../src/lib/components/replay/gap-words.ts';

const mark = (more: Partial<GapMark>): GapMark => ({
  feed: 'coinbase',
  fromTimeUs: unixUs(1_000_000),
  toTimeUs: unixUs(4_200_000),
  reason: 'cut',
  ...more,
});
const own = mark({ instrument: instrumentId(3), missing: 12 });
const away = mark({});
const tape = mark({
  feed: 'tape',
  reason: 'recording',
  fromTimeUs: unixUs(9_000_000),
  toTimeUs: unixUs(69_000_000),
});

describe('what is missing, in words', () => {
  it('is the gap of the chosen instrument before the absence of its feed', () => {
    const said = (chosen: number | null, timeUs: number): string =>
      gapWords([own, away, tape], chosen === null ? null : instrumentId(chosen), timeUs, 0);
    expect(said(3, 2_000_000)).toBe('Gap 3.2 s, 12 trades (the connection to the source was lost)');
    expect(said(4, 2_000_000)).toBe('coinbase was away 3.2 s');
    expect(said(4, 10_000_000)).toBe('Gap 60 s (it was not recorded)');
    expect(said(3, 5_000_000)).toBe('');
  });

  it('is found near a gap that is narrower than the pointer', () => {
    expect(gapWords([own], instrumentId(3), 4_300_000, 200_000)).toContain('Gap 3.2 s');
    expect(gapWords([own], instrumentId(3), 4_300_000, 50_000)).toBe('');
  });

  it('of a reason of a later version is a gap all the same', () => {
    expect(
      gapWords([mark({ instrument: instrumentId(3), reason: 'eclipse' as 'cut' })], instrumentId(3), 2e6, 0),
    ).toBe('Gap 3.2 s (unknown)');
  });

  it('shows the drop of a feed as a notch, and the gap of a recording to everybody', () => {
    expect([own, away, tape].map(isFeedDrop)).toEqual([false, true, false]);
    expect([own, away, tape].map((one) => isGapShown(one, null))).toEqual([false, false, true]);
    expect([own, away, tape].map((one) => isGapShown(one, instrumentId(3)))).toEqual([true, false, true]);
  });
});
