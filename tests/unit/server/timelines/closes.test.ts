import { describe, expect, it } from 'vitest';
import type { HistoryAnswer } from '#protocol';
import { pageSnapshot } from '../../../../server/timelines/page-snapshot.ts';
import { testTimeline, trade } from '../../../support/test-timeline.ts';

const MINUTE_US = 60_000_000;

/** Closes of the last minutes of a timeline on which the only instrument traded so many minutes ago; its price is the minute. */
async function closesAfter(minutesAgo: readonly number[], count = 60) {
  const parts = testTimeline({ symbols: ['A'] });
  const nowUs = parts.clock.nowUs();
  for (const ago of minutesAgo) parts.engine.onEvent(trade(0, nowUs - ago * MINUTE_US, 1_000 - ago, 1));
  const answer = (await parts.timeline.history({
    type: 'history',
    request: 1,
    kind: 'closes',
    instruments: [0 as never],
    interval: '1m',
    count,
  })) as HistoryAnswer & { kind: 'closes' };
  const [first] = answer.series;
  return { asked: first!.closes, rendered: pageSnapshot(parts.timeline, 1).rows[0]!.closes };
}

describe('the closes of the last hour', () => {
  it('are one a minute, the one before where nothing was traded', async () => {
    const { asked } = await closesAfter([4, 3, 1]);
    expect(asked).toEqual([996, 997, 997, 999, 999]);
  });

  it('are of the last hour where trades are rare, and the page is rendered with the same', async () => {
    const { asked, rendered } = await closesAfter([300, 200, 100, 30, 10]);
    expect(asked).toEqual([...Array(29).fill(900), ...Array(20).fill(970), ...Array(11).fill(990)]);
    expect(rendered).toEqual(asked);
  });

  it('are one price where nothing was traded in it', async () => {
    expect((await closesAfter([5_000, 4_000])).asked).toEqual(Array(60).fill(-3_000));
  });

  it('are none before the first trade, and no more than were asked for', async () => {
    expect((await closesAfter([])).asked).toEqual([]);
    expect((await closesAfter([9, 8, 7, 0], 2)).asked).toEqual([993, 1_000]);
  });

  it('go as far as a venue whose clock is ahead', async () => {
    expect((await closesAfter([1, -2])).asked).toEqual([999, 999, 999, 1_002]);
  });
});
