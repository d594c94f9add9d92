import { describe, expect, it } from 'vitest';
import { AGGRESSOR_BUY } from '#protocol';
import coinbase from '../../../../../server/feeds/coinbase/feed.ts';
import { listings, trades } from '../../../../../server/feeds/coinbase/rest.ts';
import type { VenueRest } from '../../../../../server/feeds/venue/ports.ts';

const PRODUCTS = JSON.stringify([
  {
    id: 'BTC-GBP',
    base_currency: 'BTC',
    quote_currency: 'GBP',
    quote_increment: '0.01',
    base_increment: '0.00000001',
    display_name: 'BTC/GBP',
    status: 'online',
  },
  { id: 'OLD-USD', quote_currency: 'USD', quote_increment: '0.1', base_increment: '1', status: 'delisted' },
  { id: 'NEW-USD', quote_currency: 'USD', status: 'online' },
  { id: 7 },
  null,
]);
const only = (body: string): VenueRest => ({ text: () => Promise.resolve(body) });

/** Trades 1 to `newest` of a product, as the venue pages them. */
function pages(newest: number, oldest = 1): VenueRest & { paths: string[] } {
  const paths: string[] = [];
  return {
    paths,
    text(path) {
      paths.push(path);
      const query = new URL(path, 'http://coinbase').searchParams;
      const [after, limit] = [Number(query.get('after')), Number(query.get('limit'))];
      const rows = [];
      for (let id = Math.min(newest, after - 1); id >= oldest && rows.length < limit; id -= 1)
        rows.push({
          trade_id: id,
          side: 'sell',
          size: '0.01',
          price: '1',
          time: '2014-11-07T22:19:28.578544Z',
        });
      return Promise.resolve(JSON.stringify(rows));
    },
  };
}

describe('the list of products', () => {
  it('CB16: has the steps of price and size as text, and leaves out what is delisted', async () => {
    expect(await listings(only(PRODUCTS), [])).toEqual([
      {
        symbol: 'BTC-GBP',
        name: 'BTC / GBP',
        assetClass: 'crypto',
        currency: 'GBP',
        tick: '0.01',
        lot: '0.00000001',
      },
      { symbol: 'NEW-USD', name: 'NEW-USD / USD', assetClass: 'crypto', currency: 'USD', tick: '', lot: '' },
    ]);
  });

  it('holds only what was wanted', async () => {
    const wanted = await listings(only(PRODUCTS), ['NEW-USD', 'OLD-USD', 'FOO-USD']);
    expect(wanted.map(({ symbol }) => symbol)).toEqual(['NEW-USD']);
  });

  it('is an error in one sentence when the answer is none', async () => {
    await expect(listings(only('<html>'), [])).rejects.toThrow(
      "Coinbase's list of products is no JSON list.",
    );
  });
});

describe('trades of REST', () => {
  it('CB17: come oldest first, both ends included', async () => {
    const rest = pages(20);
    const found = await trades(rest, 'BTC-GBP', '5', '8');
    expect(found.map(({ id }) => id)).toEqual(['5', '6', '7', '8']);
    expect(found[0]).toMatchObject({ symbol: 'BTC-GBP', aggressor: AGGRESSOR_BUY, price: '1', size: '0.01' });
    expect(rest.paths).toEqual(['/products/BTC-GBP/trades?limit=4&after=9']);
  });

  it('CB17: are paged from the newest to the oldest', async () => {
    const rest = pages(5_000);
    const found = await trades(rest, 'BTC-GBP', '1001', '3500');
    expect([found.length, found[0]!.id, found.at(-1)!.id]).toEqual([2_500, '1001', '3500']);
    expect(rest.paths.map((path) => path.split('?')[1])).toEqual([
      'limit=1000&after=3501',
      'limit=1000&after=2501',
      'limit=500&after=1501',
    ]);
  });

  it('CB17: end where the venue has no more', async () => {
    expect(await trades(pages(10, 6), 'BTC-GBP', '3', '8')).toHaveLength(3);
    expect(await trades(only('[]'), 'BTC-GBP', '3', '8')).toEqual([]);
    expect(await trades(only('[{"trade_id":"5"},null]'), 'BTC-GBP', '3', '8')).toEqual([]);
  });
});

it('the facts of Coinbase hold together', () => {
  expect(coinbase.frameBytesMax).toBeGreaterThan(1_040_166);
  expect(coinbase.silenceMaxMs).toBeLessThanOrEqual(3_000);
  expect(coinbase.framesPerSecond).toBeLessThanOrEqual(100);
});
