import type { DictionaryEntry, QuoteColumns } from '#protocol';
import { stepsToNumber } from '../../../protocol/instrument.ts';
import { CurrencyPairs } from '../../state/currency-pairs.ts';

/** Coins that stand for the dollar. */
const DOLLARS = ['USD', 'USDT', 'USDC', 'FDUSD', 'DAI'];

/** See `dollarRates`. */
export function usdRates(
  entries: readonly DictionaryEntry[],
  columns: QuoteColumns,
): ReadonlyMap<string, number> {
  return dollarRates(new CurrencyPairs(entries), columns);
}

/**
 * What one unit of each currency is worth in dollars, by the pairs that the feeds themselves quote, of currencies and of coins, also
 * through others. Currencies that no priced pair leads to are missing.
 */
export function dollarRates(pairs: CurrencyPairs, columns: QuoteColumns): ReadonlyMap<string, number> {
  const priceOf = (pair: DictionaryEntry): number =>
    stepsToNumber(columns.last[pair.id] ?? Number.NaN, pair.tick);
  const reached = pairs.reached(DOLLARS, (pair) => priceOf(pair) > 0);
  const rates = new Map<string, number>();
  for (const [currency, step] of reached) {
    if (step === null) rates.set(currency, 1);
    else {
      const price = priceOf(step.pair);
      // The way leads from the dollar; what it becomes is worth as much the other way round.
      rates.set(currency, rates.get(step.from)! * (step.way === 'direct' ? 1 / price : price));
    }
  }
  return rates;
}
