import { expect, test } from 'vitest';
import { RowMarks } from '../../../../../../src/lib/components/watch/row-marks.ts';
import { instrument } from '../test-instruments.ts';

const entries = ['A', 'B', 'C', 'D'].map((symbol, id) => instrument(id, symbol));
const heading = { group: 'fx', label: 'FX', count: 2, collapsed: false };
const rows = [entries[0]!, entries[1]!, heading, entries[2]!, entries[3]!];

test('marks go from the selected row to where the keys went, and back', () => {
  const marks = new RowMarks();
  marks.extend(rows, 1, 1);
  marks.extend(rows, 1, 1);
  expect([...marks.ids]).toEqual([1, 2]);
  expect(marks.end).toBe(3);
  marks.extend(rows, 1, -1);
  marks.extend(rows, 1, -1);
  marks.extend(rows, 1, -1);
  expect([...marks.ids]).toEqual([0, 1]);
});

test('marks end at the ends of the list, and are gone when they are cleared', () => {
  const marks = new RowMarks();
  for (let press = 0; press < 9; press += 1) marks.extend(rows, 3, 1);
  expect(marks.end).toBe(4);
  expect([...marks.ids]).toEqual([2, 3]);
  marks.clear();
  expect(marks.end).toBe(-1);
  expect(marks.ids.size).toBe(0);
});
