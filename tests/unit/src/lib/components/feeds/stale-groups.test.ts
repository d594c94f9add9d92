import { expect, test } from 'vitest';
import { staleGroups } from '../../../../../../src/lib/components/feeds/stale-groups.ts';
import { instrument } from '../test-instruments.ts';

test('instruments of a venue that are stale for the same reason stand together, most first', () => {
  const all = [
    instrument(0, 'A', { venue: 'kraken' }),
    instrument(1, 'B', { venue: 'kraken' }),
    instrument(2, 'C', { venue: 'kraken' }),
    instrument(3, 'A', { venue: 'coinbase' }),
    instrument(4, 'D', { venue: 'kraken' }),
  ];
  const stale = new Map([
    [0, 'No data for 9 s.'],
    [1, 'A gap.'],
    [2, 'A gap.'],
    [3, 'A gap.'],
  ]);
  expect(staleGroups(stale, all, 'kraken')).toEqual([
    { reason: 'A gap.', symbols: ['B', 'C'] },
    { reason: 'No data for 9 s.', symbols: ['A'] },
  ]);
});
