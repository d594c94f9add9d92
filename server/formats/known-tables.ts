/**
 * Tables of the vendors whose files we read that hold no trades, quotes, books or bars, by columns that only they have: who opens one is
 * told what it is.
 */
const TABLES: readonly (readonly [what: string, ...columns: string[]])[] = [
  ['Tardis derivative_ticker', 'exchange', 'funding_rate', 'mark_price'],
  ['Binance metrics (open interest and ratios)', 'create_time', 'sum_open_interest'],
  ['Binance fundingRate', 'calc_time', 'last_funding_rate'],
  [
    'Binance bookDepth (depth by percentage of the price, without levels)',
    'timestamp',
    'percentage',
    'depth',
  ],
  ['Binance BVOLIndex', 'calc_time', 'index_value'],
  ['Binance liquidationSnapshot', 'order_type', 'time_in_force', 'average_price'],
  ['Binance EOHSummary of options', 'hour', 'volume_contracts', 'mark_iv'],
];

/** What such a table is; null for every other header. */
export function knownTable(columns: readonly string[]): string | null {
  return TABLES.find(([, ...needed]) => needed.every((name) => columns.includes(name)))?.[0] ?? null;
}
