import { expect, it } from 'vitest';
import { findInstrument } from '../../../../server/timelines/find-instrument.ts';
import { instrument, testTimeline } from '../../../support/test-timeline.ts';

it('finds what a link names: venue and symbol, a bare symbol of the most active venue, and any case', () => {
  const { dictionary } = testTimeline({ symbols: ['BTC-USD', 'btc-usd'] }).engine;
  const other = dictionary.define(instrument('BTC-USD', { venue: 'Kraken' }));
  expect(findInstrument(dictionary, 'BTC-USD')).toBe(0);
  expect(findInstrument(dictionary, 'btc-usd')).toBe(1);
  expect(findInstrument(dictionary, 'Kraken:BTC-USD')).toBe(other);
  expect(findInstrument(dictionary, 'KRAKEN:btc-usd')).toBe(other);
  expect(findInstrument(dictionary, 'NOPE')).toBeNull();
  expect(findInstrument(dictionary, '')).toBeNull();
});
