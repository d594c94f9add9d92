import { expect, test } from 'vitest';
import { groupRows, isGroup } from '../../../../../../src/lib/components/watch/list-rows.ts';
import { instrument } from '../test-instruments.ts';

const rows = [
  instrument(0, 'BTC', { venue: 'kraken' }),
  instrument(1, 'ETH', { venue: 'coinbase' }),
  instrument(2, 'SOL', { venue: 'kraken' }),
];
const byVenue = ({ venue }: { venue: string }) => ({ key: venue, label: venue.toUpperCase() });
const shown = (list: ReturnType<typeof groupRows>) =>
  list.map((row) => (isGroup(row) ? `${row.label} ${row.count}` : row.symbol));

test('rows stand below the heading of their group, in their order', () => {
  expect(shown(groupRows(rows, byVenue, new Set()))).toEqual(['KRAKEN 2', 'BTC', 'SOL', 'COINBASE 1', 'ETH']);
});

test('a collapsed group shows its heading and how many it holds', () => {
  expect(shown(groupRows(rows, byVenue, new Set(['kraken'])))).toEqual(['KRAKEN 2', 'COINBASE 1', 'ETH']);
});

test('groups that are named first come first, without those that are empty', () => {
  const list = groupRows(rows, byVenue, new Set(), ['nasdaq', 'coinbase']);
  expect(shown(list)).toEqual(['COINBASE 1', 'ETH', 'KRAKEN 2', 'BTC', 'SOL']);
});
