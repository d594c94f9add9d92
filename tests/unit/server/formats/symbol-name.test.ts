import { describe, expect, it } from 'vitest';
import { symbolOfFile } from '../../../../server/formats/symbol-name.ts';

describe('the symbol of a file name', () => {
  it.each([
    ['cme_6EH4_1m_2024-01.csv.gz', { venue: 'cme', symbol: '6EH4', assetClass: 'other', currency: '' }],
    [
      'truefx_USDJPY_ticks_2013-01-01.csv',
      { venue: 'truefx', symbol: 'USDJPY', assetClass: 'fx', currency: 'JPY' },
    ],
    ['DAT_ASCII_EURUSD_T_201202.csv', { venue: 'file', symbol: 'EURUSD', assetClass: 'fx', currency: 'USD' }],
    [
      'binanceus_ETHUSDT_5m.json',
      { venue: 'binanceus', symbol: 'ETHUSDT', assetClass: 'crypto', currency: 'USDT' },
    ],
    ['okx_BTC-USDT-trades-2024-01-01.csv', { venue: 'okx', symbol: 'BTC-USDT', currency: 'USDT' }],
    ['BTC-USD-SWAP_2024.csv.gz', { venue: 'file', symbol: 'BTC-USD-SWAP' }],
    ['ETH-EUR.csv', { venue: 'file', symbol: 'ETH-EUR', currency: 'EUR' }],
    ['DAT_MT_EURUSD_M1_2013.csv', { venue: 'file', symbol: 'EURUSD' }],
    ['AAPL.csv', { venue: 'file', symbol: 'AAPL', assetClass: 'other', currency: '' }],
    ['my prices.csv', { venue: 'file', symbol: 'my_prices' }],
  ])('%s', (name, expected) => {
    expect(symbolOfFile(name)).toMatchObject(expected);
  });
});
