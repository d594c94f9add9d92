import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Book } from '../../../../server/engine/book.ts';

const top = (book: Book): number[] => [book.bidPrice, book.bidSize, book.askPrice, book.askSize];

type Level = [price: number, size: number];

/** The same in the plainest way: a map a side, sorted when somebody looks. */
class PlainBook {
  #bids = new Map<number, number>();
  #asks = new Map<number, number>();

  apply(snapshot: boolean, bids: readonly Level[], asks: readonly Level[]): void {
    if (snapshot) {
      // Of a snapshot's levels without size it takes no notice; in a change they remove a level.
      const held = ([, size]: Level): boolean => size > 0;
      this.#bids = new Map(bids.filter(held));
      this.#asks = new Map(asks.filter(held));
      return;
    }
    for (const [side, levels] of [[this.#bids, bids] as const, [this.#asks, asks] as const]) {
      for (const [price, size] of levels) {
        if (size > 0) side.set(price, size);
        else side.delete(price);
      }
    }
  }

  rescale(price: number, size: number): void {
    const scaled = (side: Map<number, number>): Map<number, number> =>
      new Map([...side].map(([at, lots]): Level => [at * price, lots * size]));
    this.#bids = scaled(this.#bids);
    this.#asks = scaled(this.#asks);
  }

  side(name: 'bids' | 'asks'): number[] {
    const direction = name === 'bids' ? -1 : 1;
    const levels = [...(name === 'bids' ? this.#bids : this.#asks)];
    return levels.sort(([a], [b]) => (a - b) * direction).flat();
  }
}

const level = fc.tuple(fc.integer({ min: -15, max: 15 }), fc.nat(3));
const anyLevels = fc.array(level, { maxLength: 12 });
/** Best first, as venues send it; equal prices and empty levels may be among them. */
const inOrder = (direction: 1 | -1): fc.Arbitrary<Level[]> =>
  anyLevels.map((levels) => levels.toSorted(([a], [b]) => (a - b) * direction));
const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ snapshot: fc.constant(true), bids: inOrder(-1), asks: inOrder(1) }) },
  { weight: 2, arbitrary: fc.record({ snapshot: fc.constant(true), bids: anyLevels, asks: anyLevels }) },
  { weight: 5, arbitrary: fc.record({ snapshot: fc.constant(false), bids: anyLevels, asks: anyLevels }) },
  { weight: 1, arbitrary: fc.record({ factor: fc.constantFrom(1, 2, 10) }) },
);

describe('Book', () => {
  it('[BO1] keeps bids falling and asks rising, whatever order they come in', () => {
    const book = new Book();
    book.apply(true, [98, 1, 100, 2, 99, 3], [103, 1, 101, 2, 102, 3]);
    expect(book.bids(10)).toEqual([100, 2, 99, 3, 98, 1]);
    expect(book.asks(2)).toEqual([101, 2, 102, 3]);
    expect(top(book)).toEqual([100, 2, 101, 2]);
  });

  it('[BO2] sets, inserts and removes single levels', () => {
    const book = new Book();
    book.apply(true, [100, 2], []);
    book.apply(false, [100, 5, 99, 1, 101, 7, 42, 0], [102, 1]);
    expect(book.bids(10)).toEqual([101, 7, 100, 5, 99, 1]);
    book.apply(false, [101, 0], [102, 0]);
    expect([book.bids(10), book.asks(10), top(book)]).toEqual([[100, 5, 99, 1], [], [100, 5, NaN, NaN]]);
  });

  it('lets a snapshot drop everything before it, empty levels left out and the last of equal prices kept', () => {
    const book = new Book();
    book.apply(true, [1, 1, 2, 2], [3, 3]);
    book.apply(true, [5, 0, 4, 1, 4, 9], []);
    expect([book.bids(10), book.asks(10)]).toEqual([[4, 9], []]);
  });

  it('equals two sorted maps of levels after any run of snapshots, changes and new units', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
        const book = new Book();
        const plain = new PlainBook();
        for (const one of operations) {
          if ('factor' in one) {
            book.rescale(one.factor, 7);
            plain.rescale(one.factor, 7);
          } else {
            book.apply(one.snapshot, one.bids.flat(), one.asks.flat());
            plain.apply(one.snapshot, one.bids, one.asks);
          }
          const [bids, asks] = [plain.side('bids'), plain.side('asks')];
          expect([book.bids(999), book.asks(999)]).toEqual([bids, asks]);
          expect([book.bids(3), book.asks(3)]).toEqual([bids.slice(0, 6), asks.slice(0, 6)]);
          expect(top(book)).toEqual([bids[0], bids[1], asks[0], asks[1]].map((number) => number ?? NaN));
        }
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('keeps a snapshot that comes in order as it is, however much longer or shorter than the one before', () => {
    const book = new Book();
    for (const levels of [3, 40, 1, 0, 5_000, 2]) {
      const asks = Array.from({ length: levels }, (_, index) => [index * 3, index + 1]).flat();
      const bids = asks.map((number, index) => (index % 2 === 0 ? -number : number));
      expect(book.apply(true, bids, asks)).toBe(0);
      expect([book.bids(9_999).join(), book.asks(9_999).join()]).toEqual([bids.join(), asks.join()]);
    }
  });

  it('inserts and removes far from the top of a deep book too', () => {
    const book = new Book();
    const asks = Array.from({ length: 500 }, (_, index) => [index * 2, 1]).flat();
    book.apply(true, [], asks);
    book.apply(false, [], [1, 9, 601, 9, 998, 0, 0, 0]);
    const prices = book.asks(999).filter((_, index) => index % 2 === 0);
    expect([prices.length, prices[0], prices[1], prices.at(-1)]).toEqual([500, 1, 2, 996]);
    expect(prices.slice(300, 303)).toEqual([600, 601, 602]);
  });

  it('holds a bounded number of levels, nearest first, and says how many had no room', () => {
    const book = new Book();
    const asks = Array.from({ length: 5_003 }, (_, index) => [index, 1]).flat();
    expect(book.apply(true, [], asks)).toBe(3);
    expect(book.apply(false, [], [-1, 1, 9_999, 1])).toBe(2);
    expect(top(book)).toEqual([NaN, NaN, -1, 1]);
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
