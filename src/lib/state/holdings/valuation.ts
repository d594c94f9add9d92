import type { DictionaryEntry } from '#protocol';
import { stepsToText } from '../../../protocol/instrument.ts';
import { CurrencyPairs, pairOf, wholeCurrency, type PairStep } from '../currency-pairs.ts';
import { minus, over, plus, readExact, times, ZERO, type Exact } from './exact.ts';
import type { Holding } from './holdings.svelte.ts';

/** What of the market the value of holdings depends on. */
export interface Prices {
  readonly entries: readonly DictionaryEntry[];
  /** Last prices by id, ticks; NaN = none. */
  readonly last: Float64Array;
}

/** How a currency becomes another: by a pair, or where no feed has one, by several through others. */
export type Conversion =
  | { readonly way: 'same' }
  | { readonly way: 'pairs'; readonly steps: readonly PairStep[] }
  | { readonly way: 'missing' };

/** One holding in its own currency; null = not known. */
export interface HoldingValue {
  readonly entry: DictionaryEntry | null;
  readonly last: Exact | null;
  readonly value: Exact | null;
  readonly profit: Exact | null;
  readonly conversion: Conversion;
  /** In the currency of the totals. */
  readonly converted: { readonly value: Exact; readonly cost: Exact } | null;
}

export interface HoldingsTotal {
  readonly value: Exact;
  readonly cost: Exact;
  readonly profit: Exact;
  /** Holdings that are not in it, and why: for want of a price, or of a pair of currencies. */
  readonly withoutPrice: number;
  readonly missingPairs: readonly string[];
}

const HUNDREDTH: Exact = { mantissa: 1n, decimals: 2 };

/** Currencies of what is quoted, and both sides of currency pairs: what totals can be in. */
export function currenciesOf(entries: readonly DictionaryEntry[]): string[] {
  const found = new Set<string>();
  for (const entry of entries) {
    if (entry.currency !== '') found.add(wholeCurrency(entry)[0]);
    const pair = entry.assetClass === 'fx' ? pairOf(entry) : null;
    if (pair !== null) for (const side of pair) found.add(side);
  }
  return [...found].toSorted();
}

/** Values of holdings at the prices as they are. Exact: only inverse pairs round, at twelve decimals. */
export class Valuation {
  readonly #byKey: ReadonlyMap<string, DictionaryEntry>;
  readonly #pairs: CurrencyPairs;
  readonly #currency: string;
  readonly #conversions = new Map<string, Conversion>();

  /** @param currency that the totals are in */
  constructor(entries: readonly DictionaryEntry[], currency: string) {
    this.#pairs = new CurrencyPairs(entries);
    this.#byKey = new Map(entries.map((entry) => [`${entry.venue}:${entry.symbol}`, entry]));
    this.#currency = currency;
  }

  entryOf(key: string): DictionaryEntry | null {
    return this.#byKey.get(key) ?? null;
  }

  of({ key, quantity, cost }: Holding, last: Float64Array): HoldingValue {
    const entry = this.entryOf(key);
    const [currency, parts] = entry === null ? ['', 1] : wholeCurrency(entry);
    const conversion = this.#conversion(currency, last);
    const price = entry === null ? null : priceOf(entry, last);
    const amount = readExact(quantity) ?? ZERO;
    const paid = times(amount, readExact(cost) ?? ZERO);
    if (price === null) return { entry, last: null, value: null, profit: null, conversion, converted: null };
    const value = times(amount, price);
    const [whole, wholePaid] =
      parts === 1 ? [value, paid] : [times(value, HUNDREDTH), times(paid, HUNDREDTH)];
    const converted = { value: convert(whole, conversion, last), cost: convert(wholePaid, conversion, last) };
    return {
      entry,
      last: price,
      value,
      profit: minus(value, paid),
      conversion,
      converted:
        converted.value === null || converted.cost === null
          ? null
          : { value: converted.value, cost: converted.cost },
    };
  }

  total(rows: readonly Holding[], last: Float64Array): HoldingsTotal {
    let value = ZERO;
    let cost = ZERO;
    let withoutPrice = 0;
    const missingPairs = new Set<string>();
    for (const row of rows) {
      const own = this.of(row, last);
      if (own.converted !== null) {
        value = plus(value, own.converted.value);
        cost = plus(cost, own.converted.cost);
      } else if (own.value !== null && own.conversion.way === 'missing') {
        const currency = own.entry === null ? '' : wholeCurrency(own.entry)[0];
        missingPairs.add(`${currency || 'a currency that is not told'} and ${this.#currency}`);
      } else withoutPrice += 1;
    }
    return { value, cost, profit: minus(value, cost), withoutPrice, missingPairs: [...missingPairs] };
  }

  /** Pairs that have a price, before others; one that has been found stays while its prices are there. */
  #conversion(from: string, last: Float64Array): Conversion {
    const hasPrice = (pair: DictionaryEntry): boolean => (last[pair.id] ?? 0) > 0;
    const known = this.#conversions.get(from);
    if (known !== undefined && (known.way !== 'pairs' || known.steps.every(({ pair }) => hasPrice(pair))))
      return known;
    let conversion: Conversion = known ?? { way: 'missing' };
    if (from === this.#currency) conversion = { way: 'same' };
    else if (from !== '') {
      const steps = this.#pairs.way(from, this.#currency, hasPrice);
      if (steps !== null) conversion = { way: 'pairs', steps };
      else if (known === undefined) {
        const unpriced = this.#pairs.way(from, this.#currency);
        if (unpriced !== null) conversion = { way: 'pairs', steps: unpriced };
      }
    }
    this.#conversions.set(from, conversion);
    return conversion;
  }
}

function priceOf(entry: DictionaryEntry, last: Float64Array): Exact | null {
  const ticks = last[entry.id] ?? Number.NaN;
  return Number.isNaN(ticks) ? null : readExact(stepsToText(ticks, entry.tick));
}

function convert(amount: Exact, conversion: Conversion, last: Float64Array): Exact | null {
  if (conversion.way === 'missing') return null;
  let converted: Exact | null = amount;
  for (const { way, pair } of conversion.way === 'same' ? [] : conversion.steps) {
    const price = priceOf(pair, last);
    if (price === null || converted === null) return null;
    converted = way === 'direct' ? times(converted, price) : over(converted, price);
  }
  return converted;
}
