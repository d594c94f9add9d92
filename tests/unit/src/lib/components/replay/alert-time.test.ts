import { expect, test } from 'vitest';
import { alertTime } from '../../../../../../src/lib/components/replay/alert-time.ts';

const firing = (timeUs: number, instrument: string, note = '') => ({
  timeUs,
  instrument,
  note,
  message: `${instrument} is above 64,200.`,
});
/** Newest first, as they are held. */
const FIRINGS = [
  firing(90, 'SIM:ETH-USD'),
  firing(70, 'SIM:BTC-USD', 'Fed day'),
  firing(50, 'SIM:BTC-USD'),
  firing(30, 'SIM:ETH-USD', 'breakout of btc-usd'),
];
const SPAN = { fromUs: 20, toUs: 80 };
const at = (text: string): number | null => alertTime(text, FIRINGS, SPAN);

test('an alert is named by its note before its symbol, and by its symbol before its words', () => {
  expect(at('fed')).toBe(70);
  expect(at(' BTC-USD ')).toBe(30);
  expect(at('SIM:BTC')).toBe(70);
  expect(at('above 64')).toBe(70);
});

test('what fired where nothing can be gone to is none, and what no alert is called neither', () => {
  expect(at('sim:eth')).toBe(30);
  expect(alertTime('sim:eth', FIRINGS, { fromUs: 40, toUs: 80 })).toBeNull();
  expect(at('nonsense')).toBeNull();
  expect(at('b')).toBeNull();
  expect(at('64,200')).toBeNull();
  expect(at('')).toBeNull();
});
