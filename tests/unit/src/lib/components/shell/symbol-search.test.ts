import { describe, expect, test } from 'vitest';
import { searchPalette } from '../../../../../../src/lib/components/shell/palette-search.ts';
import { SymbolSearch } from '../../../../../../src/lib/components/shell/symbol-search.ts';
import { instrument } from '../test-instruments.ts';

/** What the design grants a search of 5,000 symbols, ms. */
const BUDGET_MS = 50;

/** Of this thread alone: what the machine does besides is not ours. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const entries = [
  instrument(0, 'BTC-USD', { venue: 'coinbase', name: 'Bitcoin' }),
  instrument(1, 'ETH-USD', { venue: 'coinbase', name: 'Ether' }),
  instrument(2, 'MSFT', { venue: 'nasdaq', name: 'Microsoft' }),
  instrument(3, 'TÜV', { venue: 'xetra', name: 'Prüfung' }),
];
const found = (query: string): string[] =>
  new SymbolSearch().find(entries, query).map((at) => entries[at]!.symbol);

describe('the loose search', () => {
  test('takes words in any order, one wrong letter, and letters with gaps', () => {
    expect(found('usd btc')).toEqual(['BTC-USD']);
    expect(found('bitcion')).toEqual(['BTC-USD']);
    expect(found('micrsft')).toEqual(['MSFT']);
  });

  test('takes plain letters for accented ones', () => {
    expect(found('prufung')).toEqual(['TÜV']);
  });

  test('finds nothing in nonsense', () => {
    expect(found('qqqq')).toEqual([]);
    expect(found('!!')).toEqual([]);
    // Pasted by mistake: a pattern of its letters would be 75 MB.
    expect(found('a'.repeat(5_000))).toEqual([]);
  });

  test('stands behind what holds the text', () => {
    const search = new SymbolSearch();
    const items = searchPalette('usd', entries, [], { fuzzy: search.find(entries, 'usd') });
    expect(items.map((item) => (item.kind === 'instrument' ? item.entry.symbol : ''))).toEqual([
      'BTC-USD',
      'ETH-USD',
    ]);
  });

  test(`answers among 5,000 symbols within ${BUDGET_MS} ms, whatever is typed`, () => {
    const many = Array.from({ length: 5_000 }, (_, id) =>
      instrument(id, `${String.fromCharCode(65 + (id % 26))}${id}-USD`, { name: `Instrument number ${id}` }),
    );
    const search = new SymbolSearch();
    search.find(many, 'warm');
    for (const query of ['u', 'us', 'usd', 'usd 12', 'inst num', 'zzzz', 'a1b2c3']) {
      const startedAt = cpuMs();
      searchPalette(query, many, [], { fuzzy: search.find(many, query) });
      expect(cpuMs() - startedAt, query).toBeLessThan(BUDGET_MS);
    }
  });
});

test('recent symbols come before active ones when nothing is typed', () => {
  const items = searchPalette('', entries, [], { recent: [entries[2]!] });
  expect(items.map((item) => (item.kind === 'instrument' ? item.entry.symbol : ''))).toEqual([
    'MSFT',
    'BTC-USD',
    'ETH-USD',
    'TÜV',
  ]);
});
