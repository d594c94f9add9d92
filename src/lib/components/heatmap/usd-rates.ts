import type { DictionaryEntry, QuoteColumns } from '#protocol';
import { stepsToNumber } from '../../../protocol/instrument.ts';

const PAIR = /^([A-Z]{3})[-/_]?([A-Z]{3})$/;
/** Coins that stand for the dollar. */
const DOLLARS = ['USD', 'USDT', 'USDC', 'FDUSD', 'DAI'];

/**
 * What one unit of each currency is worth in dollars, by the pairs that the feeds themselves quote. Currencies that no pair names
 * are missing.
 */
export function usdRates(
  entries: readonly DictionaryEntry[],
  columns: QuoteColumns,
): ReadonlyMap<string, number> {
  const rates = new Map<string, number>(DOLLARS.map((currency) => [currency, 1]));
  for (const entry of entries) {
    if (entry.assetClass !== 'fx') continue;
    const [, base = '', quoted = ''] = PAIR.exec(entry.symbol.toUpperCase()) ?? [];
    const price = stepsToNumber(columns.last[entry.id] ?? Number.NaN, entry.tick);
    if (!(price > 0)) continue;
    if (quoted === 'USD' && !rates.has(base)) rates.set(base, price);
    else if (base === 'USD' && !rates.has(quoted)) rates.set(quoted, 1 / price);
  }
  return rates;
}
