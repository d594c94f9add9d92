import { describe, expect, it } from 'vitest';
import { InvariantError } from '#protocol';
import { TradeRing } from '../../../../server/engine/trade-ring.ts';

/** Trades of the given instruments, priced 1, 2, 3, ... and stamped with their own number. */
function ringOf(size: number, ids: readonly number[]): TradeRing {
  const ring = new TradeRing(size);
  for (const [index, id] of ids.entries()) ring.push(id, index + 1, index + 1, 1, 0, index + 1);
  return ring;
}

const prices = (ring: TradeRing, id: number, fromSeq = 1, max = 100): number[] =>
  ring.since(id, fromSeq, max).trades.map((trade) => trade.price);

describe('TradeRing', () => {
  it('[TR2] numbers the trades of each instrument 1, 2, 3', () => {
    const ring = new TradeRing(8);
    expect([ring.push(0, 1, 1, 1, 0, 1), ring.push(3, 1, 1, 1, 0, 1), ring.push(0, 1, 1, 1, 0, 1)]).toEqual([
      1, 1, 2,
    ]);
    expect([ring.newestSeq(0), ring.newestSeq(1), ring.newestSeq(3), ring.newestSeq(99)]).toEqual([
      2, 0, 1, 0,
    ]);
  });

  it('hands out an instrument by its chain, oldest first, at most the newest', () => {
    const ring = ringOf(8, [0, 1, 0, 1, 0]);
    expect(prices(ring, 0)).toEqual([1, 3, 5]);
    expect(prices(ring, 0, 2)).toEqual([3, 5]);
    expect(ring.since(0, 1, 2)).toMatchObject({ firstSeq: 2, trades: [{ price: 3 }, { price: 5 }] });
    expect(ring.since(0, 4, 10)).toEqual({ firstSeq: 4, trades: [] });
    expect(ring.since(7, 1, 10)).toEqual({ firstSeq: 1, trades: [] });
  });

  it('holds what it is to hold, however little it began with', () => {
    for (const size of [1_023, 8_192, 8_193, 20_000]) {
      const ids = Array.from({ length: 40_000 }, (_, index) => index % 3);
      const ring = ringOf(size, ids);
      const held = [0, 1, 2].flatMap((id) => prices(ring, id, 1, size)).sort((one, other) => one - other);
      expect(held).toEqual(Array.from({ length: size }, (_, index) => 40_000 - size + index + 1));
    }
  });

  it('keeps each trade as it was', () => {
    const ring = new TradeRing(2);
    ring.push(0, 123_456_789, -7, 0, 2, 1);
    expect(ring.since(0, 1, 1).trades).toEqual([
      { venueTimeUs: 123_456_789, price: -7, size: 0, aggressor: 2 },
    ]);
  });

  it('forgets what is overwritten, and only that', () => {
    const ring = ringOf(4, [0, 1, 0, 0, 0, 0]);
    expect(ring.since(0, 1, 10)).toMatchObject({ firstSeq: 2 });
    expect(prices(ring, 0)).toEqual([3, 4, 5, 6]);
    expect(ring.since(1, 1, 10)).toEqual({ firstSeq: 2, trades: [] });
    expect(ring.newestSeq(1)).toBe(1);
  });

  it('holds one trade when it has room for one', () => {
    const ring = ringOf(1, [0, 0, 1]);
    expect(prices(ring, 0)).toEqual([]);
    expect(prices(ring, 1)).toEqual([3]);
    expect(() => new TradeRing(0)).toThrow(InvariantError);
  });

  it('finds the first trade after a version', () => {
    const ring = ringOf(8, [0, 1, 0, 1, 0]);
    expect([0, 1, 2, 3, 4, 5, 9].map((version) => ring.firstSeqAfter(0, version))).toEqual([
      1, 2, 2, 3, 3, 4, 4,
    ]);
    expect(ring.firstSeqAfter(9, 0)).toBe(1);
  });

  it('says 1 where it cannot tell what left it, so that a viewer who comes back hears of the loss', () => {
    const ring = ringOf(3, [0, 0, 1, 1, 1]);
    expect(ring.firstSeqAfter(0, 0)).toBe(1);
    // The oldest that is held is stamped 3: nothing newer than that has left.
    expect(ring.firstSeqAfter(0, 3)).toBe(3);
    expect(ring.firstSeqAfter(0, 2)).toBe(1);
    expect(ring.firstSeqAfter(1, 2)).toBe(1);
    expect(ring.firstSeqAfter(1, 3)).toBe(2);
  });

  it('begins again at 1 when cleared, without meeting old chains', () => {
    const ring = ringOf(4, [0, 0, 0]);
    ring.clear();
    expect(ring.newestSeq(0)).toBe(0);
    expect(ring.push(0, 9, 9, 9, 0, 9)).toBe(1);
    expect(prices(ring, 0)).toEqual([9]);
  });

  it('drops an instrument whose units changed and goes on numbering it', () => {
    const ring = ringOf(8, [0, 1, 0]);
    ring.forget(0);
    ring.forget(77);
    expect(ring.since(0, 1, 10)).toEqual({ firstSeq: 3, trades: [] });
    ring.push(0, 1, 40, 1, 0, 4);
    expect(ring.since(0, 1, 10)).toMatchObject({ firstSeq: 3, trades: [{ price: 40 }] });
    expect(ring.firstSeqAfter(0, 0)).toBe(1);
    expect(prices(ring, 1)).toEqual([2]);
  });

  it('writes the trades of one instrument in other units', () => {
    const ring = ringOf(8, [0, 1, 0]);
    ring.rescale(0, 10, 100);
    expect(ring.since(0, 1, 10).trades).toMatchObject([
      { price: 10, size: 100 },
      { price: 30, size: 100 },
    ]);
    expect(prices(ring, 1)).toEqual([2]);
  });

  it('counts a new epoch of the same trades as seen at its begin', () => {
    const ring = ringOf(8, [0, 0]);
    ring.restamp(1);
    expect([ring.firstSeqAfter(0, 0), ring.firstSeqAfter(0, 1)]).toEqual([1, 3]);
  });
});
