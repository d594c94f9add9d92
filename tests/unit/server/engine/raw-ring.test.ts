import { describe, expect, it } from 'vitest';
import { BIT_BID, BIT_LAST, BIT_TRADE } from '#protocol';
import { emptyQuoteColumns, growQuoteColumns } from '../../../../server/engine/columns.ts';
import { RawRing } from '../../../../server/engine/raw-ring.ts';
import { TestViewer } from '../../../support/test-viewer.ts';
import { quote, testTimeline, trade } from '../../../support/test-timeline.ts';

function columnsOf(values: Partial<Record<'bid' | 'last' | 'lastSize' | 'volume', number>>) {
  const columns = emptyQuoteColumns();
  growQuoteColumns(columns, 2);
  for (const [field, value] of Object.entries(values)) columns[field as 'bid'][0] = value;
  return columns;
}

describe('RawRing', () => {
  it('keeps the fields of each change as they stood then', () => {
    const ring = new RawRing(4);
    ring.keep();
    ring.push(0, BIT_BID, columnsOf({ bid: 10 }), 1_000, 1);
    ring.push(0, BIT_BID | BIT_LAST, columnsOf({ bid: 11, last: 12 }), 2_000, 1);
    expect(ring.since(0, 1, 10)).toEqual({
      firstSeq: 1,
      changes: [
        { timeUs: 1_000, bits: BIT_BID, bid: 10 },
        { timeUs: 2_000, bits: BIT_BID | BIT_LAST, bid: 11, last: 12 },
      ],
    });
  });

  it('numbers what it does not keep, so that it counts as lost', () => {
    const ring = new RawRing(4);
    for (let at = 0; at < 3; at += 1) ring.push(0, BIT_BID, columnsOf({ bid: at }), at, 1);
    ring.keep();
    ring.push(0, BIT_BID, columnsOf({ bid: 3 }), 3, 2);
    expect(ring.newestSeq(0)).toBe(4);
    expect(ring.since(0, 1, 10).firstSeq).toBe(4);
    ring.letGo();
    ring.push(0, BIT_BID, columnsOf({ bid: 4 }), 4, 3);
    expect(ring.newestSeq(0)).toBe(5);
  });

  it('writes prices and sizes in other units, and no times', () => {
    const ring = new RawRing(4);
    ring.keep();
    ring.push(0, BIT_TRADE | BIT_LAST, { ...columnsOf({ last: 5, lastSize: 7, volume: 9 }) }, 1, 1);
    ring.rescale(0, 10, 100);
    expect(ring.since(0, 1, 1).changes[0]).toMatchObject({ timeUs: 1, last: 50, lastSize: 700, volume: 900 });
    ring.rescale(0, Number.NaN, 1);
    expect(ring.since(0, 1, 1)).toEqual({ firstSeq: 2, changes: [] });
  });
});

describe('the raw channel', () => {
  it('[RW1] [RW2] [RW3] sends every change of a tick in order, where quotes send the newest', () => {
    const parts = testTimeline({ symbols: ['A'] });
    const viewer = new TestViewer(parts)
      .hello()
      .subscribe(1, 'raw', ['A'], { maxRateHz: 1 })
      .subscribe(2, 'quote', ['A'], { maxRateHz: 1 });
    const timeUs = parts.clock.nowUs();
    for (let step = 0; step < 5; step += 1)
      parts.engine.onEvent(quote(0, timeUs + step, 100 + step, 1, 200, 1));
    parts.engine.onEvent(trade(0, timeUs + 9, 150, 3));
    parts.clock.advance(1_100);
    const { raw, frames } = viewer.deliver().model;
    const changes = [...raw.rows.get(0)!.values()];
    expect(changes.map((change) => change!.bid)).toEqual([100, 101, 102, 103, 104, undefined]);
    expect(changes.map((change) => change!.timeUs - timeUs)).toEqual([0, 1, 2, 3, 4, 9]);
    expect(changes.at(-1)).toMatchObject({ last: 150, lastSize: 3, tradeTimeUs: timeUs + 9 });
    expect(frames.filter(({ kind }) => kind === 6)).toHaveLength(1);
  });

  it('[RW4] tells of changes that left the ring before they could be sent', () => {
    const parts = testTimeline({ symbols: ['A'] });
    const viewer = new TestViewer(parts).hello().subscribe(1, 'raw', ['A'], { maxRateHz: 0.1 });
    const timeUs = parts.clock.nowUs();
    for (let step = 1; step <= 2_100; step += 1)
      parts.engine.onEvent(quote(0, timeUs + step, 100 + step, 1, 99_999, 1));
    parts.clock.advance(11_000);
    const { messages, raw } = viewer.deliver().model;
    expect(messages.filter(({ type }) => type === 'changes-lost')).toMatchObject([
      { instrument: 0, fromSeq: 1, toSeq: 100 },
    ]);
    expect(raw.lastSeq.get(0)).toBe(2_100);
    expect(parts.engine.counters.toRecord()).toMatchObject({ changes_lost: 100 });
  });

  it('lets go of what it keeps with its last viewer', () => {
    const parts = testTimeline({ symbols: ['A'] });
    const viewer = new TestViewer(parts).hello().subscribe(1, 'raw', ['A']);
    parts.engine.onEvent(quote(0, parts.clock.nowUs(), 100, 1, 200, 1));
    expect(parts.engine.raw.since(0, 1, 9).changes).toHaveLength(1);
    viewer.say({ type: 'unsubscribe', subscription: 1 });
    expect(parts.engine.raw.since(0, 1, 9).changes).toEqual([]);
  });
});
