import { unixUs, type UnixUs } from '#protocol';
import { isLong, type Portions } from '../venue/portions.ts';
import type { RawFrame, VenueConnection, VenuePort } from '../venue/ports.ts';
import { IsoTime } from '../iso-time.ts';
import { changesOf, isTicker, levelsOf, tradeOf } from './map.ts';
import { Product } from './product.ts';
import { Subscriptions } from './subscribe.ts';
import type { CoinbaseFrame } from './wire.ts';

/** Messages of the channels `full`, `status`, `auctionfeed`, `rfq_matches` and `balance`, which nobody asks for; the trades of `full` are of use. */
const UNUSED = new Set([
  'received',
  'open',
  'done',
  'change',
  'activate',
  'status',
  'auction',
  'rfq_match',
  'level3',
  'balance',
]);

const ADVANCED_TRADE =
  'This is Coinbase Advanced Trade; this adapter reads Coinbase Exchange, which is served at wss://ws-feed.exchange.coinbase.com.';

/** Frames of wss://advanced-trade-ws.coinbase.com name a channel and no type: https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-channels */
function isAdvancedTrade(frame: CoinbaseFrame): boolean {
  return frame.type === undefined && 'channel' in frame && 'sequence_num' in frame && 'events' in frame;
}

/**
 * The translator of one connection to Coinbase Exchange. It owns no socket, timer or clock. Invariant: a product is live only while all
 * its channels are active, its book has a snapshot and none of its trades is known to be missing.
 *
 * CB14 "New message types can be added at any time. Clients are expected to ignore messages they do not support": counted, not fatal.
 * CB15 An `error` that is not about a subscription comes when "the client is actively disconnected": slow reader, too many messages.
 */
export class CoinbaseConnection implements VenueConnection {
  readonly #port: VenuePort;
  readonly #time = new IsoTime();
  readonly #products = new Map<string, Product>();
  readonly #subscriptions = new Subscriptions();
  /** Let go, and frames on the way may still come. */
  readonly #leaving = new Set<string>();

  constructor(port: VenuePort) {
    this.#port = port;
  }

  /** CB8: nothing is asked for before the subscriptions, which are to follow at once. */
  onOpen(): void {
    this.#port.ready();
  }

  subscribe(symbols: readonly string[]): string[] {
    for (const symbol of symbols) this.#leaving.delete(symbol);
    return this.#subscriptions.subscribe(symbols);
  }

  unsubscribe(symbols: readonly string[]): string[] {
    for (const symbol of symbols) {
      this.#products.delete(symbol);
      this.#leaving.add(symbol);
    }
    return this.#subscriptions.unsubscribe(symbols);
  }

  /**
   * After missed trades: the last trade comes with a new subscription, and the hole before it is filled from REST. Else a new snapshot of
   * the book. What is not active is asked for in any case.
   */
  resync(symbol: string): string[] {
    const product = this.#products.get(symbol);
    const channels = new Set(this.#subscriptions.missing(symbol));
    if (product?.missesTrades === true) channels.add('matches');
    if (product?.book.hasSnapshot !== true || channels.size === 0) channels.add('level2_batch');
    if (product !== undefined) {
      product.isLive = false;
      if (channels.has('level2_batch')) product.book.drop();
    }
    return this.#subscriptions.again(symbol, [...channels]);
  }

  onFrame(raw: RawFrame, receiveTimeUs: UnixUs): void {
    if (typeof raw !== 'string') return this.#port.malformed('A binary frame: the venue sends text.');
    let frame: unknown;
    try {
      frame = JSON.parse(raw);
    } catch {
      return this.#port.malformed('The frame is no JSON.');
    }
    if (typeof frame !== 'object' || frame === null) return this.#port.malformed('The frame is no object.');
    return this.#take(frame, receiveTimeUs);
  }

  #take(frame: CoinbaseFrame, receiveTimeUs: UnixUs): void {
    switch (frame.type) {
      case 'l2update':
        return this.#onUpdate(frame, receiveTimeUs);
      case 'match':
      case 'last_match':
        return this.#onTrade(frame, receiveTimeUs);
      case 'ticker':
        return this.#onTicker(frame, receiveTimeUs);
      case 'heartbeat':
        this.#port.heartbeat();
        return this.#product(frame)?.onHeartbeat(frame.last_trade_id);
      case 'snapshot':
        return this.#onSnapshot(frame, receiveTimeUs);
      case 'subscriptions':
        return this.#onSubscriptions(frame);
      case 'error':
        return this.#onError(frame);
      default:
        if (Array.isArray(frame)) return this.#port.unexpected('level3');
        if (isAdvancedTrade(frame)) return this.#port.fail(ADVANCED_TRADE, true);
        if (typeof frame.type !== 'string') return this.#port.malformed('The frame has no type.');
        if (UNUSED.has(frame.type)) return this.#port.unexpected(frame.type);
        return this.#port.unknown(frame.type);
    }
  }

  #onUpdate(frame: CoinbaseFrame, receiveTimeUs: UnixUs): void {
    const product = this.#product(frame);
    if (product === undefined) return;
    const changes = changesOf(frame.changes);
    const venueTimeUs = this.#time.read(frame.time);
    // Not applied is as bad as lost: the book is asked for again.
    if (changes === null || venueTimeUs !== venueTimeUs)
      return this.#broken(product, 'an update of the book');
    product.book.update(changes, unixUs(venueTimeUs), receiveTimeUs);
    if (!product.book.hasSnapshot) product.isLive = false;
  }

  #onSnapshot(frame: CoinbaseFrame, receiveTimeUs: UnixUs): void {
    const product = this.#product(frame);
    if (product === undefined) return;
    return this.#port.inPortions(product.symbol, this.#takeBook(product, frame, receiveTimeUs));
  }

  /** 40,000 levels of BTC-USD, whose text took 20 ms to parse. */
  *#takeBook(product: Product, frame: CoinbaseFrame, receiveTimeUs: UnixUs): Portions {
    if (isLong(frame.bids, frame.asks)) yield;
    const bids = levelsOf(frame.bids);
    const asks = levelsOf(frame.asks);
    if (bids === null || asks === null) this.#broken(product, 'a snapshot of the book');
    else if (yield* product.book.snapshot(bids, asks, receiveTimeUs)) this.#settle(product);
  }

  #onTrade(frame: CoinbaseFrame, receiveTimeUs: UnixUs): void {
    const product = this.#product(frame);
    if (product === undefined) return;
    const trade = tradeOf(frame, product.symbol, this.#time, receiveTimeUs);
    if (trade === null) return this.#port.malformed(`A trade of ${product.symbol} is not as documented.`);
    this.#port.trade(trade);
    product.onTrade(Number(trade.id));
    this.#settle(product);
  }

  #onTicker(frame: CoinbaseFrame, receiveTimeUs: UnixUs): void {
    const product = this.#product(frame);
    if (product === undefined) return;
    if (!isTicker(frame))
      return this.#port.malformed(`A ticker of ${product.symbol} has no volume that is a number.`);
    const venueTimeUs = this.#time.read(frame.time);
    // The ticker of a product that nobody has traded yet has no time.
    const timeUs = venueTimeUs === venueTimeUs ? unixUs(venueTimeUs) : receiveTimeUs;
    return product.onTicker(frame, timeUs, receiveTimeUs);
  }

  #onSubscriptions(frame: CoinbaseFrame): void {
    const answer = this.#subscriptions.onList(frame.channels);
    if (answer === null) return this.#port.malformed('The list of active channels is none.');
    for (const { symbol, channel } of answer.active) this.#port.acknowledged(symbol, channel);
    for (const { symbol, channel } of answer.ended) {
      const product = this.#products.get(symbol);
      if (product !== undefined) product.isLive = false;
      this.#port.fault({ kind: 'gap', symbol, detail: `Coinbase ended the subscription of ${channel}.` });
    }
    for (const { symbol } of answer.active) {
      const product = this.#products.get(symbol);
      if (product !== undefined) this.#settle(product);
    }
  }

  /** CB10, CB15. */
  #onError(frame: CoinbaseFrame): void {
    const message = typeof frame.message === 'string' ? frame.message : 'error';
    const reason = typeof frame.reason === 'string' ? frame.reason : '';
    const text = reason === '' ? message : `${message}: ${reason}`;
    if (!/subscribe/i.test(text)) return this.#port.fail(`Coinbase ends the connection: ${text}`, false);
    const refusal = this.#subscriptions.onFailure(reason);
    if (refusal === null) return this.#port.unexpected(`the error "${text}"`);
    for (const symbol of refusal.refused) {
      this.#products.delete(symbol);
      this.#port.refused(symbol, refusal.channel, text);
    }
    for (const symbols of refusal.again)
      for (const again of this.#subscriptions.subscribe(symbols)) this.#port.send(again);
    return undefined;
  }

  /** The product that a frame names; what nobody asked for is told. */
  #product(frame: CoinbaseFrame): Product | undefined {
    const { product_id: symbol } = frame;
    if (typeof symbol !== 'string') {
      this.#port.malformed(`A frame of type ${String(frame.type)} names no product.`);
      return undefined;
    }
    const known = this.#products.get(symbol);
    if (known !== undefined || this.#leaving.has(symbol)) return known;
    const instrument = this.#port.instrument(symbol);
    if (instrument === null) {
      this.#port.unexpected(`${String(frame.type)} of ${symbol}`);
      return undefined;
    }
    const product = new Product(symbol, instrument, this.#port);
    this.#products.set(symbol, product);
    return product;
  }

  #broken(product: Product, what: string): void {
    product.book.drop();
    product.isLive = false;
    this.#port.fault({
      kind: 'malformed',
      symbol: product.symbol,
      detail: `Coinbase sent ${what} that is none.`,
    });
  }

  #settle(product: Product): void {
    if (product.isLive || product.missesTrades || !product.book.hasSnapshot) return;
    if (!this.#subscriptions.isWhole(product.symbol)) return;
    product.isLive = true;
    this.#port.live(product.symbol);
  }
}
