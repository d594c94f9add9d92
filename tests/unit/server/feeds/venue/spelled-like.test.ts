import { describe, expect, it } from 'vitest';
import { spelledLike } from '../../../../../server/feeds/venue/spelled-like.ts';

describe('a symbol as a venue writes its own', () => {
  it.each([
    ['BTC-USD', 'BTC-USD', 'BTC-USD'],
    ['BTC-USD', 'eth/eur', 'ETH-EUR'],
    ['BTC/USD', 'BTC-USD', 'BTC/USD'],
    ['BTCUSDT', 'BTC/USDT', 'BTCUSDT'],
    ['btcusd', 'BTC-USD', 'btcusd'],
    ['AAPL', 'aapl', 'AAPL'],
  ])('%s: %s is %s', (example, symbol, spelled) => {
    expect(spelledLike(example, symbol)).toBe(spelled);
  });

  it('is not known where the parts cannot be told', () => {
    expect(spelledLike('BTC-USD', 'BTCUSD')).toBeNull();
    expect(spelledLike('BTC-USD', '-USD')).toBeNull();
  });
});
