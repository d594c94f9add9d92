import { describe, expect, it } from 'vitest';
import { AGGRESSOR_BUY, AGGRESSOR_SELL } from '#protocol';
import binance from '../../../../../server/feeds/binance/feed.ts';
import { RecordingPort } from '../../../../support/recording-port.ts';

const ALL = '/api/v3/exchangeInfo?showPermissionSets=false';
const asked = (...symbols: string[]): string =>
  `/api/v3/exchangeInfo?symbols=${encodeURIComponent(JSON.stringify(symbols))}`;

const entry = (symbol: string, tickSize = '0.01000000', stepSize = '0.00001000'): object => ({
  symbol,
  baseAsset: symbol.slice(0, 3),
  quoteAsset: symbol.slice(3),
  filters: [
    { filterType: 'PRICE_FILTER', tickSize },
    { filterType: 'LOT_SIZE', stepSize },
  ],
});

function restWith(answers: Record<string, string>) {
  const port = new RecordingPort([]);
  for (const [path, body] of Object.entries(answers)) port.answers.set(path, body);
  return port;
}

describe('listings', () => {
  it('have tick and lot from the filters', async () => {
    const { rest } = restWith({ [asked('BTCUSDT')]: JSON.stringify({ symbols: [entry('BTCUSDT')] }) });
    expect(await binance.listings(rest, ['BTCUSDT'])).toEqual([
      {
        symbol: 'BTCUSDT',
        name: 'BTC / USDT',
        assetClass: 'crypto',
        currency: 'USDT',
        tick: '0.01000000',
        lot: '0.00001000',
      },
    ]);
  });

  it('leave out an unknown symbol, for which the venue refuses the whole answer', async () => {
    const { rest, restPaths } = restWith({
      [ALL]: JSON.stringify({ symbols: [entry('BTCUSDT'), entry('ETHUSDT')] }),
    });
    const listings = await binance.listings(rest, ['BTCUSDT', 'NOTHERE']);
    expect(listings.map(({ symbol }) => symbol)).toEqual(['BTCUSDT']);
    expect(restPaths).toEqual([asked('BTCUSDT', 'NOTHERE'), ALL]);
  });

  it('have no step where there is no rule, and skip rows that are none', async () => {
    const rows = [entry('ABCUSDT', '0.00000000', 'none'), { symbol: 'DEFUSDT' }, null];
    const { rest } = restWith({ [ALL]: JSON.stringify({ symbols: rows }) });
    expect(await binance.listings(rest, [])).toMatchObject([{ symbol: 'ABCUSDT', tick: '', lot: '' }]);
  });

  it('BN16: leave out what was delisted, unless somebody names it or the whole venue pauses', async () => {
    const old = { ...entry('XYZUSDT'), status: 'BREAK' };
    const { rest } = restWith({
      [ALL]: JSON.stringify({ symbols: [{ ...entry('BTCUSDT'), status: 'TRADING' }, old] }),
      [asked('XYZUSDT')]: JSON.stringify({ symbols: [old] }),
    });
    const names = async (symbols: string[]): Promise<string[]> =>
      (await binance.listings(rest, symbols)).map(({ symbol }) => symbol);
    expect(await names([])).toEqual(['BTCUSDT']);
    expect(await names(['XYZUSDT'])).toEqual(['XYZUSDT']);
    const paused = restWith({ [ALL]: JSON.stringify({ symbols: [old] }) });
    expect(await binance.listings(paused.rest, [])).toHaveLength(1);
  });

  it('fail when the answer is none', async () => {
    await expect(binance.listings(restWith({ [ALL]: '{}' }).rest, [])).rejects.toThrow(
      "Binance's list of symbols is none.",
    );
  });
});

describe('BN4 trades that were missed', () => {
  const path = '/api/v3/aggTrades?symbol=BTCUSDT&fromId=7&limit=3';
  const row = (a: unknown, m: boolean) => ({
    a,
    p: '1.50000000',
    q: '2.0',
    f: 1,
    l: 2,
    T: 1_633_998_523_963,
    m,
  });

  it('are those of the ids, with the side that crossed', async () => {
    const { rest } = restWith({
      [path]: JSON.stringify([row(7, true), row(8, false), row(99, true), row('x', true), null]),
    });
    expect(await binance.trades!(rest, 'BTCUSDT', '7', '9')).toEqual(
      [
        ['7', AGGRESSOR_SELL],
        ['8', AGGRESSOR_BUY],
      ].map(([id, aggressor]) => ({
        symbol: 'BTCUSDT',
        id,
        price: '1.50000000',
        size: '2.0',
        aggressor,
        venueTimeUs: 1_633_998_523_963_000,
        receiveTimeUs: 1_633_998_523_963_000,
      })),
    );
  });

  it('fail when the answer is no list', async () => {
    const { rest } = restWith({ [path]: '{"code":-1121,"msg":"Invalid symbol."}' });
    await expect(binance.trades!(rest, 'BTCUSDT', '7', '9')).rejects.toThrow(
      "Binance's trades of BTCUSDT are no list.",
    );
  });
});
