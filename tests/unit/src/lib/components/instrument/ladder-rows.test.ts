import { expect, test } from 'vitest';
import { barShare, ladderLevels } from '../../../../../../src/lib/components/instrument/ladder-rows.ts';

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
