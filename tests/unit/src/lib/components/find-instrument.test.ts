import { expect, test } from 'vitest';
import { findInstrument } from '../../../../../src/lib/components/find-instrument.ts';
import { instrument } from './test-instruments.ts';

const entries = [
  instrument(0, 'BTC-USD', { venue: 'coinbase' }),
  instrument(1, 'BTC-USD', { venue: 'kraken' }),
  instrument(2, 'btc-usd', { venue: 'other' }),
  instrument(3, 'EUR/USD', { venue: 'sim' }),
];

test.each([
  ['kraken:BTC-USD', 1],
  ['BTC-USD', 0],
  ['btc-usd', 2],
  ['Kraken:btc-usd', 1],
  ['eur/usd', 3],
])('%s names one instrument', (text, id) => {
  expect(findInstrument(entries, text)?.id).toBe(id);
});

test('what no instrument is called finds none', () => {
  expect(findInstrument(entries, 'nope')).toBeNull();
  expect(findInstrument([], 'BTC-USD')).toBeNull();
});
