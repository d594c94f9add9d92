import { describe, expect, it } from 'vitest';
import { InvariantError } from '#protocol';
import { BarRing } from '../../../../server/engine/bar-ring.ts';

const starts = (ring: BarRing): number[] =>
  Array.from({ length: ring.length }, (_, index) => ring.at(index).startS);

function ringOf(cap: number, count: number): BarRing {
  const ring = new BarRing({ bars: cap });
  for (let start = 0; start < count; start += 1) ring.trade(start * 10, start, 1, start + 1);
  return ring;
}

describe('BarRing', () => {
  it('builds open, high, low, close and volume from trades', () => {
    const ring = new BarRing({ bars: 4 });
    for (const [price, size] of [
      [10, 1],
      [14, 2],
      [7, 0],
      [9, 4],
    ] as const)
      ring.trade(60, price, size, 1);
    expect(ring.at(0)).toEqual({ startS: 60, open: 10, high: 14, low: 7, close: 9, volume: 7 });
    expect(ring.newestStartS).toBe(60);
  });

  it('grows to its cap and then forgets the oldest', () => {
    const ring = ringOf(20, 19);
    expect(starts(ring)).toEqual(Array.from({ length: 19 }, (_, index) => index * 10));
    for (let start = 19; start < 45; start += 1) ring.trade(start * 10, start, 1, 1);
    expect(starts(ring)).toEqual(Array.from({ length: 20 }, (_, index) => (25 + index) * 10));
    expect(ring.at(0)).toMatchObject({ open: 25 });
  });

  it('lets go of the oldest with the next bar where its room has become less', () => {
    const room = { bars: 20 };
    const ring = new BarRing(room);
    for (let start = 0; start < 30; start += 1) ring.trade(start * 10, start, 1, 1);
    for (const bars of [17, 5]) {
      room.bars = bars;
      expect(ring.isFull).toBe(true);
      const next = ring.newestStartS + 10;
      ring.trade(next, 99, 1, 1);
      expect(starts(ring)).toEqual(Array.from({ length: bars }, (_, at) => next - 10 * (bars - 1 - at)));
      expect(ring.at(bars - 1)).toMatchObject({ startS: next, open: 99 });
    }
    room.bars = 8;
    for (let start = 40; start < 60; start += 1) ring.trade(start * 10, start, 1, 1);
    expect(starts(ring)).toEqual([520, 530, 540, 550, 560, 570, 580, 590]);
  });

  it('takes a late trade into its own bar while that is held', () => {
    const ring = ringOf(4, 6);
    expect(ring.trade(30, 99, 5, 9)).toBe(true);
    expect(ring.at(1)).toEqual({ startS: 30, open: 3, high: 99, low: 3, close: 99, volume: 6 });
    expect(ring.newestStartS).toBe(50);
    expect([ring.trade(10, 1, 1, 9), ring.trade(-10, 1, 1, 9)]).toEqual([false, false]);
  });

  it('begins the bar of a late trade between the others, and lets go of the oldest where it is full', () => {
    const ring = ringOf(20, 9);
    expect(ring.trade(35, 99, 5, 10)).toBe(true);
    expect(starts(ring)).toEqual([0, 10, 20, 30, 35, 40, 50, 60, 70, 80]);
    expect(ring.at(4)).toEqual({ startS: 35, open: 99, high: 99, low: 99, close: 99, volume: 5 });
    expect([ring.at(5).open, ring.startOfChangeAfter(9), ring.startOfChangeAfter(8)]).toEqual([4, 35, 35]);
    expect(ring.startOfChangeAfter(4)).toBe(35);
    expect([ring.trade(80, 7, 1, 11), ring.trade(90, 8, 1, 12)]).toEqual([true, true]);
    expect([ring.at(9).volume, ring.newestStartS]).toEqual([2, 90]);

    const full = ringOf(4, 6);
    expect([full.trade(35, 99, 5, 10), full.trade(25, 98, 5, 10)]).toEqual([true, false]);
    expect(starts(full)).toEqual([30, 35, 40, 50]);
  });

  it('takes what several trades made of a bar, but only of one that it holds', () => {
    const ring = ringOf(4, 6);
    ring.merge(50, 9, 4, 7, 10, 8);
    ring.merge(30, 3, 1, 2, 5, 9);
    expect(ring.at(3)).toEqual({ startS: 50, open: 5, high: 9, low: 4, close: 7, volume: 11 });
    expect(ring.at(1)).toEqual({ startS: 30, open: 3, high: 3, low: 1, close: 2, volume: 6 });
    expect(ring.startOfChangeAfter(8)).toBe(30);
    expect(() => ring.merge(10, 1, 1, 1, 1, 1)).toThrow(InvariantError);
    expect(() => new BarRing({ bars: 4 }).merge(0, 1, 1, 1, 1, 1)).toThrow(InvariantError);
  });

  it('finds where a time begins, after wrapping too', () => {
    const ring = ringOf(4, 6);
    expect([0, 20, 21, 30, 49, 50, 51].map((start) => ring.indexFrom(start))).toEqual([0, 0, 1, 1, 3, 3, 4]);
    expect(new BarRing({ bars: 4 }).indexFrom(0)).toBe(0);
    expect(new BarRing({ bars: 4 }).newestStartS).toBe(-Infinity);
  });

  it('replaces and appends whole bars, but inserts none', () => {
    const ring = ringOf(4, 3);
    const bar = { startS: 10, open: 1, high: 9, low: 0, close: 4, volume: 50 };
    expect(ring.put(bar, 7)).toBe(true);
    expect(ring.at(1)).toEqual(bar);
    expect(ring.put({ ...bar, startS: 40 }, 8)).toBe(true);
    expect(ring.put({ ...bar, startS: 15 }, 8)).toBe(false);
    expect(starts(ring)).toEqual([0, 10, 20, 40]);
  });

  it('knows the oldest bar that changed after a version, also where a late trade changed an old one', () => {
    const ring = ringOf(8, 5);
    expect([0, 2, 4, 5].map((version) => ring.startOfChangeAfter(version))).toEqual([0, 20, 40, -1]);
    ring.trade(10, 3, 1, 9);
    expect(ring.startOfChangeAfter(8)).toBe(10);
    ring.restamp(1);
    expect(ring.startOfChangeAfter(1)).toBe(-1);
  });

  it('writes all bars in other units', () => {
    const ring = ringOf(4, 6);
    ring.rescale(10, 100);
    expect(ring.at(3)).toEqual({ startS: 50, open: 50, high: 50, low: 50, close: 50, volume: 100 });
  });
});
