import { describe, expect, test } from 'vitest';
import { MergedBook } from '../../../../../src/lib/client/merged-book.ts';

describe('book', () => {
  test('changes insert, replace and remove levels, best first on both sides', () => {
    const book = new MergedBook();
    book.apply(true, [100, 5, 98, 1], [101, 2, 103, 4]);
    book.apply(false, [99, 7, 98, 0, 100, 6], [102, 1, 101, 0]);
    expect(book.bids).toEqual([100, 6, 99, 7]);
    expect(book.asks).toEqual([102, 1, 103, 4]);
  });

  test('removing a level that is not there changes nothing', () => {
    const book = new MergedBook();
    book.apply(false, [99, 0], [101, 0]);
    expect([book.bids, book.asks]).toEqual([[], []]);
  });
});
