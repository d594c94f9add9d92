import { describe, expect, it } from 'vitest';
import { instrumentId, unixUs, type BookEvent } from '#protocol';
import { BOOK_LEVELS_MAX, cutBook } from '../../../../../server/feeds/venue/book-depth.ts';

const side = (levels: number, start: number, step: number): number[] =>
  Array.from({ length: levels }, (_, at) => [start + at * step, 1]).flat();
const book = (bids: number[], asks: number[]): BookEvent => ({
  type: 'book',
  instrument: instrumentId(0),
  venueTimeUs: unixUs(1),
  receiveTimeUs: unixUs(1),
  snapshot: true,
  bids,
  asks,
});

describe('a whole book', () => {
  it('loses the levels that the engine would not keep, and leaves the adapter its own', () => {
    const event = book(side(14_384, 1_000_000, -1), side(25_711, 1_000_001, 1));
    const cut = cutBook(event);
    expect([cut.bids.length, cut.asks.length]).toEqual([2 * BOOK_LEVELS_MAX, 2 * BOOK_LEVELS_MAX]);
    expect([cut.bids.slice(0, 4), cut.asks.at(-2)]).toEqual([[1_000_000, 1, 999_999, 1], 1_005_000]);
    expect(event.asks).toHaveLength(2 * 25_711);
  });

  it('stays as it is when it is small, or not in order', () => {
    const small = book(side(10, 100, -1), side(10, 101, 1));
    expect(cutBook(small)).toBe(small);
    const unordered = book([], [...side(6_000, 101, 1), 5, 1]);
    expect(cutBook(unordered)).toBe(unordered);
  });
});
