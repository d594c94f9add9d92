import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol';
import { Dictionary } from '../../../../server/engine/dictionary.ts';
import { SelectorSet } from '../../../../server/engine/selector.ts';
import { instrument } from '../../../support/test-timeline.ts';

const KNOWN = [
  instrument('BTC-USD', { venue: 'coinbase' }),
  instrument('ETH-USD', { venue: 'coinbase' }),
  instrument('BTC-USD', { venue: 'Kraken' }),
  instrument('btc-usd', { venue: 'kraken' }),
  instrument('BTC/USDT:USDT', { venue: 'okx' }),
];

const dictionary = new Dictionary();
for (const definition of KNOWN) dictionary.define(definition);

/** The places in KNOWN that match; null when the selectors are refused. Names are looked up as well: the same must come of it. */
function matched(...selectors: string[]): number[] | null {
  const set = SelectorSet.parse(selectors);
  if (set === null) return null;
  const places = (): number[] => KNOWN.flatMap((one, index) => (set.matches(one) ? [index] : []));
  const before = places();
  const unmatched = set.unmatched(KNOWN);
  const found = set.lookUp(dictionary);
  if (found !== null) {
    expect(found.ids).toEqual(before);
    expect(new Set(found.unmatched)).toEqual(new Set(unmatched));
    expect(places()).toEqual(before);
  }
  return before;
}

describe('SelectorSet', () => {
  it.each([
    ['a symbol at any venue', ['BTC-USD'], [0, 2]],
    ['a symbol with its case', ['btc-usd'], [3]],
    ['a venue and a symbol', ['coinbase:BTC-USD'], [0]],
    ['a venue without regard to case', ['KRAKEN:BTC-USD'], [2]],
    ['a symbol with a colon of its own', ['BTC/USDT:USDT'], [4]],
    ['a venue and a symbol with a colon', ['OKX:BTC/USDT:USDT'], [4]],
    ['everything', ['*'], [0, 1, 2, 3, 4]],
    ['a prefix', ['BTC-*'], [0, 2]],
    ['a suffix', ['*-USD'], [0, 1, 2]],
    ['a middle', ['B*C*D'], [0, 2]],
    ['a symbol at every venue', ['*:BTC-USD'], [0, 2]],
    ['a pattern within a venue', ['coinbase:*-USD'], [0, 1]],
    ['a pattern over a colon in the symbol', ['BTC/*:USDT'], [4]],
    ['a whole venue', ['venue:Coinbase'], [0, 1]],
    ['a pattern of venues', ['venue:*a*'], [0, 1, 2, 3]],
    ['several, in any order', ['ETH-USD', 'venue:okx'], [1, 4]],
    ['all but some', ['*', '!BTC-*', '!venue:okx'], [1, 3]],
    ['what is left of a venue', ['!coinbase:ETH-USD', 'venue:coinbase'], [0]],
    ['nothing that exists', ['DOGE-USD'], []],
  ])('[SU3] matches %s', (_, selectors, places) => {
    expect(matched(...selectors)).toEqual(places);
  });

  it.each([
    ['an empty selector', ['']],
    ['an exclusion of nothing', ['BTC-USD', '!']],
    ['exclusions only', ['!BTC-USD']],
    ['no selector', []],
    ['a control character', ['BTC\u0000']],
    ['a line break', ['*', '!A\nB']],
    ['one that is too long', ['A'.repeat(LIMITS.selectorCharsMax + 1)]],
  ])('[SU5] refuses %s', (_, selectors) => {
    expect(matched(...selectors)).toBeNull();
  });

  it('takes one of exactly the allowed length', () => {
    expect(matched('A'.repeat(LIMITS.selectorCharsMax))).toEqual([]);
  });

  it('[SU6] names what matches nothing, as it was written', () => {
    const set = SelectorSet.parse([
      'BTC-USD',
      'KRAKEN:XRP-USD',
      'venue:Nasdaq',
      'X*',
      'BTC/USDT:USDT',
      '!ETH*',
    ])!;
    expect(set.unmatched(KNOWN)).toEqual(['KRAKEN:XRP-USD', 'venue:Nasdaq', 'X*']);
  });

  it('[SEC9] looks up 5,000 names as fast as one', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `venue${index}:SYMBOL-${index}`);
    const set = SelectorSet.parse(names)!;
    const market = Array.from({ length: 10_000 }, (_, index) =>
      instrument(`SYMBOL-${index}`, { venue: `VENUE${index}` }),
    );
    const startedAt = performance.now();
    expect(market.filter((one) => set.matches(one))).toHaveLength(5_000);
    // Trying each name on each instrument would take 50 million comparisons, about a second.
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it('[SEC9] does not backtrack', () => {
    const set = SelectorSet.parse([`${'a*'.repeat(40)}b`])!;
    const startedAt = performance.now();
    expect(set.matches(instrument('a'.repeat(100_000)))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(250);
  });

  it('[SEC13] bounds the work of patterns, each of which is tried on every instrument', () => {
    const patterns = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}*`);
    expect(SelectorSet.parse(patterns(64))).not.toBeNull();
    expect(SelectorSet.parse(patterns(65))).toBeNull();
    expect(SelectorSet.parse(['*', ...patterns(64).map((pattern) => `!${pattern}`)])).toBeNull();
    expect(SelectorSet.parse(Array.from({ length: 5_000 }, () => 'A*'))).not.toBeNull();
  });

  it.each(['__proto__', 'constructor', '!constructor:*', '*:', ':', 'venue:'])(
    'takes %s as a plain name',
    (text) => {
      expect(matched('BTC-USD', text)).toEqual([0, 2]);
    },
  );
});

describe('names that are looked up', () => {
  const part = fc.constantFrom('BTC', 'btc', 'ETH-USD', 'A:B', 'okx', 'Kraken', 'x');
  const definition = fc.record({ venue: fc.constantFrom('okx', 'Kraken', 'A'), symbol: part });
  const selector = fc.oneof(
    part,
    fc.tuple(part, part).map(([venue, symbol]) => `${venue}:${symbol}`),
  );

  it('find what each instrument asked for by itself says, also of those that are listed later', () => {
    fc.assert(
      fc.property(
        fc.array(definition, { maxLength: 12 }),
        fc.array(definition, { maxLength: 6 }),
        fc.array(selector, { minLength: 1, maxLength: 80 }),
        (known, later, selectors) => {
          const names = new Dictionary();
          for (const { venue, symbol } of known) names.define(instrument(symbol, { venue }));
          const asked = SelectorSet.parse(selectors)!;
          const lookedUp = SelectorSet.parse(selectors)!;
          const found = lookedUp.lookUp(names)!;
          const all = names.ids().map((id) => names.definition(id));
          expect(found.ids).toEqual(names.ids().filter((id) => asked.matches(names.definition(id))));
          expect(new Set(found.unmatched)).toEqual(new Set(asked.unmatched(all)));
          for (const { venue, symbol } of later) {
            const one = instrument(symbol, { venue });
            expect(lookedUp.matches(one)).toBe(asked.matches(one));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('[TL11] knows its names again on another timeline, also those that the first one did not have', () => {
    const set = SelectorSet.parse(['KRAKEN:btc-usd', 'ETH-USD', 'XRP-USD'])!;
    expect(set.lookUp(dictionary)).toEqual({ ids: [1, 3], unmatched: ['XRP-USD'] });
    const other = new Dictionary();
    for (const symbol of ['XRP-USD', 'ETH-USD']) other.define(instrument(symbol, { venue: 'okx' }));
    expect(set.lookUp(other)).toEqual({ ids: [0, 1], unmatched: ['KRAKEN:btc-usd'] });
    expect(set.lookUp(dictionary)).toEqual({ ids: [1, 3], unmatched: ['XRP-USD'] });
  });

  it('[SEC8] matches what may not be seen no more than what does not exist', () => {
    const sight = { sees: ({ venue }: { venue: string }) => venue === 'coinbase' };
    for (const selectors of [
      ['BTC-USD', 'btc-usd', 'NONE'],
      ['B*', 'venue:okx'],
      ['*', '!ETH-USD'],
    ]) {
      const set = SelectorSet.parse(selectors)!;
      set.restrict(sight);
      expect(KNOWN.flatMap((one, index) => (set.matches(one) ? [index] : []))).toEqual([0]);
      const found = set.lookUp(dictionary);
      if (found !== null) expect(found).toEqual({ ids: [0], unmatched: ['btc-usd', 'NONE'] });
      expect(KNOWN.flatMap((one, index) => (set.matches(one) ? [index] : []))).toEqual([0]);
    }
  });
});
