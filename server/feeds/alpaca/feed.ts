import type { Venue, VenueListing, VenueRest } from '../venue/ports.ts';
import { HEADERS } from './codec.ts';
import { AlpacaConnection, KEY_ID, SECRET_KEY } from './connection.ts';
import { isCrypto } from './subscribe.ts';

/** AL14 `v2/test` sends this symbol day and night. https://docs.alpaca.markets/docs/streaming-market-data */
const TEST_SYMBOL = 'FAKEPACA';
type Stream = 'test' | 'crypto' | 'stocks';

/** AL15 "wss://stream.data.alpaca.markets/{version}/{feed}": each feed is an endpoint of its own. */
const PATHS: Readonly<Record<Stream, string>> = {
  test: '/v2/test',
  crypto: '/v1beta3/crypto/us',
  stocks: '/v2/iex',
};

function streamOf(symbol: string): Stream {
  if (symbol === TEST_SYMBOL) return 'test';
  return isCrypto(symbol) ? 'crypto' : 'stocks';
}

/** No list is asked for: it needs the keys, and increments that the venue does not state are learnt from the digits. */
async function listings(_: VenueRest, symbols: readonly string[]): Promise<VenueListing[]> {
  const [first] = symbols;
  if (first === undefined) throw new Error('Alpaca needs symbols: name them, such as AAPL, MSFT or BTC/USD.');
  if (symbols.some((symbol) => streamOf(symbol) !== streamOf(first))) {
    throw new Error(
      `Alpaca sends stocks, crypto pairs and ${TEST_SYMBOL} by different streams: name symbols of one kind.`,
    );
  }
  return symbols.map((symbol) => {
    const stream = streamOf(symbol);
    const [, currency = 'USD'] = symbol.split('/');
    return {
      symbol,
      name: stream === 'test' ? 'Alpaca test stream (made up)' : symbol,
      assetClass: stream === 'crypto' ? 'crypto' : 'equity',
      currency,
      tick: stream === 'crypto' ? '' : '0.01',
      lot: stream === 'crypto' ? '' : '1',
    };
  });
}

/** Alpaca's market data: US stocks (IEX, or SIP by its address), crypto, and a free test stream. */
const alpaca: Venue = {
  name: 'alpaca',
  title: 'Alpaca',
  documentation: 'https://docs.alpaca.markets/docs/streaming-market-data',
  offers: ['trade', 'quote', 'statistics', 'book'],
  symbolExamples: [TEST_SYMBOL, 'AAPL', 'SPY', 'BTC/USD'],
  keys: [
    { env: KEY_ID, help: 'Key id of an Alpaca account; a free one will do.' },
    { env: SECRET_KEY, help: 'The secret that belongs to it.' },
  ],
  url: 'wss://stream.data.alpaca.markets',
  restUrl: '',
  // "Data points may arrive in arrays that have a length that is greater than one": no bound is given.
  frameBytesMax: 4_194_304,
  connectTimeoutMs: 15_000,
  // No bound is given.
  ackTimeoutMs: 10_000,
  // The stream is silent outside market hours, so it is asked something: two answers may be missed.
  silenceMaxMs: 40_000,
  heartbeatMs: 15_000,
  lifeSign: 'frame',
  pingEveryMs: 15_000,
  // The free plan's 30 is told by an error (405); paid plans have none.
  symbolsPerConnection: 10_000,
  // No bound is given.
  framesPerSecond: 5,
  connectionLifeMs: Number.POSITIVE_INFINITY,
  // "in most subscriptions (including Algo Trader Plus) this limit is 1": .../streaming-market-data#connection-limit
  connectionsMax: 1,
  tradeIds: 'opaque',
  headers: HEADERS,
  listings,
  connect: (port) => new AlpacaConnection(port),
  /** AL15. An address with a path, such as .../v2/sip, is taken as it is: that is how another feed is chosen. */
  address(base, symbols) {
    const { pathname } = new URL(base);
    if (pathname !== '/') return base;
    return `${base.replace(/\/$/, '')}${PATHS[streamOf(symbols[0] ?? '')]}`;
  },
};

export default alpaca;
