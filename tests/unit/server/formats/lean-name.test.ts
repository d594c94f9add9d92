import { describe, expect, it } from 'vitest';
import { leanName } from '../../../../server/formats/lean-name.ts';

const NEW_YORK = 'America/New_York';

describe('the names of Lean’s files', () => {
  it.each([
    [
      'ticks of a share',
      ['20131008_ibm_Trade_Tick.csv', 'a/equity/usa/tick/ibm/20131008_trade.zip'],
      {
        venue: 'usa',
        symbol: 'IBM',
        assetClass: 'equity',
        currency: 'USD',
        ticks: 'trade',
        barSeconds: 0,
        zone: NEW_YORK,
        isScaled: true,
      },
    ],
    [
      'ticks of a share in an archive of any name',
      ['20131008_ibm_Quote_Tick.csv', 'x.zip'],
      { venue: 'usa', symbol: 'IBM', ticks: 'quote', zone: NEW_YORK, isScaled: true },
    ],
    [
      'minutes of a share',
      ['20230803_brk.b_minute_quote.csv', 'x.zip'],
      { symbol: 'BRK.B', ticks: 'quote', barSeconds: 60, zone: NEW_YORK, isScaled: true },
    ],
    [
      'a currency at a broker that the archive names',
      ['20140508_eurusd_tick_quote.csv', 'quotes/lean_fxcm_EURUSD_tick.zip'],
      {
        venue: 'fxcm',
        symbol: 'EURUSD',
        assetClass: 'fx',
        currency: 'USD',
        zone: 'Etc/GMT+5',
        isScaled: false,
      },
    ],
    [
      'a currency at another broker',
      ['20140508_eurusd_minute_quote.csv', 'data/forex/oanda/minute/eurusd/20140508_quote.zip'],
      { venue: 'oanda', assetClass: 'fx', barSeconds: 60, zone: 'UTC', isScaled: false },
    ],
    [
      'a pair of coins',
      ['20161007_btcusd_minute_trade.csv', 'data/crypto/coinbase/minute/btcusd/20161007_trade.zip'],
      {
        venue: 'coinbase',
        symbol: 'BTCUSD',
        assetClass: 'crypto',
        currency: 'USD',
        zone: 'UTC',
        isScaled: false,
      },
    ],
    [
      'a pair of coins that no folder explains',
      ['20221213_btcusdt_tick_quote.csv', 'x.zip'],
      { venue: 'crypto', symbol: 'BTCUSDT', assetClass: 'crypto', currency: 'USDT', isScaled: false },
    ],
    [
      'a perpetual',
      ['20221213_btcusd_minute_trade_perp.csv', 'cryptofuture/binance/minute/btcusd/20221213_trade.zip'],
      { venue: 'binance', symbol: 'BTCUSD-PERP', assetClass: 'crypto', isScaled: false },
    ],
    [
      'a month of a future',
      ['20131008_gc_tick_trade_201312.csv', 'trades/lean_comex_GC_tick_2013-10-08_trade.zip'],
      {
        venue: 'comex',
        symbol: 'GC-201312',
        assetClass: 'future',
        currency: 'USD',
        zone: 'UTC',
        isScaled: false,
      },
    ],
    [
      'an option',
      ['20151224_goog_minute_trade_american_call_7525000_20160115.csv', 'x.zip'],
      { venue: 'usa', symbol: 'GOOG-20160115-C-752.5', barSeconds: 60, zone: NEW_YORK, isScaled: true },
    ],
    [
      'an index',
      ['20210104_spx_minute_trade.csv', 'index/usa/minute/spx/20210104_trade.zip'],
      { symbol: 'SPX', assetClass: 'index', zone: 'America/Chicago', isScaled: false },
    ],
    ['open interest', ['20131008_gc_tick_openinterest_201312.csv', 'x.zip'], { ticks: 'openinterest' }],
  ])('of %s', (_, [name, path], expected) => {
    expect(leanName(name!, path!, false)).toMatchObject({ dayMs: expect.any(Number) as number, ...expected });
  });

  it('have the day in UTC', () => {
    expect(leanName('20131008_ibm_Trade_Tick.csv', 'x', false)?.dayMs).toBe(Date.UTC(2013, 9, 8));
  });

  it('of hours and days say the symbol, and their folders how long a bar is', () => {
    expect(leanName('spy.csv', 'equity/usa/daily/spy.zip', true)).toMatchObject({
      symbol: 'SPY',
      ticks: 'trade',
      barSeconds: 86_400,
      isScaled: true,
    });
    expect(leanName('spy.csv', 'spy.zip', true)?.barSeconds).toBeNaN();
    expect(leanName('gc_quote_201312.csv', 'future/comex/hour/gc_quote.zip', true)).toMatchObject({
      symbol: 'GC-201312',
      ticks: 'quote',
      barSeconds: 3_600,
    });
    expect(leanName('aapl_trade_american_put_1000000_20140118.csv', 'x', true)).toMatchObject({
      symbol: 'AAPL-20140118-P-100',
      isScaled: true,
    });
  });

  it('of other files are none', () => {
    expect(leanName('BTCUSDT-trades-2024-08-08.csv', 'x', false)).toBeNull();
    expect(leanName('20131008_ibm.csv', 'x', false)).toBeNull();
  });
});
