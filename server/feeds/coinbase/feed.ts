import type { Venue } from '../venue/ports.ts';
import { CoinbaseConnection } from './connection.ts';
import { listings, trades } from './rest.ts';

/** Coinbase Exchange, public market data. Not Advanced Trade, which speaks another protocol. */
const coinbase: Venue = {
  name: 'coinbase',
  title: 'Coinbase Exchange',
  documentation: 'https://docs.cdp.coinbase.com/exchange/websocket-feed/overview',
  offers: ['trade', 'quote', 'statistics', 'book'],
  symbolExamples: ['BTC-USD', 'ETH-USD', 'SOL-USD', 'ETH-BTC'],
  keys: [],
  url: 'wss://ws-feed.exchange.coinbase.com',
  restUrl: 'https://api.exchange.coinbase.com',
  // A BTC-USD snapshot was 1.04 MB in 2022. "Connected clients should increase their web socket receive buffer to the largest
  // configurable amount possible": .../websocket-feed/best-practices
  frameBytesMax: 16_777_216,
  connectTimeoutMs: 10_000,
  // Answers came within 40 ms, snapshots within 300 ms of the request in a real session; the venue gives no bound.
  ackTimeoutMs: 10_000,
  // "To receive heartbeat messages for specific products every second, subscribe to the heartbeat channel": .../websocket-feed/channels
  silenceMaxMs: 3_000,
  heartbeatMs: 1_000,
  lifeSign: 'frame',
  pingEveryMs: 0,
  // "Spread subscriptions ... over more than one websocket client connection": .../websocket-feed/best-practices. No number is given.
  symbolsPerConnection: 50,
  // "Messages sent by the client every second per IP: 100": .../websocket-feed/rate-limits. All connections share them.
  framesPerSecond: 10,
  // No end of a connection is documented.
  connectionLifeMs: Number.POSITIVE_INFINITY,
  // "Requests per second per IP: 8, in bursts: up to 20"; "10 WebSocket subscriptions on a per product, per channel basis":
  // .../websocket-feed/rate-limits
  connectionsMax: 10,
  tradeIds: 'contiguous',
  listings,
  trades,
  connect: (port) => new CoinbaseConnection(port),
};

export default coinbase;
