import { ABSENT, QUOTE_FIELDS, type QuoteColumns } from '#protocol';

const CAPACITY_MIN = 64;

/** A column of at least `size` places: the same array when it is long enough, else a copy twice as long. */
export function grow(column: Float64Array, size: number, fill: number): Float64Array {
  if (column.length >= size) return column;
  const longer = new Float64Array(Math.max(CAPACITY_MIN, size, column.length * 2)).fill(fill);
  longer.set(column);
  return longer;
}

/** Columns in which nothing is known yet. */
export function emptyQuoteColumns(): QuoteColumns {
  return Object.fromEntries(
    QUOTE_FIELDS.map((field) => [field, new Float64Array(0)]),
  ) as unknown as QuoteColumns;
}

export function growQuoteColumns(columns: QuoteColumns, size: number): void {
  if (columns.last.length >= size) return;
  for (const field of QUOTE_FIELDS) columns[field] = grow(columns[field], size, ABSENT);
}

export function clearQuoteColumns(columns: QuoteColumns): void {
  for (const field of QUOTE_FIELDS) columns[field].fill(ABSENT);
}
