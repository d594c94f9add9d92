import { expect, it } from 'vitest';
import { DecimalRange } from '../../../../server/tape/decimal-range.ts';

it('counts all numbers in the finest step that was seen', () => {
  const range = new DecimalRange();
  expect(range.admit(639_439, 1)).toBe(true);
  expect(range.admit(5, 0)).toBe(true);
  expect(range.admit(-125, 2)).toBe(true);
  expect(range.decimals).toBe(2);
  expect([range.steps(639_439, 1), range.steps(5, 0), range.steps(-125, 2)]).toEqual([6_394_390, 500, -125]);
});

it('refuses what cannot be exact beside the others, and forgets it', () => {
  const range = new DecimalRange();
  expect(range.admit(99_999_999_999_991, 0)).toBe(true);
  expect(range.admit(1, 18)).toBe(false);
  expect(range.decimals).toBe(0);
  expect(range.admit(1, 2)).toBe(true);
  expect(range.admit(9_007_199_254_740_991, 0)).toBe(false);
});

it('takes an order of 9999999999 beside prices with 8 decimals, which a float64 still holds exactly', () => {
  const range = new DecimalRange();
  expect(range.admit(2853, 8)).toBe(true);
  expect(range.admit(9_999_999_999, 0)).toBe(true);
  expect(BigInt(range.steps(9_999_999_999, 0))).toBe(9_999_999_999n * 10n ** 8n);
});

it('leaves an absent number absent', () => {
  expect(new DecimalRange().steps(Number.NaN, 0)).toBeNaN();
});
