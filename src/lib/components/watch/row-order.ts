import type { DictionaryEntry } from '#protocol';
import type { BoardColumnName } from '../../state/board-columns.svelte.ts';
import { ROW_FIELDS, type FieldSource } from './row-fields.ts';

export type SortColumn = Exclude<BoardColumnName, 'spark'>;
export type SortDirection = 'ascending' | 'descending';

export interface Sort {
  column: SortColumn;
  direction: SortDirection;
}

/** First click on a header: the end that people look for. */
export function firstDirection(column: SortColumn): SortDirection {
  return ROW_FIELDS[column]?.isText || column === 'age' ? 'ascending' : 'descending';
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
export function sortRows(rows: DictionaryEntry[], sort: Sort, source: FieldSource): void {
  const sign = sort.direction === 'ascending' ? 1 : -1;
  // Whoever sorts by a column shows it.
  const field = ROW_FIELDS[sort.column]!;
  if (field.isText) {
    const texts = new Map(rows.map((entry) => [entry, field.text(entry, source)]));
    rows.sort((a, b) => sign * (compareText(texts.get(a)!, texts.get(b)!) || compareNames(a, b)));
    return;
  }
  // Keys are taken once, n of them, instead of in each of the n log n comparisons.
  const keys = new Map<DictionaryEntry, number>();
  for (const entry of rows) keys.set(entry, field.value(entry, source));
  rows.sort((a, b) => {
    const keyA = keys.get(a)!;
    const keyB = keys.get(b)!;
    if (Number.isNaN(keyA)) return Number.isNaN(keyB) ? 0 : 1;
    if (Number.isNaN(keyB)) return -1;
    return sign * (keyA - keyB);
  });
}

function compareNames(a: DictionaryEntry, b: DictionaryEntry): number {
  return compareText(a.symbol, b.symbol) || compareText(a.venue, b.venue);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
