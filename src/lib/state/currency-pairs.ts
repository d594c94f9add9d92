import type { DictionaryEntry } from '#protocol';

/** Codes of feeds and brokers for prices in hundredths of a currency: pence, cents, agorot. Capitals alone tell some of them apart. */
const HUNDREDTHS: Readonly<Record<string, readonly string[]>> = {
  GBP: ['GBp', 'GBx', 'GBX'],
  ZAR: ['ZAc', 'ZAr', 'ZAC'],
  ILS: ['ILa', 'ILs', 'ILA'],
  USD: ['USc', 'USx', 'USX'],
  EUR: ['EUc'],
};

/** One pair on the way from a currency to the next: `direct` times its price, `inverse` divided by it. */
export interface PairStep {
  readonly way: 'direct' | 'inverse';
  readonly pair: DictionaryEntry;
  readonly from: string;
  readonly to: string;
}

const PAIR = /^([A-Z0-9]{2,10})[-/_:]?([A-Z0-9]{2,10})$/;

/**
 * Which currencies become which others by the pairs that the feeds quote. Not their prices. Ways are those of the fewest pairs, and
 * of as many, pairs of foreign exchange stand before others.
 */
export class CurrencyPairs {
  readonly #steps = new Map<string, PairStep[]>();

  constructor(entries: readonly DictionaryEntry[]) {
    const rank = ({ assetClass }: DictionaryEntry): number => (assetClass === 'fx' ? 0 : 1);
    for (const pair of entries.toSorted((a, b) => rank(a) - rank(b))) {
      const [base, quoted] = pairOf(pair) ?? [];
      if (base === undefined || quoted === undefined || base === quoted) continue;
      this.#add({ way: 'direct', pair, from: base, to: quoted });
      this.#add({ way: 'inverse', pair, from: quoted, to: base });
    }
  }

  /**
   * Every currency that some of `from` become, nearest first, with the last pair on its way.
   * @param isUsable whether a pair has a price
   * @param until where the search ends
   */
  reached(
    from: readonly string[],
    isUsable: (pair: DictionaryEntry) => boolean,
    until?: string,
  ): ReadonlyMap<string, PairStep | null> {
    const reached = new Map<string, PairStep | null>(from.map((currency) => [currency, null]));
    // A map is walked in the order of its keys, also of those that come meanwhile.
    for (const currency of reached.keys())
      for (const step of this.#steps.get(currency) ?? []) {
        if (reached.has(step.to) || !isUsable(step.pair)) continue;
        reached.set(step.to, step);
        if (step.to === until) return reached;
      }
    return reached;
  }

  /** The way from one currency to another; null = there is none. */
  way(
    from: string,
    to: string,
    isUsable: (pair: DictionaryEntry) => boolean = () => true,
  ): readonly PairStep[] | null {
    const reached = this.reached([from], isUsable, to);
    const steps: PairStep[] = [];
    for (let at = to; at !== from;) {
      const step = reached.get(at);
      if (step === undefined || step === null) return null;
      steps.unshift(step);
      at = step.from;
    }
    return steps;
  }

  #add(step: PairStep): void {
    const steps = this.#steps.get(step.from);
    if (steps === undefined) this.#steps.set(step.from, [step]);
    else steps.push(step);
  }
}

/** What pairs call the currency of a price, and how many of the price's units are one of it: `GBp` -> GBP, 100. */
export function wholeCurrency({
  currency,
  assetClass,
}: Pick<DictionaryEntry, 'currency' | 'assetClass'>): readonly [currency: string, parts: 1 | 100] {
  // Coins may be called as hundredths are.
  if (assetClass !== 'crypto')
    for (const [whole, codes] of Object.entries(HUNDREDTHS))
      if (codes.includes(currency)) return [whole, 100];
  return [currency.toUpperCase(), 1];
}

/** `EUR/USD` -> EUR, USD; `BTC-USD` too. The side after the separator must be the currency of its price, where that is told. */
export function pairOf({ symbol, currency, assetClass }: DictionaryEntry): readonly [string, string] | null {
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
