import { describe, expect, it } from 'vitest';
import bitstamp from '../../../../../server/feeds/bitstamp/feed.ts';
import { listings, restBook } from '../../../../../server/feeds/bitstamp/rest.ts';
import type { VenueRest } from '../../../../../server/feeds/venue/ports.ts';

const only = (body: string): VenueRest => ({ text: () => Promise.resolve(body) });
const PAIRS = JSON.stringify([
  {
    trading: 'Enabled',
    base_decimals: 8,
    url_symbol: 'btcusd',
    name: 'BTC/USD',
    counter_decimals: 2,
    description: 'Bitcoin / U.S. dollar',
  },
  { url_symbol: 'shibjpy', name: 'SHIB/JPY', base_decimals: 0, counter_decimals: 0, description: '' },
  { url_symbol: 'newusd', base_decimals: -1, counter_decimals: '2' },
  null,
]);

describe('the list of pairs', () => {
  it('BS14: has the steps of price and amount by their digits', async () => {
    expect(await listings(only(PAIRS), [])).toEqual([
      {
        symbol: 'btcusd',
        name: 'Bitcoin / U.S. dollar',
        assetClass: 'crypto',
        currency: 'USD',
        tick: '0.01',
        lot: '0.00000001',
      },
      { symbol: 'shibjpy', name: 'SHIB/JPY', assetClass: 'crypto', currency: 'JPY', tick: '1', lot: '1' },
      { symbol: 'newusd', name: 'newusd', assetClass: 'crypto', currency: '', tick: '', lot: '' },
    ]);
  });

  it('holds only what was wanted', async () => {
    expect((await listings(only(PAIRS), ['btcusd', 'foousd'])).map(({ symbol }) => symbol)).toEqual([
      'btcusd',
    ]);
  });

  it('is an error in one sentence when the answer is none', async () => {
    await expect(listings(only('{}'), [])).rejects.toThrow("Bitstamp's list of pairs is no JSON list.");
  });
});

it('a book of REST is null when the answer is none', async () => {
  for (const body of ['null', '<html>', '{"bids":[]}'])
    expect(await restBook(only(body), 'btcusd')).toBeNull();
});

it('the facts of Bitstamp hold together', () => {
  expect(bitstamp.silenceMaxMs).toBeGreaterThan(2 * bitstamp.pingEveryMs);
  expect(bitstamp.tradeIds).toBe('increasing');
});
