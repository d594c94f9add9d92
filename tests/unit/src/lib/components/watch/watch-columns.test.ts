import { expect, test } from 'vitest';
import type { DictionaryEntry } from '#protocol';
import {
  SYMBOL_AND_SPARK_PX,
  symbolColumnPx,
} from '../../../../../../src/lib/components/watch/watch-columns.ts';

const entries = (...symbols: string[]) =>
  symbols.map((symbol) => ({ symbol, venue: 'binance-delivery' }) as DictionaryEntry);
const width = (...symbols: string[]) => symbolColumnPx(entries(...symbols), () => 'BND', 'normal');

test('short symbols leave the sparkline all its room', () => {
  expect(width()).toBe(104);
  expect(width('BTCUSDT', 'ETH-USD')).toBe(104);
});

test('the longest symbol with its venue decides the width', () => {
  // Measured in the browser: 125 px for both texts and what lies between and after them.
  expect(width('BTCUSDT', 'ETHUSD_PERP')).toBeGreaterThanOrEqual(125);
  expect(width('ETHUSD_PERP')).toBeLessThan(136);
});

test('a symbol of any length leaves room for a sparkline', () => {
  expect(SYMBOL_AND_SPARK_PX - width('BTC-27DEC30-100000-C-AND-MORE')).toBe(24);
});

test('larger text needs a wider column', () => {
  const one = entries('ETHUSD_PER');
  const [small, large] = (['compact', 'comfortable'] as const).map((density) =>
    symbolColumnPx(one, () => 'BND', density),
  );
  expect(small).toBeLessThan(large!);
});
