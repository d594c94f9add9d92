import type { Venue } from '../venue/ports.ts';
import { KrakenConnection } from './connection.ts';
import { listings, trades } from './rest.ts';

/** Kraken spot, WebSocket v2: https://docs.kraken.com/exchange/guides/websockets/introduction. The rules that the code follows are in `map.ts`. */
const kraken: Venue = {
  name: 'kraken',
  title: 'Kraken',
  documentation: 'https://docs.kraken.com/api/docs/websocket-v2/book',
  offers: ['trade', 'quote', 'statistics', 'book'],
  symbolExamples: ['BTC/USD', 'ETH/USD', 'SOL/EUR', 'EUR/USD'],
  keys: [],
  url: 'wss://ws.kraken.com/v2',
  restUrl: 'https://api.kraken.com',
  // A snapshot of 25 levels is 2.4 KB (recorded), one of 1,000 levels 79 KB.
  frameBytesMax: 1024 * 1024,
  connectTimeoutMs: 10_000,
  // Answers and snapshots were recorded 20 and 260 ms after asking.
  ackTimeoutMs: 5_000,
  // KR7: one heartbeat a second, and only when nothing else comes; so any frame is a sign of life.
  lifeSign: 'frame',
  silenceMaxMs: 3_000,
  heartbeatMs: 1_000,
  // https://docs.kraken.com/api/docs/websocket-v2/ping: not needed while heartbeats come.
  pingEveryMs: 30_000,
  // Not documented. 100 busy books are about 1 MB/s (3-10 KiB/s a book, measured by others).
  symbolsPerConnection: 100,
  // Not documented as a number: "Exceeded msg rate" is the answer to too many.
  framesPerSecond: 5,
  // None is documented.
  connectionLifeMs: Number.POSITIVE_INFINITY,
  // Attempts are limited, about 150 in 10 minutes an address: https://docs.kraken.com/exchange/guides/websockets/introduction
  connectionsMax: 20,
  // KR1. Of the ids in a recorded answer of REST the 74 that were looked at follow one another; the documents' own example has a hole.
  tradeIds: 'contiguous',
  listings,
  trades,
  connect: (port) => new KrakenConnection(port),
};

export default kraken;
