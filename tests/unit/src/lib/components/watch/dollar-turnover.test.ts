import { describe, expect, it } from 'vitest';
import type { DictionaryEntry } from '#protocol';
import { dollarTurnover } from '../../../../../../src/lib/components/watch/dollar-turnover.ts';
import { parseFilter } from '../../../../../../src/lib/components/watch/row-filter.ts';
import { sortRows } from '../../../../../../src/lib/components/watch/row-order.ts';
import type { Market } from '../../../../../../src/lib/state/market.ts';
import { columns, instrument } from '../test-instruments.ts';
import { rowSource } from './row-source.ts';

const share = (id: number, symbol: string, currency: string): DictionaryEntry => ({
  ...instrument(id, symbol, { assetClass: 'equity' }),
  currency,
});
const tokyo = share(0, 'SONY', 'JPY');
const london = share(1, 'VOD', 'GBp');
const apple = share(2, 'AAPL', 'USD');
const korea = share(3, 'KIA', 'KRW');
const yen = { ...instrument(4, 'USD/JPY', { assetClass: 'fx' }), currency: 'JPY' };
const pound = { ...instrument(5, 'GBP/USD', { assetClass: 'fx' }), currency: 'USD' };
const all = [tokyo, london, apple, korea, yen, pound];

/** 3,000 yen, 80.00 pence, 200 dollars, 90,000 won; 150 yen a dollar, 1.25 dollars a pound; lots of 0.0001. */
const prices = [300_000, 8_000, 20_000, 9_000_000, 15_000, 125];
const million = 1e6 * 1e4;
const values = columns(prices, [million, million, million, million, Number.NaN, Number.NaN]);

function sourceOf(entries: readonly DictionaryEntry[], at = values, nowMs = () => 0) {
  const market = { instruments: { all: entries }, quotes: { columns: at } } as unknown as Market;
  return rowSource(at, { turnover: dollarTurnover(market, nowMs) });
}

describe('turnover of several currencies', () => {
  it('is in dollars, by the pairs that feeds quote, or says its currency', () => {
    const { turnover } = sourceOf(all);
    expect(all.slice(0, 4).map((entry) => turnover!(entry))).toEqual([
      { value: 20_000_000, text: '20.0M' },
      { value: 1_000_000, text: '1.0M' },
      { value: 200_000_000, text: '200.0M' },
      { value: Number.NaN, text: '90.0B KRW' },
    ]);
  });

  it('sorts and filters as it is shown, and leaves what cannot be compared at the end', () => {
    const source = sourceOf(all);
    const rows = [korea, london, tokyo, apple];
    sortRows(rows, { column: 'turnover', direction: 'descending' }, source);
    expect(rows.map(({ symbol }) => symbol)).toEqual(['AAPL', 'SONY', 'VOD', 'KIA']);
    const { test } = parseFilter('turnover>10m');
    expect(rows.filter((entry) => test(entry, source))).toEqual([apple, tokyo]);
  });

  it('follows the rates, a little later', () => {
    const now = { ms: 0 };
    const at = columns(prices, [million]);
    const { turnover } = sourceOf(all, at, () => now.ms);
    expect(turnover!(tokyo).value).toBe(20_000_000);
    at.last[yen.id] = 10_000;
    expect(turnover!(tokyo).value).toBe(20_000_000);
    now.ms = 2_000;
    expect(turnover!(tokyo).value).toBe(30_000_000);
  });

  it('stays in its own currency where there is one only, or none has a price in dollars', () => {
    expect(sourceOf([london]).turnover!(london)).toEqual({ value: 80_000_000, text: '80.0M' });
    expect(sourceOf([london, korea]).turnover!(korea)).toEqual({ value: 9e10, text: '90.0B' });
  });
});
