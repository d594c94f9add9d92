import { expect, test } from 'vitest';
import {
  BOARD_COLUMN_NAMES,
  BOARD_COLUMNS,
  BoardColumns,
  COLUMN_PX_MIN,
} from '../../../../../src/lib/state/board-columns.svelte.ts';
import { memoryStorage } from './memory-storage.ts';

const names = (board: BoardColumns) => board.shown.map(({ name }) => name);

test('what was chosen is there again after a reload', () => {
  const storage = memoryStorage();
  const board = new BoardColumns();
  board.restore(storage);
  board.show('name', false);
  board.move('age', 'last');
  board.resize('last', 123.4);
  board.grouping = 'venue';
  const again = new BoardColumns();
  again.restore(storage);
  expect(names(again)).toEqual(names(board));
  expect(again.all.find(({ name }) => name === 'last')?.widthPx).toBe(123);
  expect(again.grouping).toBe('venue');
});

test('a column moves to the place of another, whichever side it comes from', () => {
  const board = new BoardColumns();
  board.move('last', 'ask');
  expect(names(board).indexOf('last')).toBe(names(board).indexOf('ask') + 1);
  board.move('last', 'name');
  expect(names(board).indexOf('last')).toBe(names(board).indexOf('name') - 1);
});

test('columns of two tabs do not undo each other, and each tab groups as it likes', () => {
  const storage = memoryStorage();
  const [one, other, next] = [new BoardColumns(), new BoardColumns(), new BoardColumns()];
  one.restore(storage);
  other.restore(storage);
  other.show('bid', false);
  other.grouping = 'venue';
  one.resize('last', 160);
  next.restore(storage);
  const { shown, widthPx } = next.all.find(({ name }) => name === 'last')!;
  expect([names(next).includes('bid'), shown, widthPx]).toEqual([false, true, 160]);
  expect(one.grouping).toBe('none');
  other.takeNews();
  expect(other.all.find(({ name }) => name === 'last')?.widthPx).toBe(160);
  expect(other.grouping).toBe('venue');
});

test('a column passes its neighbour on the screen, not one that is hidden', () => {
  const board = new BoardColumns();
  board.show('change', false);
  board.moveBy('percent', -1);
  expect(names(board).indexOf('percent')).toBe(names(board).indexOf('last') - 1);
});

test('the symbol is always shown and always first', () => {
  const board = new BoardColumns();
  board.show('symbol', false);
  board.move('symbol', 'last');
  board.move('last', 'symbol');
  expect(names(board)[0]).toBe('symbol');
});

test('widths have bounds, and go back to the first one', () => {
  const board = new BoardColumns();
  board.resize('last', 3);
  expect(board.all.find(({ name }) => name === 'last')?.widthPx).toBe(COLUMN_PX_MIN);
  board.resetWidth('last');
  expect(board.all.find(({ name }) => name === 'last')?.widthPx).toBe(BOARD_COLUMNS.last);
});

test.each([
  'nonsense',
  '[]',
  '{"columns":5,"grouping":"mood"}',
  '{"columns":[{"name":"last"},{"name":"last"},{"name":"constructor"},null,{"name":"bid","widthPx":"wide"}]}',
])('stored text that is not ours leaves every column in the list once: %s', (text) => {
  const board = new BoardColumns();
  board.restore(memoryStorage({ 'tickwire.board': text }));
  expect(board.all.map(({ name }) => name).toSorted()).toEqual(BOARD_COLUMN_NAMES.toSorted());
  expect(board.all.every(({ widthPx }) => widthPx >= COLUMN_PX_MIN)).toBe(true);
  expect(board.grouping).toBe('none');
});
