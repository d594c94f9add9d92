import { expect, test } from 'vitest';
import {
  columnAt,
  columnLeftPx,
  columnsFor,
  columnsPx,
  columnTracks,
} from '../../../../../../src/lib/components/board/board-geometry.ts';

const columns = [
  { name: 'symbol', widthPx: 100, shown: true },
  { name: 'name', widthPx: 50, shown: true },
  { name: 'last', widthPx: 80, shown: true },
] as const;

test('a place belongs to the column over which it lies, and to none beside them', () => {
  expect(columnAt(columns, 9)).toBeNull();
  expect(columnAt(columns, 10)?.name).toBe('symbol');
  expect(columnAt(columns, 110)?.name).toBe('name');
  expect(columnAt(columns, 160)?.name).toBe('last');
  expect(columnAt(columns, 240)).toBeNull();
});

test('columns follow each other without a gap', () => {
  expect(columnLeftPx(columns, 'last')).toBe(160);
  expect(columnLeftPx(columns, 'bid')).toBeNaN();
  expect(columnsPx(columns)).toBe(250);
  expect(columnTracks(columns)).toBe('100px 50px 80px minmax(0, 1fr)');
});

test('a phone begins with what matters most and loses nothing', () => {
  expect(columnsFor(columns, true).map(({ name }) => name)).toEqual(['symbol', 'last', 'name']);
  expect(columnsFor(columns, false)).toBe(columns);
});
