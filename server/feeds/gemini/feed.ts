import type { BookEvent, UnixUs } from '#protocol';
import type { Portions } from '../venue/portions.ts';
import type {
  RawFrame,
  Venue,
  VenueConnection,
  VenueInstrument,
  VenueListing,
  VenuePort,
  VenueRest,
} from '../venue/ports.ts';
import { levelsOf, listingOf, tradeOf, tradesOf } from './map.ts';
import { subscribeFrames, unsubscribeFrames } from './subscribe.ts';
import { LEFT_OUT, type Frame, type L2Updates, type SymbolDetails, type Trade } from './wire.ts';

const gemini: Venue = {
  name: 'gemini',
  title: 'Gemini',
  documentation: 'https://docs.gemini.com/websocket/market-data/v2/about',
  offers: ['trade', 'book'],
  symbolExamples: ['BTCUSD', 'ETHUSD'],
  keys: [],
  url: 'wss://api.gemini.com/v2/marketdata',
  restUrl: 'https://api.gemini.com',
  frameBytesMax: 16_777_216,
  connectTimeoutMs: 10_000,
  ackTimeoutMs: 10_000,
  // A heartbeat every 5 s, counted in a capture of 31 s.
  silenceMaxMs: 15_000,
  heartbeatMs: 5_000,
  lifeSign: 'heartbeat',
  pingEveryMs: 0,
  // The page names no bounds: a frame that is taken for sure, and a pace that nobody minds.
  symbolsPerConnection: 50,
  framesPerSecond: 1,
  connectionLifeMs: Number.POSITIVE_INFINITY,
  connectionsMax: 4,
  tradeIds: 'increasing',
  connect: (port) => new GeminiConnection(port),
  listings,
};
export default gemini;

/** One connection. Invariant: changes of a book reach the port only after the whole book did. */
class GeminiConnection implements VenueConnection {
  readonly #port: VenuePort;
  readonly #booked = new Set<string>();

  constructor(port: VenuePort) {
    this.#port = port;
  }

  onOpen(): void {
    this.#port.ready();
  }

  onFrame(raw: RawFrame, receiveTimeUs: UnixUs): void {
    const frame = parsed(raw);
    if (frame === null) this.#port.malformed('A frame is no JSON object with a type.');
    else if (frame.type === 'l2_updates') this.#onBook(frame, receiveTimeUs);
    else if (frame.type === 'trade') this.#onTrade(frame, receiveTimeUs);
    else if (frame.type === 'heartbeat') this.#port.heartbeat();
    else if (!LEFT_OUT.includes((frame as { type: string }).type))
      this.#port.unknown((frame as { type: string }).type);
  }

  subscribe(symbols: readonly string[]): RawFrame[] {
    return subscribeFrames(symbols);
  }

  unsubscribe(symbols: readonly string[]): RawFrame[] {
    for (const symbol of symbols) this.#booked.delete(symbol);
    return unsubscribeFrames(symbols);
  }

  resync(symbol: string): RawFrame[] {
    return [...this.unsubscribe([symbol]), ...this.subscribe([symbol])];
  }

  /** The first frame of a subscription is known by the trades in it: a change has none. */
  #onBook(frame: L2Updates, receiveTimeUs: UnixUs): void {
    if (typeof frame.symbol !== 'string' || !Array.isArray(frame.changes))
      return this.#port.malformed('l2_updates without a symbol or changes.');
    const instrument = this.#port.instrument(frame.symbol);
    if (instrument === null) return this.#port.unexpected(`l2_updates of ${frame.symbol}`);
    if (frame.trades !== undefined)
      return this.#port.inPortions(frame.symbol, this.#takeBook(frame, instrument, receiveTimeUs));
    if (!this.#booked.has(frame.symbol))
      return this.#port.unexpected(`changes of ${frame.symbol} before its book`);
    const bids: number[] = [];
    const asks: number[] = [];
    const refused =
      instrument.levels(levelsOf(frame, 'buy'), bids) + instrument.levels(levelsOf(frame, 'sell'), asks);
    return this.#tellBook(frame.symbol, bookEvent(instrument, false, { bids, asks }, receiveTimeUs), refused);
  }

  /** Some 10,000 levels of BTCUSD. */
  *#takeBook(frame: L2Updates, instrument: VenueInstrument, receiveTimeUs: UnixUs): Portions {
    this.#begin(frame, receiveTimeUs);
    const book = yield* instrument.book(levelsOf(frame, 'buy'), levelsOf(frame, 'sell'));
    this.#tellBook(frame.symbol, bookEvent(instrument, true, book, receiveTimeUs), book.refused);
    this.#port.live(frame.symbol);
  }

  #tellBook(symbol: string, event: BookEvent, refused: number): void {
    if (refused > 0) this.#port.malformed(`${refused} levels of ${symbol} are no numbers.`);
    this.#port.event(event);
  }

  #begin(frame: L2Updates, receiveTimeUs: UnixUs): void {
    this.#booked.add(frame.symbol);
    this.#port.acknowledged(frame.symbol, 'l2');
    const { trades, refused } = tradesOf(frame, receiveTimeUs);
    for (const trade of trades) this.#port.trade(trade);
    if (refused > 0) this.#port.malformed(`${refused} trades of ${frame.symbol} cannot be read.`);
  }

  #onTrade(frame: Trade, receiveTimeUs: UnixUs): void {
    const trade = tradeOf(frame, receiveTimeUs);
    if (trade === null) this.#port.malformed('A trade cannot be read.');
    else this.#port.trade(trade);
  }
}

function bookEvent(
  { id: instrument }: VenueInstrument,
  snapshot: boolean,
  { bids, asks }: Pick<BookEvent, 'bids' | 'asks'>,
  receiveTimeUs: UnixUs,
): BookEvent {
  return { type: 'book', instrument, venueTimeUs: receiveTimeUs, receiveTimeUs, snapshot, bids, asks };
}

function parsed(raw: RawFrame): Frame | null {
  if (typeof raw !== 'string') return null;
  try {
    const value = JSON.parse(raw) as Frame | null;
    return typeof value === 'object' && value !== null && typeof value.type === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** One request a symbol; of all symbols only their names, steps are learnt from the digits. */
async function listings(rest: VenueRest, symbols: readonly string[]): Promise<VenueListing[]> {
  const known = JSON.parse(await rest.text('/v1/symbols')) as string[];
  const wanted = new Set(symbols.length === 0 ? known : symbols.map((symbol) => symbol.toLowerCase()));
  const found = known.filter((symbol) => wanted.has(symbol.toLowerCase()));
  if (symbols.length === 0)
    return found.map((name) => {
      const symbol = name.toUpperCase();
      return { symbol, name: symbol, assetClass: 'crypto', currency: '', tick: '', lot: '' };
    });
  const answers = found.map((symbol) => rest.text(`/v1/symbols/details/${symbol.toLowerCase()}`));
  return (await Promise.all(answers)).map((text) => listingOf(JSON.parse(text) as SymbolDetails));
}
