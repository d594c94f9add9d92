import type { DictionaryEntry, QuoteColumns } from '#protocol';
import { changeRatio } from '../../format/index.ts';
import { stepsToNumber } from '../../../protocol/instrument.ts';

export type SortColumn = 'symbol' | 'last' | 'change' | 'percent' | 'volume';
export type SortDirection = 'ascending' | 'descending';

export interface Sort {
  column: SortColumn;
  direction: SortDirection;
}

/** First click on a header: the end that people look for. */
export function firstDirection(column: SortColumn): SortDirection {
  return column === 'symbol' ? 'ascending' : 'descending';
}

/** Next state of a header: its first direction, the other one, then the server's own order (most active first). */
export function nextSort(current: Sort | null, column: SortColumn): Sort | null {
  const first = firstDirection(column);
  if (current?.column !== column) return { column, direction: first };
  if (current.direction !== first) return null;
  return { column, direction: first === 'ascending' ? 'descending' : 'ascending' };
}

/** Whether an instrument stays in a list that is filtered by what someone typed. Every word must occur. */
export function matchesFilter(entry: DictionaryEntry, filter: string): boolean {
  if (filter === '') return true;
  const text = `${entry.venue}:${entry.symbol} ${entry.name}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/**
 * Sorts `rows` in place by the values of this moment: one epoch. Unknown values go last in either direction; ties keep their
 * place. Symbols never change, numbers do: the caller decides when the next epoch is.
 */
export function sortRows(rows: DictionaryEntry[], sort: Sort, columns: QuoteColumns): void {
  const sign = sort.direction === 'ascending' ? 1 : -1;
  if (sort.column === 'symbol') {
    rows.sort((a, b) => sign * compareText(a, b));
    return;
  }
  // Keys are taken once, n of them, instead of in each of the n log n comparisons.
  const keys = new Map<DictionaryEntry, number>();
  for (const entry of rows) keys.set(entry, sortKey(entry, sort.column, columns));
  rows.sort((a, b) => {
    const keyA = keys.get(a)!;
    const keyB = keys.get(b)!;
    if (Number.isNaN(keyA)) return Number.isNaN(keyB) ? 0 : 1;
    if (Number.isNaN(keyB)) return -1;
    return sign * (keyA - keyB);
  });
}

function compareText(a: DictionaryEntry, b: DictionaryEntry): number {
  if (a.symbol !== b.symbol) return a.symbol < b.symbol ? -1 : 1;
  return a.venue < b.venue ? -1 : a.venue > b.venue ? 1 : 0;
}

function sortKey(entry: DictionaryEntry, column: SortColumn, columns: QuoteColumns): number {
  const last = columns.last[entry.id] ?? Number.NaN;
  switch (column) {
    case 'last':
      return stepsToNumber(last, entry.tick);
    case 'change':
      return stepsToNumber(last - entry.open, entry.tick);
    case 'percent':
      return changeRatio(last, entry.open);
    case 'volume':
      return stepsToNumber(columns.volume[entry.id] ?? Number.NaN, entry.lot);
    case 'symbol':
      return 0;
  }
}
