import type { BoardColumn, BoardColumnName } from '../../state/board-columns.svelte.ts';

/** Space at both ends of a row, px. */
export const ROW_PADDING_PX = 10;
/** Columns that a phone has room for; the others are reached by scrolling sideways. */
const PHONE_FIRST: readonly BoardColumnName[] = ['symbol', 'spark', 'last', 'percent'];

/** The columns in the order of the screen: a phone begins with those that matter most. */
export function columnsFor(shown: readonly BoardColumn[], phone: boolean): readonly BoardColumn[] {
  if (!phone) return shown;
  const first = PHONE_FIRST.flatMap((name) => shown.find((column) => column.name === name) ?? []);
  return [...first, ...shown.filter((column) => !first.includes(column))];
}

/** For `grid-template-columns`; the last column takes what is left, so that rows reach the edge. */
export function columnTracks(columns: readonly BoardColumn[]): string {
  return [...columns.map(({ widthPx }) => `${widthPx}px`), 'minmax(0, 1fr)'].join(' ');
}

/** Width that all columns need together, px. */
export function columnsPx(columns: readonly BoardColumn[]): number {
  return columns.reduce((sum, { widthPx }) => sum + widthPx, 2 * ROW_PADDING_PX);
}

/** Left edge of a column, px from the row's; NaN when it is not there. */
export function columnLeftPx(columns: readonly BoardColumn[], name: BoardColumnName): number {
  let left = ROW_PADDING_PX;
  for (const column of columns) {
    if (column.name === name) return left;
    left += column.widthPx;
  }
  return Number.NaN;
}

/** The column over which a place lies; null beside all of them. */
export function columnAt(columns: readonly BoardColumn[], xPx: number): BoardColumn | null {
  let left = ROW_PADDING_PX;
  for (const column of columns) {
    if (xPx >= left && xPx < left + column.widthPx) return column;
    left += column.widthPx;
  }
  return null;
}
