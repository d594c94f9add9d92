import { expect, test } from 'vitest';
import { venueCode, venueName } from '../../../../../src/lib/components/venue-label.ts';

test('made-up prices say SIM, whatever their venue is called', () => {
  expect(venueCode('coinbase', true)).toBe('SIM');
  expect(venueName('coinbase', true)).toBe('SIM');
});

test('known venues have their usual code, others their first letters', () => {
  expect(venueCode('coinbase', false)).toBe('CB');
  expect(venueCode('my-exchange', false)).toBe('MYE');
  expect(venueName('binance-futures', false)).toBe('Binance Futures');
  expect(venueName('okx', false)).toBe('OKX');
});
