import { describe, expect, it } from 'vitest';
import { unixUs, type GapMark } from '#protocol';
import { CommitBuilder } from '../../../../../src/lib/client/commit-builder.ts';
import { createQuoteColumns } from '../../../../../src/lib/client/quote-columns.ts';
import { ToldTimeline } from '../../../../../src/lib/client/told-timeline.ts';

const mark = (fromUs: number): GapMark => ({
  feed: 'test',
  fromTimeUs: unixUs(fromUs),
  toTimeUs: unixUs(fromUs + 1),
  reason: 'cut',
});
const taken = (pending: CommitBuilder): unknown => pending.take(createQuoteColumns(1)).commit.gaps;

describe('gap marks on their way to the page', () => {
  it('are gathered until the page asks, and a whole list takes the place of what waits', () => {
    const pending = new CommitBuilder();
    pending.gaps([mark(1)], false);
    pending.gaps([mark(2)], false);
    expect(taken(pending)).toEqual({ whole: false, marks: [mark(1), mark(2)] });
    expect(taken(pending)).toBeNull();
    pending.gaps([mark(1)], false);
    pending.gaps([mark(3)], true);
    pending.gaps([mark(4)], false);
    expect(taken(pending)).toEqual({ whole: true, marks: [mark(3), mark(4)] });
  });

  it('are void after a connection that holds nothing, and stay after one that goes on', () => {
    const pending = new CommitBuilder();
    pending.gaps([mark(1)], false);
    pending.welcomed('a', true);
    expect(taken(pending)).toEqual({ whole: false, marks: [mark(1)] });
    pending.gaps([mark(1)], false);
    pending.welcomed('b', false);
    expect(taken(pending)).toEqual({ whole: true, marks: [] });
  });

  it('are kept for a page that comes later, and bounded', () => {
    const told = new ToldTimeline();
    told.onGaps([mark(1)], true);
    for (let at = 2; at < 2_000; at += 1) told.onGaps([mark(at)], false);
    expect(told.gaps).toHaveLength(512);
    told.onGaps([], true);
    expect(told.gaps).toEqual([]);
  });
});
