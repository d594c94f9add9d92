import {
  priceTicks,
  sizeLots,
  unixUs,
  type BookEvent,
  type QuoteEvent,
  type StatisticsEvent,
  type UnixUs,
} from '#protocol';
import type { Portions } from '../venue/portions.ts';
import type { RawFrame, VenueConnection, VenueInstrument, VenuePort } from '../venue/ports.ts';
import { DepthSync } from './depth.ts';
import { FrameText } from './frame-text.ts';
import { messageOf, type BinanceMessage, type DepthSnapshot, type DepthUpdate } from './map.ts';
import { Snapshots } from './snapshots.ts';
import { BinanceRequests, STREAMS } from './subscribe.ts';
import type { DepthLevels } from './top-check.ts';
import type { BinanceFrame } from './wire.ts';

type Message<Type extends BinanceMessage['type']> = Extract<BinanceMessage, { type: Type }>;

/** One connection to Binance's combined streams: which message goes where. */
export class BinanceConnection implements VenueConnection {
  readonly #port: VenuePort;
  readonly #text = new FrameText();
  readonly #requests = new BinanceRequests();
  readonly #snapshots: Snapshots;
  readonly #depths = new Map<string, DepthSync>();
  /** BN4: whichever kind of trade comes first; the other has the same volume again. */
  #isAggregate: boolean | null = null;
  #nowUs = unixUs(0);
  readonly #quote = { type: 'quote' } as QuoteEvent;
  readonly #statistics = { type: 'statistics' } as StatisticsEvent;
  readonly #book = { type: 'book', bids: [] as number[], asks: [] as number[] } as unknown as BookEvent;

  constructor(port: VenuePort) {
    this.#port = port;
    this.#snapshots = new Snapshots(port.rest, (symbol, snapshot) => this.#onAnswer(symbol, snapshot));
  }

  onOpen(): void {
    this.#port.ready();
  }

  onFrame(raw: RawFrame, receiveTimeUs: UnixUs): void {
    if (typeof raw !== 'string') return this.#port.malformed('A binary frame; Binance sends text.');
    const frame = this.#text.read(raw) ?? parsed(raw);
    if (frame === null) return this.#port.malformed('A frame that is no JSON object.');
    this.#nowUs = receiveTimeUs;
    this.#take(messageOf(frame));
    return this.#snapshots.onTime(receiveTimeUs);
  }

  subscribe(symbols: readonly string[]): RawFrame[] {
    for (const symbol of symbols) this.#forget(symbol);
    return this.#requests.subscribe(symbols);
  }

  unsubscribe(symbols: readonly string[]): RawFrame[] {
    for (const symbol of symbols) this.#forget(symbol);
    return this.#requests.unsubscribe(symbols);
  }

  /** BN13: the stream goes on, the book begins anew. One that waits for its snapshot keeps what it has for it. */
  resync(symbol: string): RawFrame[] {
    const depth = this.#depths.get(symbol);
    if (depth?.isWaiting === false) depth.restart();
    this.#snapshots.want(symbol);
    return [];
  }

  #forget(symbol: string): void {
    this.#depths.delete(symbol);
    this.#snapshots.drop(symbol);
  }

  #take(message: BinanceMessage): void {
    switch (message.type) {
      case 'quote':
        return this.#onQuote(message);
      case 'trade':
        return this.#onTrade(message);
      case 'depth':
        return this.#depthOf(message.symbol)?.update(message);
      case 'statistics':
        return this.#onStatistics(message);
      case 'snapshot':
        return this.#onUnnamedSnapshot(message);
      case 'answer':
        return this.#onAnswerTo(message);
      case 'shutdown':
        return this.#port.rotate('Binance announced that this server shuts down.');
      case 'unused':
        return this.#port.unexpected(`${message.kind} ${message.symbol}`.trim());
      case 'unknown':
        return this.#port.unknown(message.kind);
      case 'malformed':
        return this.#port.malformed(`${message.symbol} Not with ${message.reason}.`.trim());
      default:
        return message satisfies never;
    }
  }

  #instrument(symbol: string, what: string): VenueInstrument | null {
    const instrument = this.#port.instrument(symbol);
    if (instrument === null) this.#port.unexpected(`${what} of ${symbol}`);
    return instrument;
  }

  #onQuote(message: Message<'quote'>): void {
    const { symbol, bid, ask, timeUs } = message;
    const instrument = this.#instrument(symbol, 'bookTicker');
    if (instrument === null) return;
    const quote = this.#quote;
    const bidPrice = instrument.price(bid[0]);
    const askPrice = instrument.price(ask[0]);
    const bidSize = instrument.size(bid[1]);
    const askSize = instrument.size(ask[1]);
    // A comparison with NaN is false.
    if (!(bidPrice >= 0 && askPrice >= 0 && bidSize >= 0 && askSize >= 0)) {
      this.#port.malformed(`${symbol}: best prices that are no numbers.`);
      return;
    }
    quote.instrument = instrument.id;
    // BN3.
    quote.venueTimeUs = timeUs === timeUs ? unixUs(timeUs) : this.#nowUs;
    quote.receiveTimeUs = this.#nowUs;
    // A side on which nothing rests is sent with price 0.
    quote.bid = priceTicks(bidPrice || Number.NaN);
    quote.bidSize = sizeLots(bidPrice === 0 ? Number.NaN : bidSize);
    quote.ask = priceTicks(askPrice || Number.NaN);
    quote.askSize = sizeLots(askPrice === 0 ? Number.NaN : askSize);
    this.#port.event(quote);
    this.#depths.get(symbol)?.quote(message);
  }

  #onTrade({ symbol, isAggregate, id, price, size, aggressor, timeUs }: Message<'trade'>): void {
    if (this.#instrument(symbol, 'trade') === null) return;
    this.#isAggregate ??= isAggregate;
    if (this.#isAggregate !== isAggregate) {
      this.#port.unexpected(`${isAggregate ? 'aggTrade' : 'trade'} of ${symbol}`);
      return;
    }
    const venueTimeUs = unixUs(timeUs);
    this.#port.trade({ symbol, id, price, size, aggressor, venueTimeUs, receiveTimeUs: this.#nowUs });
  }

  #onStatistics({ symbol, open, high, low, volume, timeUs }: Message<'statistics'>): void {
    const instrument = this.#instrument(symbol, 'ticker');
    if (instrument === null) return;
    const statistics = this.#statistics;
    statistics.instrument = instrument.id;
    statistics.venueTimeUs = unixUs(timeUs);
    statistics.receiveTimeUs = this.#nowUs;
    statistics.open = priceTicks(instrument.price(open));
    statistics.high = priceTicks(instrument.price(high));
    statistics.low = priceTicks(instrument.price(low));
    statistics.volume = sizeLots(instrument.size(volume));
    // Nothing traded in 24 h: all prices are 0.
    if (statistics.high > 0 && statistics.low > 0) this.#port.event(statistics);
  }

  /** Null for a symbol that was not asked for. */
  #depthOf(symbol: string): DepthSync | null {
    const known = this.#depths.get(symbol);
    const instrument = this.#instrument(symbol, 'depth');
    if (known !== undefined || instrument === null) return instrument === null ? null : known!;
    const depth = new DepthSync(instrument, {
      emit: (levels) => this.#emit(instrument, levels),
      emitWhole: (levels) => this.#emitWhole(instrument, levels),
      fault: (kind, detail) => this.#port.fault({ kind, symbol, detail }),
      checked: (isRight) => this.#port.checksum?.(isRight),
      live: () => this.#port.live(symbol),
      ask: () => this.#snapshots.want(symbol),
    });
    this.#depths.set(symbol, depth);
    return depth;
  }

  #emit(instrument: VenueInstrument, levels: DepthUpdate): DepthLevels | null {
    const book = this.#book;
    book.bids.length = 0;
    book.asks.length = 0;
    if (instrument.levels(levels.bids, book.bids) + instrument.levels(levels.asks, book.asks) > 0)
      return null;
    return this.#tellBook(instrument, false, unixUs(levels.timeUs));
  }

  /** Up to 10,000 levels. An answer of REST has no time: its ids are newer than the last frame's. */
  *#emitWhole(instrument: VenueInstrument, levels: DepthSnapshot): Portions<DepthLevels | null> {
    const { bids, asks, refused } = yield* instrument.book(levels.bids, levels.asks);
    if (refused > 0) return null;
    Object.assign(this.#book, { bids, asks });
    return this.#tellBook(instrument, true, this.#nowUs);
  }

  #tellBook(instrument: VenueInstrument, snapshot: boolean, venueTimeUs: UnixUs): DepthLevels {
    const book = this.#book;
    book.instrument = instrument.id;
    book.snapshot = snapshot;
    book.venueTimeUs = venueTimeUs;
    book.receiveTimeUs = this.#nowUs;
    this.#port.event(book);
    return book;
  }

  #onAnswer(symbol: string, snapshot: DepthSnapshot): void {
    this.#port.inPortions(symbol, this.#takeAnswer(symbol, snapshot));
  }

  *#takeAnswer(symbol: string, snapshot: DepthSnapshot): Portions {
    try {
      const depth = this.#depthOf(symbol);
      if (depth !== null) yield* depth.snapshot(snapshot);
    } catch (error) {
      // Nobody stands above a promise.
      this.#port.fail(`The book of ${symbol} could not be taken: ${(error as Error).message}`, false);
    }
  }

  /** Captures hold answers of REST among the frames; the symbol is the one that waits for it. */
  #onUnnamedSnapshot(snapshot: DepthSnapshot): void {
    if (snapshot.isPartial) return this.#port.unexpected(`the best levels of ${snapshot.symbol}`);
    const [first, ...others] = [...this.#depths].filter(([, { isWaiting }]) => isWaiting);
    if (first !== undefined && others.length === 0)
      return this.#port.inPortions(first[0], first[1].snapshot(snapshot));
    return this.#port.unexpected('a snapshot of a book that does not name its symbol');
  }

  /** BN5. */
  #onAnswerTo({ id, error }: Message<'answer'>): void {
    const request = this.#requests.take(id);
    if (request === undefined) return this.#port.unexpected(`the answer "${error || 'done'}"`);
    if (request.method === 'UNSUBSCRIBE') return undefined;
    for (const symbol of request.symbols) {
      if (error !== '') this.#port.refused(symbol, 'subscription', error);
      else if (this.#port.instrument(symbol) !== null) {
        for (const stream of STREAMS) this.#port.acknowledged(symbol, stream);
        // BN9. Now rather than with the first change, which a quiet market may owe for minutes.
        if (this.#depthOf(symbol)?.isWaiting === true) this.#snapshots.want(symbol);
      }
    }
    return undefined;
  }
}

/** Null for what is no JSON object. */
function parsed(text: string): BinanceFrame | null {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === 'object' ? (frame as BinanceFrame | null) : null;
  } catch {
    return null;
  }
}
