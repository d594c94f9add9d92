import type { Venue, VenueListing, VenueRest } from '../venue/ports.ts';
import { BitfinexConnection } from './connection.ts';
import { currencyOf } from './map.ts';

const bitfinex: Venue = {
  name: 'bitfinex',
  title: 'Bitfinex',
  documentation: 'https://docs.bitfinex.com/docs/ws-general',
  offers: ['trade', 'book', 'statistics'],
  symbolExamples: ['BTCUSD', 'ETHUSD'],
  keys: [],
  url: 'wss://api-pub.bitfinex.com/ws/2',
  restUrl: 'https://api-pub.bitfinex.com',
  frameBytesMax: 4_194_304,
  connectTimeoutMs: 10_000,
  ackTimeoutMs: 10_000,
  // A heartbeat every 15 s a channel (42 in 31 s over 21 channels in a capture).
  silenceMaxMs: 35_000,
  heartbeatMs: 15_000,
  lifeSign: 'frame',
  pingEveryMs: 0,
  // "All websocket connections have a limit of 25 subscriptions": three a symbol. https://docs.bitfinex.com/docs/requirements-and-limitations
  symbolsPerConnection: 8,
  framesPerSecond: 5,
  connectionLifeMs: Number.POSITIVE_INFINITY,
  // "20 connections per minute" on the public address; the same page.
  connectionsMax: 20,
  // Ids grow over all pairs; `te` of one pair may still swap places.
  tradeIds: 'opaque',
  connect: (port) => new BitfinexConnection(port),
  listings,
};
export default bitfinex;

/** Pairs of spot and of perpetuals. The venue's price step follows from five significant digits, so steps are learnt from the digits. */
async function listings(rest: VenueRest, symbols: readonly string[]): Promise<VenueListing[]> {
  const text = await rest.text('/v2/conf/pub:list:pair:exchange,pub:list:pair:futures');
  const pairs = (JSON.parse(text) as string[][]).flat();
  const wanted = new Set(symbols);
  return pairs
    .filter((pair) => wanted.size === 0 || wanted.has(pair))
    .map((symbol) => ({
      symbol,
      name: symbol,
      assetClass: symbol.includes('F0:') ? 'future' : 'crypto',
      currency: currencyOf(symbol),
      tick: '',
      lot: '',
    }));
}
