import { describe, expect, it } from 'vitest';
import type { MarketEvent } from '#protocol';
import { CapturePrices } from '../../../../../server/feeds/venue/capture-prices.ts';

const CENTS = { units: 1, decimals: 2 };
const book = (snapshot: boolean, bids: number[], asks: number[]) =>
  ({ type: 'book', snapshot, bids, asks }) as unknown as MarketEvent;
const event = (fields: object) => fields as unknown as MarketEvent;

describe('the prices of a capture', () => {
  it('are those of trades where there are any', () => {
    const prices = new CapturePrices();
    prices.take(event({ type: 'quote', bid: 900, ask: 1100 }));
    prices.take(event({ type: 'trade', price: 1000 }));
    prices.take(event({ type: 'trade', price: 1010 }));
    expect(prices.span(CENTS)).toEqual({ of: 'trade', low: '10.00', high: '10.10' });
    expect(prices.events).toBe(3);
  });

  it('are the lowest bid and the highest ask of quotes; 0 is no price', () => {
    const prices = new CapturePrices();
    prices.take(event({ type: 'quote', bid: 0, ask: 1100 }));
    prices.take(event({ type: 'quote', bid: 950, ask: 1000 }));
    expect(prices.span(CENTS)).toEqual({ of: 'quote', low: '9.50', high: '11.00' });
  });

  it('are the best ones of a book, not what rests far away', () => {
    const prices = new CapturePrices();
    prices.take(book(true, [1, 5, 990, 2], [1010, 1, 999_999_999, 1]));
    prices.take(book(false, [990, 0, 980, 1], [1010, 0, 1030, 1]));
    expect(prices.span(CENTS)).toEqual({ of: 'book', low: '9.80', high: '10.30' });
  });

  it('keep their value when the step becomes finer', () => {
    const prices = new CapturePrices();
    prices.take(book(true, [99, 2], [101, 1]));
    prices.scale(10);
    prices.take(book(false, [995, 1], []));
    expect(prices.span({ units: 1, decimals: 1 })).toEqual({ of: 'book', low: '99.0', high: '101.0' });
  });

  it('are absent where nothing had a price', () => {
    expect(new CapturePrices().span(CENTS)).toEqual({ of: null, low: null, high: null });
  });
});
