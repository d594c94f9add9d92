import { QUOTE_FIELDS, type QuoteColumns } from '#protocol';

const emptyColumn = (capacity: number): Float64Array => new Float64Array(capacity).fill(Number.NaN);

export function createQuoteColumns(capacity: number): QuoteColumns {
  return {
    last: emptyColumn(capacity),
    lastSize: emptyColumn(capacity),
    volume: emptyColumn(capacity),
    tradeTimeUs: emptyColumn(capacity),
    bid: emptyColumn(capacity),
    bidSize: emptyColumn(capacity),
    ask: emptyColumn(capacity),
    askSize: emptyColumn(capacity),
    high: emptyColumn(capacity),
    low: emptyColumn(capacity),
  };
}

/** Length to grow an array to so that `needed` elements fit: doubling, so that growth costs little over time. */
export function grownCapacity(capacity: number, needed: number): number {
  let grown = Math.max(capacity, 64);
  while (grown < needed) grown *= 2;
  return grown;
}

/** Replaces the arrays in `columns` by longer ones with the same values. Does nothing when they are long enough. */
export function growQuoteColumns(columns: QuoteColumns, needed: number): void {
  const capacity = grownCapacity(columns.last.length, needed);
  if (capacity === columns.last.length) return;
  for (const field of QUOTE_FIELDS) {
    const longer = emptyColumn(capacity);
    longer.set(columns[field]);
    columns[field] = longer;
  }
}

export function clearQuoteColumns(columns: QuoteColumns): void {
  for (const field of QUOTE_FIELDS) columns[field].fill(Number.NaN);
}
