import { describe, expect, it } from 'vitest';
import { AGGRESSOR_BUY, AGGRESSOR_SELL } from '#protocol';
import kraken from '../../../../../server/feeds/kraken/feed.ts';
import { RecordingPort } from '../../../../support/recording-port.ts';

const pair = (more: object) => ({ pair_decimals: 1, lot_decimals: 8, base: 'XXBT', quote: 'ZUSD', ...more });

function restWith(path: string, body: string) {
  const port = new RecordingPort([]);
  port.answers.set(path, body);
  return port.rest;
}

const pairs = (result: object) => restWith('/0/public/AssetPairs', JSON.stringify({ error: [], result }));

describe('listings', () => {
  it('have the names of WebSocket v2, and the steps of REST', async () => {
    const rest = pairs({
      XXBTZUSD: pair({ wsname: 'XBT/USD', tick_size: '0.1' }),
      XDGUSD: pair({ wsname: 'XDG/USD', base: 'XXDG', pair_decimals: 7 }),
      ZEURZUSD: pair({ wsname: 'EUR/USD', base: 'ZEUR', pair_decimals: 5 }),
    });
    expect(await kraken.listings(rest, [])).toEqual([
      {
        symbol: 'BTC/USD',
        name: 'BTC / USD',
        assetClass: 'crypto',
        currency: 'USD',
        tick: '0.1',
        lot: '0.00000001',
      },
      {
        symbol: 'DOGE/USD',
        name: 'DOGE / USD',
        assetClass: 'crypto',
        currency: 'USD',
        tick: '0.0000001',
        lot: '0.00000001',
      },
      {
        symbol: 'EUR/USD',
        name: 'EUR / USD',
        assetClass: 'fx',
        currency: 'USD',
        tick: '0.00001',
        lot: '0.00000001',
      },
    ]);
  });

  it('are those that were asked for, without pairs that have no WebSocket', async () => {
    const rest = pairs({
      A: pair({ wsname: 'ETH/USD' }),
      B: pair({ wsname: 'SOL/USD' }),
      C: pair({}),
      D: null,
      E: pair({ wsname: 'ADA/USD', pair_decimals: 'many' }),
    });
    expect((await kraken.listings(rest, ['SOL/USD', 'NOT/THERE'])).map(({ symbol }) => symbol)).toEqual([
      'SOL/USD',
    ]);
  });

  it('fail with what Kraken says', async () => {
    const rest = restWith('/0/public/AssetPairs', '{"error":["EService:Unavailable"]}');
    await expect(kraken.listings(rest, [])).rejects.toThrow('Kraken answered "EService:Unavailable".');
    const html = restWith('/0/public/AssetPairs', '<html>');
    await expect(kraken.listings(html, [])).rejects.toThrow(
      "Kraken's answer to /0/public/AssetPairs has no result.",
    );
  });
});

describe('trades that were missed', () => {
  it('are those of the ids, oldest first, their times exact', async () => {
    const rest = restWith(
      '/0/public/Trades?pair=XBTUSD&count=1000',
      '{"error":[],"result":{"XXBTZUSD":[["30243.4","0.1",1688669597.8277369,"b","m","",61044951],["30243.40000","0.34507674",1688669597.8277369,"b","m","",61044952],["30243.30000","0.00376960",1688669598.2,"s","l","",61044953],["1","2",3,"b","m","",61044954],["x"]],"last":"1688671969993150842"}}',
    );
    expect(await kraken.trades!(rest, 'BTC/USD', '61044952', '61044960')).toEqual([
      {
        symbol: 'BTC/USD',
        id: '61044952',
        price: '30243.40000',
        size: '0.34507674',
        aggressor: AGGRESSOR_BUY,
        venueTimeUs: 1_688_669_597_827_736,
        receiveTimeUs: 1_688_669_597_827_736,
      },
      {
        symbol: 'BTC/USD',
        id: '61044953',
        price: '30243.30000',
        size: '0.00376960',
        aggressor: AGGRESSOR_SELL,
        venueTimeUs: 1_688_669_598_200_000,
        receiveTimeUs: 1_688_669_598_200_000,
      },
    ]);
  });
});
