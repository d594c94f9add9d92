import '../../../../../../src/lib/components/watch/board-fields.ts';
import { describe, expect, test } from 'vitest';
import { matchesFilter, nextSort, sortRows } from '../../../../../../src/lib/components/watch/row-order.ts';
import { columns, instrument } from '../test-instruments.ts';
import { rowSource } from './row-source.ts';

const symbols = (rows: readonly { symbol: string }[]) => rows.map((row) => row.symbol);

describe('a sort epoch', () => {
  test('orders words as they are shown, then by symbol', () => {
    const rows = [
      instrument(0, 'B', { venue: 'kraken' }),
      instrument(1, 'Z', { venue: 'coinbase' }),
      instrument(2, 'A', { venue: 'kraken' }),
    ];
    sortRows(rows, { column: 'venue', direction: 'ascending' }, rowSource(columns([1, 1, 1])));
    expect(symbols(rows)).toEqual(['Z', 'A', 'B']);
  });

  test('puts the greatest rise first and unknown prices last, in either direction', () => {
    const rows = ['A', 'B', 'C', 'D'].map((symbol, id) => instrument(id, symbol));
    const values = columns([10_100, Number.NaN, 10_300, 9_900]);
    sortRows(rows, { column: 'percent', direction: 'descending' }, rowSource(values));
    expect(symbols(rows)).toEqual(['C', 'A', 'D', 'B']);
    sortRows(rows, { column: 'percent', direction: 'ascending' }, rowSource(values));
    expect(symbols(rows)).toEqual(['D', 'A', 'C', 'B']);
  });

  test('leaves ties where they were', () => {
    const rows = [2, 0, 1].map((id) => instrument(id, `S${id}`));
    sortRows(
      rows,
      { column: 'change', direction: 'descending' },
      rowSource(columns([10_100, 10_100, 10_100])),
    );
    expect(symbols(rows)).toEqual(['S2', 'S0', 'S1']);
  });

  test('compares prices by value, not by ticks', () => {
    const coarse = { ...instrument(0, 'COARSE'), tick: { units: 1, decimals: 0 } };
    const rows = [coarse, instrument(1, 'FINE')];
    sortRows(rows, { column: 'last', direction: 'ascending' }, rowSource(columns([200, 10_000])));
    expect(symbols(rows)).toEqual(['FINE', 'COARSE']);
  });

  test('orders the same symbol of two venues by venue', () => {
    const rows = [instrument(0, 'BTC', { venue: 'kraken' }), instrument(1, 'BTC', { venue: 'coinbase' })];
    sortRows(rows, { column: 'symbol', direction: 'ascending' }, rowSource(columns([1, 1])));
    expect(rows.map((row) => row.venue)).toEqual(['coinbase', 'kraken']);
  });
});

test('a header goes from its first direction to the other and back to the order of activity', () => {
  const once = nextSort(null, 'percent');
  expect(once).toEqual({ column: 'percent', direction: 'descending' });
  const twice = nextSort(once, 'percent');
  expect(twice).toEqual({ column: 'percent', direction: 'ascending' });
  expect(nextSort(twice, 'percent')).toBeNull();
  expect(nextSort(twice, 'symbol')).toEqual({ column: 'symbol', direction: 'ascending' });
});

test('a filter asks for every word, in venue, symbol or name, whatever the case', () => {
  const entry = instrument(0, 'BTC-USD', { venue: 'coinbase', name: 'Bitcoin' });
  expect(matchesFilter(entry, '')).toBe(true);
  expect(matchesFilter(entry, 'COIN bit')).toBe(true);
  expect(matchesFilter(entry, 'coinbase:btc')).toBe(true);
  expect(matchesFilter(entry, 'btc kraken')).toBe(false);
});
