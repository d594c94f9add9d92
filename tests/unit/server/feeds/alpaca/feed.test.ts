import { describe, expect, it } from 'vitest';
import alpaca from '../../../../../server/feeds/alpaca/feed.ts';

const rest = { text: () => Promise.reject(new Error('nothing is asked for')) };

describe('the address', () => {
  it.each([
    [['FAKEPACA'], 'wss://stream.data.alpaca.markets/v2/test'],
    [['AAPL', 'BRK.B'], 'wss://stream.data.alpaca.markets/v2/iex'],
    [['BTC/USD'], 'wss://stream.data.alpaca.markets/v1beta3/crypto/us'],
  ])('AL14: AL15 of %j is the stream that has them', (symbols, url) => {
    expect(alpaca.address!(alpaca.url, symbols)).toBe(url);
  });

  it('AL15: that names a stream is taken as it is', () => {
    expect(alpaca.address!('wss://stream.data.alpaca.markets/v2/sip', ['AAPL'])).toBe(
      'wss://stream.data.alpaca.markets/v2/sip',
    );
  });
});

describe('the listings', () => {
  it('are what was asked for, with steps that are learnt where the venue states none', async () => {
    expect(await alpaca.listings(rest, ['AAPL'])).toMatchObject([
      { symbol: 'AAPL', assetClass: 'equity', currency: 'USD', tick: '0.01', lot: '1' },
    ]);
    expect(await alpaca.listings(rest, ['ETH/BTC'])).toMatchObject([
      { assetClass: 'crypto', currency: 'BTC', tick: '', lot: '' },
    ]);
  });

  it('are refused in a sentence when there are none, and when they need two streams', async () => {
    await expect(alpaca.listings(rest, [])).rejects.toThrow(
      'Alpaca needs symbols: name them, such as AAPL, MSFT or BTC/USD.',
    );
    await expect(alpaca.listings(rest, ['AAPL', 'BTC/USD'])).rejects.toThrow(
      'Alpaca sends stocks, crypto pairs and FAKEPACA by different streams: name symbols of one kind.',
    );
  });
});
