import type { DictionaryEntry } from '#protocol';
import { stepsToText } from '../../../protocol/instrument.ts';
import { minus, over, plus, readExact, times, ZERO, type Exact } from './exact.ts';
import type { Holding } from './holdings.svelte.ts';

/** What of the market the value of holdings depends on. */
export interface Prices {
  readonly entries: readonly DictionaryEntry[];
  /** Last prices by id, ticks; NaN = none. */
  readonly last: Float64Array;
}

/** How a currency becomes another: `direct` times the price of a pair, `inverse` divided by it. */
export type Conversion =
  | { readonly way: 'same' }
  | { readonly way: 'direct' | 'inverse'; readonly pair: DictionaryEntry }
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

const PAIR = /^([A-Z0-9]{2,10})[-/_:]?([A-Z0-9]{2,10})$/;

/** Currencies of what is quoted, and both sides of currency pairs: what totals can be in. */
export function currenciesOf(entries: readonly DictionaryEntry[]): string[] {
  const found = new Set<string>();
  for (const entry of entries) {
    if (entry.currency !== '') found.add(entry.currency.toUpperCase());
    const pair = entry.assetClass === 'fx' ? pairOf(entry) : null;
    if (pair !== null) for (const side of pair) found.add(side);
  }
  return [...found].toSorted();
}

/** The pair that turns one currency into another: of foreign exchange before any other, then the most active. */
export function conversionOf(entries: readonly DictionaryEntry[], from: string, to: string): Conversion {
  if (from === to) return { way: 'same' };
  let found: Conversion = { way: 'missing' };
  for (const pair of entries) {
    const sides = pairOf(pair);
    if (sides === null) continue;
    const isDirect = sides[0] === from && sides[1] === to;
    if (!isDirect && !(sides[0] === to && sides[1] === from)) continue;
    const conversion: Conversion = { way: isDirect ? 'direct' : 'inverse', pair };
    if (pair.assetClass === 'fx') return conversion;
    if (found.way === 'missing') found = conversion;
  }
  return found;
}

/** `EUR/USD` -> EUR, USD; `BTC-USD` too. The side after the separator must be the currency of its price, where that is told. */
function pairOf({ symbol, currency, assetClass }: DictionaryEntry): readonly [string, string] | null {
  if (assetClass !== 'fx' && assetClass !== 'crypto') return null;
  const text = symbol.toUpperCase();
  const quoted = currency.toUpperCase();
  if (quoted !== '' && text.endsWith(quoted)) {
    const base = text.slice(0, -quoted.length).replace(/[-/_:]$/, '');
    return /^[A-Z0-9]{2,10}$/.test(base) ? [base, quoted] : null;
  }
  const [, base, other] = /[-/_:]/.test(text)
    ? (PAIR.exec(text) ?? [])
    : (/^([A-Z]{3})([A-Z]{3})$/.exec(text) ?? []);
  return base === undefined || other === undefined ? null : [base, other];
}

/** Values of holdings at the prices as they are. Exact: only an inverse pair rounds, at twelve decimals. */
export class Valuation {
  readonly #byKey: ReadonlyMap<string, DictionaryEntry>;
  readonly #entries: readonly DictionaryEntry[];
  readonly #currency: string;
  readonly #conversions = new Map<string, Conversion>();

  /** @param currency that the totals are in */
  constructor(entries: readonly DictionaryEntry[], currency: string) {
    this.#entries = entries;
    this.#byKey = new Map(entries.map((entry) => [`${entry.venue}:${entry.symbol}`, entry]));
    this.#currency = currency;
  }

  entryOf(key: string): DictionaryEntry | null {
    return this.#byKey.get(key) ?? null;
  }

  of({ key, quantity, cost }: Holding, last: Float64Array): HoldingValue {
    const entry = this.entryOf(key);
    const conversion = entry === null ? { way: 'missing' as const } : this.#conversion(entry.currency);
    const price = entry === null ? null : priceOf(entry, last);
    const amount = readExact(quantity) ?? ZERO;
    const paid = times(amount, readExact(cost) ?? ZERO);
    if (price === null) return { entry, last: null, value: null, profit: null, conversion, converted: null };
    const value = times(amount, price);
    const converted = { value: convert(value, conversion, last), cost: convert(paid, conversion, last) };
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
        missingPairs.add(`${own.entry?.currency || 'a currency that is not told'} and ${this.#currency}`);
      } else withoutPrice += 1;
    }
    return { value, cost, profit: minus(value, cost), withoutPrice, missingPairs: [...missingPairs] };
  }

  #conversion(currency: string): Conversion {
    const from = currency.toUpperCase();
    let conversion = this.#conversions.get(from);
    if (conversion === undefined) {
      conversion =
        from === '' ? { way: 'missing' as const } : conversionOf(this.#entries, from, this.#currency);
      this.#conversions.set(from, conversion);
    }
    return conversion;
  }
}

function priceOf(entry: DictionaryEntry, last: Float64Array): Exact | null {
  const ticks = last[entry.id] ?? Number.NaN;
  return Number.isNaN(ticks) ? null : readExact(stepsToText(ticks, entry.tick));
}

function convert(amount: Exact, conversion: Conversion, last: Float64Array): Exact | null {
  if (conversion.way === 'same') return amount;
  if (conversion.way === 'missing') return null;
  const price = priceOf(conversion.pair, last);
  if (price === null) return null;
  return conversion.way === 'direct' ? times(amount, price) : over(amount, price);
}
