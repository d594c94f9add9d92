import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Book } from '../../../../server/engine/book.ts';

describe('Book', () => {
  it('[BO1] keeps bids falling and asks rising, whatever order they come in', () => {
    const book = new Book();
    book.apply(true, [98, 1, 100, 2, 99, 3], [103, 1, 101, 2, 102, 3]);
    expect(book.bids(10)).toEqual([100, 2, 99, 3, 98, 1]);
    expect(book.asks(2)).toEqual([101, 2, 102, 3]);
    expect([book.bestBid, book.bestAsk]).toEqual([
      { price: 100, size: 2 },
      { price: 101, size: 2 },
    ]);
  });

  it('[BO2] sets, inserts and removes single levels', () => {
    const book = new Book();
    book.apply(true, [100, 2], []);
    book.apply(false, [100, 5, 99, 1, 101, 7, 42, 0], [102, 1]);
    expect(book.bids(10)).toEqual([101, 7, 100, 5, 99, 1]);
    book.apply(false, [101, 0], [102, 0]);
    expect([book.bids(10), book.asks(10), book.bestAsk]).toEqual([[100, 5, 99, 1], [], undefined]);
  });

  it('lets a snapshot drop everything before it, empty levels left out and the last of equal prices kept', () => {
    const book = new Book();
    book.apply(true, [1, 1, 2, 2], [3, 3]);
    book.apply(true, [5, 0, 4, 1, 4, 9], []);
    expect([book.bids(10), book.asks(10)]).toEqual([[4, 9], []]);
  });

  it('equals a sorted map of levels after any run of changes', () => {
    const level = fc.tuple(fc.nat(30), fc.nat(3));
    fc.assert(
      fc.property(fc.array(fc.array(level, { maxLength: 8 }), { maxLength: 20 }), (runs) => {
        const book = new Book();
        const expected = new Map<number, number>();
        for (const run of runs) {
          book.apply(false, run.flat(), run.flat());
          for (const [price, size] of run) {
            if (size > 0) expected.set(price, size);
            else expected.delete(price);
          }
        }
        const rising = [...expected].sort(([a], [b]) => a - b);
        expect(book.asks(99)).toEqual(rising.flat());
        expect(book.bids(99)).toEqual(rising.toReversed().flat());
      }),
      { seed: 3 },
    );
  });

  it('holds a bounded number of levels, nearest first, and says how many had no room', () => {
    const book = new Book();
    const asks = Array.from({ length: 5_003 }, (_, index) => [index, 1]).flat();
    expect(book.apply(true, [], asks)).toBe(3);
    expect(book.apply(false, [], [-1, 1, 9_999, 1])).toBe(2);
    expect(book.bestAsk).toEqual({ price: -1, size: 1 });
    expect(book.asks(9_999)).toHaveLength(10_000);
  });

  it('writes its levels in other units', () => {
    const book = new Book();
    book.apply(true, [10, 1], [11, 2]);
    book.rescale(10, 5);
    expect([book.bids(9), book.asks(9)]).toEqual([
      [100, 5],
      [110, 10],
    ]);
  });
});
