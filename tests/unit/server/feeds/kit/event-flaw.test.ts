import { describe, expect, it } from 'vitest';
import type { MarketEvent } from '#protocol';
import { eventFlaw } from '../../../../../server/feeds/kit/event-flaw.ts';

const NOW_US = 1_780_000_000_000_000;
const TRADE = {
  type: 'trade',
  instrument: 0,
  venueTimeUs: NOW_US,
  receiveTimeUs: NOW_US,
  price: 100,
  size: 1,
  aggressor: 2,
  tradeId: '',
};

describe('the form of an event', () => {
  it('has nothing wrong with it when the engine and a tape take it', () => {
    expect(eventFlaw(TRADE as MarketEvent)).toBeNull();
  });

  it.each<[string, object, string]>([
    [
      'a fraction of a microsecond',
      { venueTimeUs: NOW_US + 0.5 },
      `the venue's time ${NOW_US}.5: expected whole`,
    ],
    ['no arrival', { receiveTimeUs: undefined }, 'the arrival time undefined: expected whole'],
    ['an id that is no text', { tradeId: 17 }, 'the id 17: expected text'],
    ['an aggressor in words', { aggressor: 'buy' }, 'the aggressor buy: expected 0 (unknown)'],
    ['half a tick', { price: 0.5 }, 'the price 0.5: expected a whole number of steps'],
  ])('is told to the author with %s', (_, change, says) => {
    expect(eventFlaw({ ...TRADE, ...change } as MarketEvent)).toContain(says);
  });
});
