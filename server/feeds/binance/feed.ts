import type { Venue } from '../venue/ports.ts';
import { BinanceConnection } from './connection.ts';
import { listings, trades } from './rest.ts';
import { SYMBOLS_PER_CONNECTION } from './subscribe.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Binance spot, combined streams: https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md. The hosts are those
 * for market data only: https://github.com/binance/binance-spot-api-docs/blob/master/faqs/market_data_only.md. The rules that the code
 * follows are in `map.ts`, `subscribe.ts`, `depth.ts`, `top-check.ts`, `snapshots.ts`.
 */
const binance: Venue = {
  name: 'binance',
  title: 'Binance',
  documentation: 'https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md',
  offers: ['trade', 'quote', 'statistics', 'book'],
  symbolExamples: ['BTCUSDT', 'ETHUSDT', 'SOLUSDC', 'ETHBTC'],
  keys: [],
  // BN3: microseconds cost three bytes a time.
  url: 'wss://data-stream.binance.vision/stream?timeUnit=MICROSECOND',
  restUrl: 'https://data-api.binance.vision',
  // The largest recorded frame is 64 KB; a change of all 10,000 levels would be 350 KB.
  frameBytesMax: 2 * 1024 * 1024,
  connectTimeoutMs: 10_000,
  // The book comes by REST, 5,000 levels a side.
  ackTimeoutMs: 15_000,
  // "The WebSocket server will send a ping frame every 20 seconds." Data may be silent: 10.5 s were measured on healthy connections.
  lifeSign: 'ping',
  silenceMaxMs: 60_000,
  heartbeatMs: 20_000,
  pingEveryMs: 0,
  symbolsPerConnection: SYMBOLS_PER_CONNECTION,
  // BN6: 5, of which pongs take one every 20 s.
  framesPerSecond: 4,
  // "A single connection ... is only valid for 24 hours; expect to be disconnected at the 24 hour mark."
  connectionLifeMs: DAY_MS,
  // Attempts are limited (BN6), connections are not.
  connectionsMax: 20,
  // BN4.
  tradeIds: 'contiguous',
  listings,
  trades,
  connect: (port) => new BinanceConnection(port),
};

export default binance;
