import { describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import { Book } from '../../../../../server/engine/book.ts';
import { DifferenceBook } from '../../../../../server/feeds/bitstamp/difference-book.ts';
import type { BookRows } from '../../../../../server/feeds/bitstamp/map.ts';
import { TopBook } from '../../../../../server/feeds/bitstamp/top-book.ts';
import type { BitstampLevel } from '../../../../../server/feeds/bitstamp/wire.ts';
import { ARRIVAL_US, RecordingPort } from '../../../../support/recording-port.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';

const START_US = 1_641_343_691_000_000;
const rows = (afterUs: number, bids: BitstampLevel[], asks: BitstampLevel[]): BookRows => ({
  timeUs: unixUs(START_US + afterUs),
  bids,
  asks,
});
const BIDS: BitstampLevel[] = [
  ['100.00', '3'],
  ['99.50', '1'],
];
const ASKS: BitstampLevel[] = [
  ['100.50', '2'],
  ['101.00', '4'],
];

function top(step = '0.01') {
  const port = new RecordingPort(['btcusd'], step);
  return { port, book: new TopBook('btcusd', port.instrument('btcusd')!, port) };
}

function difference() {
  const port = new RecordingPort(['btcusd'], '0.01');
  return { port, book: new DifferenceBook('btcusd', port.instrument('btcusd')!, port) };
}

describe('the top of a book', () => {
  it('BS5: is handed on whole, and then as what changed', () => {
    const { port, book } = top();
    book.take(rows(1, BIDS, ASKS), ARRIVAL_US);
    book.take(rows(2, [['100.25', '1'], BIDS[0]!], [['100.50', '5'], ASKS[1]!]), ARRIVAL_US);
    book.take(rows(3, [['100.25', '1'], BIDS[0]!], [['100.50', '5'], ASKS[1]!]), ARRIVAL_US);
    expect(port.of('book')).toMatchObject([
      { snapshot: true, bids: [10_000, 300, 9_950, 100], asks: [10_050, 200, 10_100, 400] },
      { snapshot: false, venueTimeUs: START_US + 2, bids: [10_025, 100, 9_950, 0], asks: [10_050, 500] },
    ]);
  });

  it('BS7: is right again with the frame after a lost one', () => {
    const random = new SeededRandom(7);
    const { port, book } = top();
    const engine = new Book();
    const side = (from: number, step: number): BitstampLevel[] => {
      const levels: BitstampLevel[] = [];
      for (let at = 0; levels.length < 100; at += 1)
        if (random.chance(0.5))
          levels.push([((from + step * at) / 100).toFixed(2), String(random.between(1, 9))]);
      return levels;
    };
    for (let frame = 1; frame < 50; frame += 1) {
      const middle = random.between(9_000, 11_000);
      const now = rows(frame, side(middle, -1), side(middle + 1, 1));
      if (random.chance(0.3)) continue;
      port.events.length = 0;
      book.take(now, ARRIVAL_US);
      for (const event of port.of('book')) engine.apply(event.snapshot, event.bids, event.asks);
      const flat = (levels: readonly BitstampLevel[]) =>
        levels.flatMap(([price, size]) => [Math.round(Number(price) * 100), Number(size) * 100]);
      expect([engine.bids(200), engine.asks(200)]).toEqual([flat(now.bids), flat(now.asks)]);
    }
  });

  it('BS8: is wrong when it is older than the one before, or crossed', () => {
    const { port, book } = top();
    book.take(rows(2_000, BIDS, ASKS), ARRIVAL_US);
    book.take(rows(1_000, BIDS, ASKS), ARRIVAL_US);
    expect(port.faults).toMatchObject([
      { kind: 'order', detail: 'A book is 1 ms older than the one before.' },
    ]);
    expect(book.hasBook).toBe(false);
    book.take(rows(3_000, ASKS, ASKS), ARRIVAL_US);
    expect(port.faults).toMatchObject([{}, { kind: 'crossed' }]);
    book.take(rows(4_000, BIDS, ASKS), ARRIVAL_US);
    expect(port.of('book').at(-1)).toMatchObject({ snapshot: true, bids: [10_000, 300, 9_950, 100] });
  });

  it('is that of REST where nothing moves, cut to what frames would hold', () => {
    const { port, book } = top();
    const deep = Array.from({ length: 300 }, (_, at): BitstampLevel => [(100 - at / 100).toFixed(2), '1']);
    book.seed(rows(5, deep, ASKS), ARRIVAL_US);
    expect(port.of('book')).toMatchObject([{ snapshot: true }]);
    expect(port.of('book')[0]!.bids).toHaveLength(200);
    book.take(rows(6, BIDS, ASKS), ARRIVAL_US);
    book.seed(rows(7, deep, ASKS), ARRIVAL_US);
    expect(port.of('book')).toHaveLength(2);
  });

  it('is not that of an answer of REST that is older than a frame', () => {
    const { port, book } = top();
    book.take(rows(6, BIDS, ASKS), ARRIVAL_US);
    book.drop();
    book.seed(rows(5, BIDS, ASKS), ARRIVAL_US);
    expect([book.hasBook, port.of('book').length]).toEqual([false, 1]);
  });

  it('is handed on whole when a price with more digits made the tick finer, or a side is out of order', () => {
    const { port, book } = top('0.5');
    book.take(rows(1, BIDS, ASKS), ARRIVAL_US);
    book.take(rows(2, [['100.25', '1']], ASKS), ARRIVAL_US);
    book.take(rows(3, BIDS.toReversed(), ASKS), ARRIVAL_US);
    book.take(rows(4, BIDS, ASKS), ARRIVAL_US);
    expect(port.of('book').map(({ snapshot }) => snapshot)).toEqual([true, true, true, true]);
    expect(port.faults).toEqual([]);
  });

  it('is broken by what is no number', () => {
    const { port, book } = top();
    book.take(rows(1, [['x', '1']], ASKS), ARRIVAL_US);
    expect([port.faults.length, port.events.length, book.hasBook]).toEqual([1, 0, false]);
  });
});

describe('a book of differences', () => {
  it('BS9: is the snapshot and the differences that are newer', () => {
    const { port, book } = difference();
    expect(book.take(rows(1, [['1.00', '1']], []), ARRIVAL_US)).toBe(true);
    expect(book.take(rows(5, [['2.00', '1']], []), ARRIVAL_US)).toBe(true);
    expect(book.take(rows(6, [['3.00', '1']], []), ARRIVAL_US)).toBe(true);
    expect(port.events).toEqual([]);
    expect(book.snapshot(rows(5, BIDS, ASKS), ARRIVAL_US)).toBe(true);
    expect(book.take(rows(7, [], [['100.50', '0.00000000']]), ARRIVAL_US)).toBe(false);
    expect(port.of('book')).toMatchObject([
      { snapshot: true, venueTimeUs: START_US + 5 },
      { snapshot: false, bids: [300, 100] },
      { snapshot: false, asks: [10_050, 0] },
    ]);
  });

  it('BS10: wants another snapshot when there may be a hole before the first difference', () => {
    const { port, book } = difference();
    book.take(rows(5, [['2.00', '1']], []), ARRIVAL_US);
    expect(book.snapshot(rows(4, BIDS, ASKS), ARRIVAL_US)).toBe(false);
    expect([book.hasBook, port.events.length]).toEqual([false, 0]);
    expect(book.snapshot(rows(5, BIDS, ASKS), ARRIVAL_US)).toBe(true);
    expect(book.hasBook).toBe(true);
  });

  it('BS11: is wrong when a difference is older than the one before; a repeated one changes nothing', () => {
    const { port, book } = difference();
    book.snapshot(rows(1, BIDS, ASKS), ARRIVAL_US);
    book.take(rows(3_000, [['2.00', '1']], []), ARRIVAL_US);
    book.take(rows(3_000, [['2.00', '1']], []), ARRIVAL_US);
    expect([port.faults.length, port.events.length]).toEqual([0, 2]);
    book.take(rows(2_000, [['2.00', '2']], []), ARRIVAL_US);
    expect(port.faults).toMatchObject([{ kind: 'order' }]);
    expect(book.hasBook).toBe(false);
  });

  it('BS11: is wrong when it is crossed', () => {
    const { port, book } = difference();
    book.snapshot(rows(1, BIDS, ASKS), ARRIVAL_US);
    book.take(rows(2, [['100.50', '1']], []), ARRIVAL_US);
    expect(port.faults).toMatchObject([
      { kind: 'crossed', detail: 'The best bid is 0 ticks above the best ask.' },
    ]);
  });

  it('hands on what it kept when no snapshot is to be had', () => {
    const { port, book } = difference();
    book.take(rows(1, [['2.00', '1']], []), ARRIVAL_US);
    book.release();
    expect(port.of('book')).toMatchObject([{ snapshot: false, bids: [200, 100] }]);
    expect(book.hasBook).toBe(false);
  });
});
