import type { Venue } from '../venue/ports.ts';
import { BitstampConnection } from './connection.ts';
import { listings } from './rest.ts';

/** Bitstamp, public market data of version 2. */
const bitstamp: Venue = {
  name: 'bitstamp',
  title: 'Bitstamp',
  documentation: 'https://www.bitstamp.net/websocket/v2/',
  offers: ['trade', 'statistics', 'book'],
  symbolExamples: ['btcusd', 'ethusd', 'xrpeur', 'ethbtc'],
  keys: [],
  url: 'wss://ws.bitstamp.net',
  restUrl: 'https://www.bitstamp.net/api/v2',
  // 100 levels a side are 7 KB, 22 KB was the longest answer of REST by the pair's depth; the venue gives no bound.
  frameBytesMax: 4_194_304,
  connectTimeoutMs: 10_000,
  // A book that did not move in this time is asked of REST; 20 channels were answered within 6.4 s in a real session.
  ackTimeoutMs: 8_000,
  // Two and a half of our own heartbeats, each of which is answered.
  silenceMaxMs: 20_000,
  heartbeatMs: 8_000,
  lifeSign: 'frame',
  // "prevents the frequent (5x / hour)" reconnects: https://github.com/thrasher-corp/gocryptotrader/pull/1329
  pingEveryMs: 8_000,
  // No bound is documented: a hundred channels a connection.
  symbolsPerConnection: 50,
  // No bound is documented for a connection's messages; 20 in a millisecond were taken in a real session.
  framesPerSecond: 20,
  // Its end is announced with `bts:request_reconnect`.
  connectionLifeMs: Number.POSITIVE_INFINITY,
  // No bound is documented.
  connectionsMax: 10,
  // Ids are of all pairs together: within a pair they only grow.
  tradeIds: 'increasing',
  listings,
  connect: (port) => new BitstampConnection(port),
};

export default bitstamp;
