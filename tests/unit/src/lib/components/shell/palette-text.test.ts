import { expect, test } from 'vitest';
import { minutesInterval, readPaletteText } from '../../../../../../src/lib/components/shell/palette-text.ts';

test.each([
  ['btc', 'search', 'btc'],
  [' > log ', 'commands', 'log'],
  ['/vol>1m', 'filter', 'vol>1m'],
  ['@ 14:32', 'jump', '14:32'],
  ['!64200', 'alert', '64200'],
  ['', 'search', ''],
] as const)('%j asks for %s', (text, kind, query) => {
  expect(readPaletteText(text)).toEqual({ kind, query });
});

test('digits are minutes, and a number of minutes that no timeframe has is told', () => {
  expect(['1', '5', '60', '1440'].map(minutesInterval)).toEqual(['1m', '5m', '1h', '1d']);
  expect(minutesInterval('7')).toBe('No timeframe has 7 min. There are 1s, 5s, 1m, 5m, 15m, 1h, 1d.');
  expect(['', '5m', 'btc', '123456'].map(minutesInterval)).toEqual([null, null, null, null]);
});
