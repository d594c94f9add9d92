import { afterEach, describe, expect, test } from 'vitest';
import { parseFilter } from '../../../../../../src/lib/components/watch/row-filter.ts';
import { setFormatLocale } from '../../../../../../src/lib/format/index.ts';
import { columns, instrument } from '../test-instruments.ts';
import { rowSource } from './row-source.ts';

const rows = [
  instrument(0, 'BTC-USD', { venue: 'coinbase', name: 'Bitcoin' }),
  instrument(1, 'ETH-USD', { venue: 'kraken', name: 'Ether' }),
  instrument(2, 'EUR/USD', { venue: 'kraken', name: 'Euro / US dollar', assetClass: 'fx' }),
  instrument(3, 'NEW', { venue: 'coinbase', name: 'Never traded' }),
];
// Lots of 0.0001: volumes of 2 M, 500 and 1 M.
const values = columns([10_300, 9_700, 10_000, Number.NaN], [2e10, 5e6, 1e10, Number.NaN]);
const source = rowSource(values, { ageMs: (id) => id * 10_000, updates: (id) => id });

afterEach(() => setFormatLocale('en-US'));

const passing = (text: string): string[] => {
  const { test: passes, problem } = parseFilter(text);
  expect(problem).toBe('');
  return rows.filter((entry) => passes(entry, source)).map(({ symbol }) => symbol);
};

describe('a filter', () => {
  test.each<[text: string, symbols: string[]]>([
    ['', ['BTC-USD', 'ETH-USD', 'EUR/USD', 'NEW']],
    ['/', ['BTC-USD', 'ETH-USD', 'EUR/USD', 'NEW']],
    ['btc', ['BTC-USD']],
    ['KRAKEN eth', ['ETH-USD']],
    ['coinbase:btc', ['BTC-USD']],
    ['"us dollar"', ['EUR/USD']],
    ['-usd', ['NEW']],
    ['venue:kraken', ['ETH-USD', 'EUR/USD']],
    ['-class:crypto', ['EUR/USD']],
    ['/vol>1m chg<-2', []],
    ['vol>=1m', ['BTC-USD', 'EUR/USD']],
    ['vol > 1m', ['BTC-USD']],
    ['vol<1,000', ['ETH-USD']],
    ['chg<-2', ['ETH-USD']],
    ['chg < -2 %', ['ETH-USD']],
    ['chg>2 % btc', ['BTC-USD']],
    ['chg>2%', ['BTC-USD']],
    ['chg%=0', ['EUR/USD']],
    ['change>2.5', ['BTC-USD']],
    ['last!=100', ['BTC-USD', 'ETH-USD']],
    ['age>=20s', ['EUR/USD', 'NEW']],
    ['age<10', ['BTC-USD']],
    ['updates>1 -venue:coinbase', ['EUR/USD']],
    ['turnover>150m', ['BTC-USD']],
  ])('%s', (text, symbols) => {
    expect(passing(text)).toEqual(symbols);
  });

  test('compares a change as it is, and not as a float has it', () => {
    const seven = rowSource(columns([10_700, 12_900, 10_000, Number.NaN]));
    const held = (text: string) => rows.filter((entry) => parseFilter(text).test(entry, seven)).length;
    expect([held('chg=7'), held('chg<=7 chg>0'), held('chg>=29')]).toEqual([1, 1, 1]);
  });

  test('reads numbers as the page writes them', () => {
    setFormatLocale('de-DE');
    expect(passing('vol>1,5m')).toEqual(['BTC-USD']);
    expect(passing('vol>1.500.000')).toEqual(['BTC-USD']);
    expect(passing('chg>2.5')).toEqual(['BTC-USD']);
    setFormatLocale('en-US');
    expect(parseFilter('vol>1,5m').problem).toBe('“1,5m” is no number for vol. Write 2500 or 1m.');
  });

  test.each([
    ['vol>', 'A number is missing after “vol>”, such as 2500 or 1m.'],
    ['vol>abc', '“abc” is no number for vol. Write 2500 or 1m.'],
    ['chg>2m', '“2m” is no number for chg. Write -2 or 0.5%.'],
    ['age>5k', '“5k” is no number for age. Write 30s or 5m.'],
    ['>5', 'A column is missing before “>”, such as vol>1m.'],
    ['venue=kraken', '“venue” holds words: write venue:word.'],
    ['constructor>1', 'No column is called “constructor”.'],
  ])('%s is answered with a sentence', (text, sentence) => {
    expect(parseFilter(text).problem).toContain(sentence);
  });

  test('leaves out the term that cannot be read and holds by the others', () => {
    const { test: passes, problem } = parseFilter('venue:kraken eth vol>');
    expect(problem).not.toBe('');
    expect(rows.filter((entry) => passes(entry, source)).map(({ symbol }) => symbol)).toEqual(['ETH-USD']);
  });

  test('says whether its answer changes with the market', () => {
    expect(parseFilter('btc venue:kraken').readsValues).toBe(false);
    expect(parseFilter('btc vol>1').readsValues).toBe(true);
  });

  test('holds for no unknown value, whatever the comparison', () => {
    for (const operator of ['<', '<=', '>', '>=', '=', '!='])
      expect(passing(`last${operator}1000000`)).not.toContain('NEW');
  });
});
