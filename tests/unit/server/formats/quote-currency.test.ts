import { expect, it } from 'vitest';
import { quoteCurrency } from '../../../../server/formats/quote-currency.ts';

it.each([
  ['BTCUSDT', 'USDT'],
  ['BTCUSD_PERP', 'USD'],
  ['XBTUSD', 'USD'],
  ['BTC-USD', 'USD'],
  ['BTC/EUR', 'EUR'],
  ['btcusdt', 'USDT'],
  ['OPUSDT', 'USDT'],
  ['ETHBTC', 'BTC'],
  ['BTCFDUSD', 'FDUSD'],
  ['BTC-USDT-SWAP', 'USDT'],
  ['BTC-PERPETUAL', 'USD'],
  ['BTC-28JUN24-60000-C', 'USD'],
  ['ETHUSDT_240628', 'USDT'],
  ['USDT', ''],
  ['AAPL', ''],
])('reads the currency of %s as "%s"', (symbol, currency) => {
  expect(quoteCurrency(symbol)).toBe(currency);
});
