import { expect, test } from 'vitest';
import { sparkPath } from '../../../../../src/lib/charts/spark-path.ts';

test('a line fills its box, highest price on top; a flat one lies in the middle; one price draws nothing', () => {
  expect(sparkPath([1, 3, 2], 100, 40)).toBe('M0.0 40.0L50.0 0.0L100.0 20.0');
  expect(sparkPath([5, 5], 100, 40)).toBe('M0.0 20.0L100.0 20.0');
  expect(sparkPath([5], 100, 40)).toBe('');
});
