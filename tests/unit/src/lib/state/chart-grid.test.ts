import { expect, test } from 'vitest';
import { ChartGrid, shapeSides } from '../../../../../src/lib/state/chart-grid.svelte.ts';
import { instrument } from '../components/test-instruments.ts';
import { memoryStorage } from './memory-storage.ts';

const all = ['A', 'B', 'C', 'D', 'E', 'F'].map((symbol, id) => instrument(id, symbol));
const symbols = (grid: ChartGrid) => grid.shown(all).map((entry) => entry?.symbol ?? '-');

test('cells that were never chosen show the most active instruments, each once', () => {
  const grid = new ChartGrid();
  expect(symbols(grid)).toEqual(['A', 'B', 'C', 'D']);
  grid.choose(2, 'sim:A');
  expect(symbols(grid)).toEqual(['B', 'C', 'A', 'D']);
});

test('exchanged cells keep what they showed, and are there again after a reload', () => {
  const storage = memoryStorage();
  const grid = new ChartGrid();
  grid.restore(storage);
  grid.swap(0, 3, grid.shown(all));
  expect(symbols(grid)).toEqual(['D', 'B', 'C', 'A']);
  grid.shape = '3x3';
  const again = new ChartGrid();
  again.restore(storage);
  expect(again.shape).toBe('3x3');
  expect(symbols(again)).toEqual(['D', 'B', 'C', 'A', 'E', 'F', '-', '-', '-']);
});

test('an instrument that no feed has leaves its cell empty, and its name is kept', () => {
  const grid = new ChartGrid();
  grid.choose(1, 'kraken:GONE');
  expect(symbols(grid)).toEqual(['A', '-', 'B', 'C']);
  expect(grid.keyAt(1)).toBe('kraken:GONE');
});

test('stored text that is not ours changes nothing', () => {
  const grid = new ChartGrid();
  grid.restore(memoryStorage({ 'tickwire.grid': '{"shape":"9x9","cells":[5,null,""]}' }));
  expect(symbols(grid)).toEqual(['A', 'B', 'C', 'D']);
  expect(shapeSides('4x3')).toEqual({ columns: 4, rows: 3 });
});
