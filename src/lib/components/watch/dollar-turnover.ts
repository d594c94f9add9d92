import type { DictionaryEntry, QuoteColumns } from '#protocol';
import { stepsToNumber } from '../../../protocol/instrument.ts';
import { formatCompact } from '../../format/index.ts';
import { CurrencyPairs, wholeCurrency } from '../../state/currency-pairs.ts';
import type { Market } from '../../state/market.ts';
import { dollarRates } from '../heatmap/usd-rates.ts';
import type { FieldSource } from './row-fields.ts';

/** Rates are read anew after this, ms, as lists are sorted. */
const RATES_MS = 2_000;

type Turnover = NonNullable<FieldSource['turnover']>;

/** Volume of the day at the last price, in the instrument's currency; NaN when either is not known. */
export function turnover(entry: DictionaryEntry, columns: QuoteColumns): number {
  const last = columns.last[entry.id] ?? Number.NaN;
  return stepsToNumber(last, entry.tick) * stepsToNumber(columns.volume[entry.id] ?? Number.NaN, entry.lot);
}

/** Of each in its own currency. */
export function ownTurnover(columns: () => QuoteColumns): Turnover {
  return (entry) => {
    const value = turnover(entry, columns());
    return { value, text: formatCompact(value) };
  };
}

/**
 * Turnover in dollars, so that what is quoted in yen and what in pounds can be compared. Where a currency has no price in dollars the text
 * names it, and there is no value: it is neither more nor less than others. A market in one currency stays in it, and so does one
 * of which nothing has a price in dollars.
 */
export function dollarTurnover(
  { instruments, quotes }: Pick<Market, 'instruments' | 'quotes'>,
  nowMs = () => performance.now(),
): Turnover {
  let entries: readonly DictionaryEntry[] = [];
  let pairs = new CurrencyPairs(entries);
  let currencies: ReadonlySet<string> = new Set();
  /** Null = each in its own currency. */
  let rates: ReadonlyMap<string, number> | null = null;
  let readMs = -Infinity;

  function follow(): void {
    if (entries !== instruments.all) {
      entries = instruments.all;
      pairs = new CurrencyPairs(entries);
      currencies = new Set(entries.map((entry) => wholeCurrency(entry).join(' ')));
    } else if (nowMs() - readMs < RATES_MS) return;
    readMs = nowMs();
    rates = currencies.size < 2 ? null : dollarRates(pairs, quotes.columns);
    if (entries.every((entry) => rates?.has(wholeCurrency(entry)[0]) !== true)) rates = null;
  }

  return (entry) => {
    follow();
    const own = turnover(entry, quotes.columns);
    const [currency, parts] = wholeCurrency(entry);
    const rate = rates === null ? parts : rates.get(currency);
    if (rate === undefined)
      return { value: Number.NaN, text: `${formatCompact(own / parts)} ${currency}`.trimEnd() };
    const value = (own / parts) * rate;
    return { value, text: formatCompact(value) };
  };
}
