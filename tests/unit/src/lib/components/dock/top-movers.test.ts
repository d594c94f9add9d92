import { expect, test } from 'vitest';
import { topMovers } from '../../../../../../src/lib/components/dock/top-movers.ts';
import { columns, instrument } from '../test-instruments.ts';

test('the furthest come first, each on its own side, and the unmoved and unknown on none', () => {
  const last = [10_100, 9_500, 10_000, Number.NaN, 10_300, 9_900, 10_200];
  const entries = last.map((_, id) => instrument(id, `S${id}`));
  const { rising, falling } = topMovers(entries, columns(last).last, 2);
  expect(rising.map((entry) => entry.symbol)).toEqual(['S4', 'S6']);
  expect(falling.map((entry) => entry.symbol)).toEqual(['S1', 'S5']);
});
