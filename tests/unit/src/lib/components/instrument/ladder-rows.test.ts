import { expect, test } from 'vitest';
import { LADDER_STEPS } from '../../../../../../src/lib/components/chart/chart-choices.svelte.ts';
import {
  barShare,
  ladderLevels,
  steppedLevels,
} from '../../../../../../src/lib/components/instrument/ladder-rows.ts';

test('totals add up from the best level', () => {
  expect(ladderLevels([100, 5, 99, 7, 98, 1], 2)).toEqual([
    { price: 100, size: 5, total: 5 },
    { price: 99, size: 7, total: 12 },
  ]);
});

test('bars of both sides share one scale', () => {
  const bids = ladderLevels([100, 5, 99, 15], 9);
  const asks = ladderLevels([101, 10], 9);
  expect(barShare(bids[1]!, bids, asks)).toBe(1);
  expect(barShare(asks[0]!, bids, asks)).toBe(0.5);
});

test('an empty book has no bars', () => {
  expect(ladderLevels([], 9)).toEqual([]);
  expect(barShare({ price: 1, size: 0, total: 0 }, [], [])).toBe(0);
});

test('steps round bids down and asks up, and add what falls into one', () => {
  const bids = [1_004, 1, 1_001, 2, 1_000, 4, 999, 8];
  expect(steppedLevels(bids, 9, 5, -1, 10)).toEqual([
    { price: 1_000, size: 7, total: 7 },
    { price: 995, size: 8, total: 15 },
  ]);
  const asks = [1_005, 1, 1_006, 2, 1_010, 4, 1_011, 8];
  expect(steppedLevels(asks, 9, 5, 1, 10)).toEqual([
    { price: 1_005, size: 1, total: 1 },
    { price: 1_010, size: 6, total: 7 },
    { price: 1_015, size: 8, total: 15 },
  ]);
});

test('a step of one tick leaves every level as it is', () => {
  const run = [100, 5, 99, 7];
  expect(steppedLevels(run, 9, 1, -1, 2)).toEqual(ladderLevels(run, 9));
});

test('prices below zero round the same way: bids away from it, asks towards it', () => {
  const bids = steppedLevels([-1, 1, -10, 2, -11, 4], 9, 10, -1, 10);
  expect(bids.map(({ price, size }) => [price, size])).toEqual([
    [-10, 3],
    [-20, 4],
  ]);
  const asks = steppedLevels([-11, 1, -10, 2, -1, 4], 9, 10, 1, 10);
  expect(asks.map(({ price, size }) => [price, size])).toEqual([
    [-10, 3],
    [0, 4],
  ]);
});

test('prices near the largest integers round exactly', () => {
  const price = Number.MAX_SAFE_INTEGER - 1;
  expect(price % 10).toBe(0);
  expect(steppedLevels([price - 1, 1], 9, 10, 1, 10)[0]?.price).toBe(price);
  expect(steppedLevels([price - 1, 1], 9, 10, -1, 10)[0]?.price).toBe(price - 10);
});

test('no size is lost or made up whatever the step is', () => {
  const run = Array.from({ length: 10 }, (_, at) => [9_999 - 7 * at, at + 1]).flat();
  for (const step of LADDER_STEPS) {
    const levels = steppedLevels(run, 10, step, -1, 10);
    expect(levels.at(-1)?.total, `${step} ticks`).toBe(55);
    for (const { price } of levels) expect(price % step).toBe(0);
  }
});

test('the deepest step says that it may lack levels, unless it is whole, not shown, or nothing was left out', () => {
  const full = [104, 1, 103, 1, 97, 1];
  const parts = (run: readonly number[], count: number, sentMax: number) =>
    steppedLevels(run, count, 5, -1, sentMax).map(({ isPart }) => isPart === true);
  expect(parts(full, 9, 3)).toEqual([false, true]);
  expect(parts(full, 1, 3)).toEqual([false]);
  expect(parts(full, 9, 4)).toEqual([false, false]);
  expect(parts([104, 1, 103, 1, 95, 1], 9, 3)).toEqual([false, false]);
});
