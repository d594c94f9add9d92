import { describe, expect, it } from 'vitest';
import { pageSnapshot } from '../../../../server/timelines/page-snapshot.ts';
import { book, testTimeline, trade } from '../../../support/test-timeline.ts';

describe('pageSnapshot', () => {
  it('is the first rows as plain data, with null for what is not known', () => {
    const parts = testTimeline({ symbols: ['A', 'B', 'C'] });
    const nowUs = parts.clock.nowUs();
    for (const [minute, price] of [500, 510, 490].entries())
      parts.engine.onEvent(trade(0, nowUs + minute * 60_000_000, price, 3));
    parts.engine.onEvent(book(0, nowUs, true, [489, 1], []));
    const snapshot = pageSnapshot(parts.timeline, 2);
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
    expect(snapshot).toMatchObject({ epoch: parts.timeline.epoch, mode: 'live', simulated: false, total: 3 });
    expect(snapshot.rows).toHaveLength(2);
    expect(snapshot.rows[0]).toMatchObject({
      entry: { id: 0, symbol: 'A', open: 500 },
      last: 490,
      bid: 489,
      ask: null,
      high: 510,
      low: 490,
      volume: 9,
      closes: [500, 510, 490],
    });
    expect(snapshot.rows[1]).toMatchObject({ entry: { symbol: 'B', open: null }, last: null, closes: [] });
  });

  it('says where prices are made up', () => {
    const parts = testTimeline();
    parts.source.status = [
      {
        name: 'sim',
        venue: 'SIM',
        state: 'live',
        simulated: true,
        message: '',
        eventsPerSecond: 0,
        latencyMs: null,
      },
    ];
    expect(pageSnapshot(parts.timeline, 5)).toMatchObject({ simulated: true, rows: [], total: 0 });
  });
});
