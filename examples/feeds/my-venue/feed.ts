import type {
  RawFrame,
  UnixUs,
  Venue,
  VenueConnection,
  VenueInstrument,
  VenuePort,
} from '../../../server/feeds/kit/feed-api.ts';
import * as map from './map.ts';
import { subscribeFrames, unsubscribeFrames } from './subscribe.ts';
import { parsed, type Book } from './wire.ts';

const venue: Venue = {
  name: 'my-venue',
  title: 'My Venue',
  documentation: 'https://example.com/my-venue/websocket',
  offers: ['trade', 'book'],
  symbolExamples: ['ABC-USD'],
  keys: [],
  url: 'wss://example.com/my-venue',
  restUrl: '',
  // Each bound comes from the venue's documents: quote them here.
  frameBytesMax: 4_194_304,
  connectTimeoutMs: 10_000,
  ackTimeoutMs: 5_000,
  // A heartbeat a second.
  silenceMaxMs: 3_000,
  lifeSign: 'heartbeat',
  pingEveryMs: 0,
  symbolsPerConnection: 100,
  framesPerSecond: 5,
  connectionLifeMs: Infinity,
  connectionsMax: 2,
  tradeIds: 'contiguous',
  // What the venue lists. Without steps they are learnt from the digits of its prices.
  listings: async (_rest, symbols) =>
    symbols.map((symbol) => ({
      symbol,
      name: symbol,
      assetClass: 'crypto',
      currency: symbol.split('-')[1] ?? '',
      tick: '',
      lot: '',
    })),
  connect: (port) => new Connection(port),
};
export default venue;

/** One connection: frames in, events out. What it keeps ends with it. Whatever the venue sends, it does not throw. */
class Connection implements VenueConnection {
  readonly #port: VenuePort;
  /** Sequence number of each book that is whole. */
  readonly #sequences = new Map<string, number>();

  constructor(port: VenuePort) {
    this.#port = port;
  }

  onOpen(): void {
    this.#port.ready();
  }

  onFrame(raw: RawFrame, receiveTimeUs: UnixUs): void {
    const port = this.#port;
    const frame = parsed(raw);
    if (frame === null) return port.malformed('A frame is not what the documents say.');
    switch (frame.type) {
      case 'heartbeat':
        return port.heartbeat();
      case 'subscribed':
        return frame.symbols.forEach((symbol) => port.acknowledged(symbol, 'all'));
      case 'refused':
        return port.refused(frame.symbol, 'all', String(frame.reason));
      case 'unknown':
        return port.unknown(frame.kind);
    }
    // The rest is of one instrument.
    const instrument = port.instrument(frame.symbol);
    if (instrument === null) return port.unexpected(`a ${frame.type} of ${frame.symbol}`);
    switch (frame.type) {
      case 'trade':
        return port.trade(map.tradeOf(frame, receiveTimeUs));
      case 'book':
        return this.#onBook(frame, instrument, receiveTimeUs);
    }
  }

  subscribe(symbols: readonly string[]): RawFrame[] {
    return subscribeFrames(symbols);
  }

  unsubscribe(symbols: readonly string[]): RawFrame[] {
    for (const symbol of symbols) this.#sequences.delete(symbol);
    return unsubscribeFrames(symbols);
  }

  /** After a fault: a new subscription brings a new snapshot. */
  resync(symbol: string): RawFrame[] {
    return [...this.unsubscribe([symbol]), ...this.subscribe([symbol])];
  }

  #onBook(frame: Book, instrument: VenueInstrument, receiveTimeUs: UnixUs): void {
    const { symbol, seq } = frame;
    const last = this.#sequences.get(symbol);
    if (frame.snapshot !== true) {
      if (last === undefined) return this.#port.unexpected(`changes of ${symbol} before its book`);
      // Nothing is shown of a book with a hole: the runtime asks `resync` for a new one.
      if (seq !== last + 1) {
        this.#sequences.delete(symbol);
        return this.#port.fault({ kind: 'gap', symbol, detail: `Change ${seq} follows ${last}.` });
      }
    }
    this.#sequences.set(symbol, seq);
    const { event, refused } = map.bookOf(frame, instrument, receiveTimeUs);
    if (refused > 0) this.#port.malformed(`${refused} levels of ${symbol} are no numbers.`);
    this.#port.event(event);
    if (frame.snapshot === true) this.#port.live(symbol);
  }
}
