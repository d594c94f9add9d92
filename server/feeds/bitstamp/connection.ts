import { unixUs, type UnixUs } from '#protocol';
import type { RawFrame, VenueConnection, VenueInstrument, VenuePort, VenueTrade } from '../venue/ports.ts';
import { DifferenceBook } from './difference-book.ts';
import { bookOf, channelOf, tradeOf } from './map.ts';
import { restBook, restStatistics, restTrades } from './rest.ts';
import { Subscriptions } from './subscribe.ts';
import { TopBook } from './top-book.ts';
import type { BitstampBook, BitstampError, BitstampFrame, BitstampTrade } from './wire.ts';

/** Channels that the venue has and we have no use for. */
const UNUSED = /^(?:live_orders|detail_order_book|funding_rate|private-\w+?)[_-]/;
/** Answers of REST that may be too old one after the other (BS10). */
const SNAPSHOT_TRIES_MAX = 5;
/** Trades that wait for the answer of REST: more than a minute of the busiest pair. */
const HELD_MAX = 1_000;

interface Pair {
  readonly symbol: string;
  readonly instrument: VenueInstrument;
  /** Of the channel whose frame came first. */
  book: TopBook | DifferenceBook | null;
  isLive: boolean;
  isAsking: boolean;
  /** Trades that wait for older ones from REST (BS18); null = none do. */
  held: VenueTrade[] | null;
}

/**
 * The translator of one connection to Bitstamp. It owns no socket, timer or clock; questions to REST it asks through its port.
 * Invariant: a pair is live only while its channels are active and its book is whole.
 *
 * BS16 The client sends {"event": "bts:heartbeat"} to keep the connection, and is answered with "status": "success". Connections without
 *      it were dropped several times an hour (https://github.com/thrasher-corp/gocryptotrader/pull/1329): one every 8 s.
 * BS17 "bts:request_reconnect": "After you receive this request, you will have a few seconds to reconnect. Without doing so, you will
 *      automatically be disconnected." A new connection is opened before this one ends.
 */
export class BitstampConnection implements VenueConnection {
  readonly #port: VenuePort;
  readonly #pairs = new Map<string, Pair>();
  readonly #subscriptions = new Subscriptions();
  /** Arrival of the newest frame: what an answer of REST is stamped with. */
  #nowUs = unixUs(0);
  /** Pairs whose day is asked for again, the next one first. */
  #tickerTurn: string[] = [];

  constructor(port: VenuePort) {
    this.#port = port;
  }

  onOpen(): void {
    this.#port.ready();
  }

  subscribe(symbols: readonly string[]): string[] {
    return this.#subscriptions.subscribe(symbols);
  }

  unsubscribe(symbols: readonly string[]): string[] {
    for (const symbol of symbols) this.#pairs.delete(symbol);
    return this.#subscriptions.unsubscribe(symbols);
  }

  /** The next frame of the channel is a whole book again; where nothing moves, the answer of REST comes first. */
  resync(symbol: string): string[] {
    const pair = this.#pairs.get(symbol) ?? this.#addPair(symbol);
    if (pair === null) return [];
    pair.isLive = false;
    pair.book?.drop();
    pair.book ??= new TopBook(symbol, pair.instrument, this.#port);
    this.#later(this.#askBook(pair));
    return this.#subscriptions.again(symbol);
  }

  /** BS16. Sent each 8 s; the day's numbers of one pair are asked for with it (BS15). */
  ping(): string {
    const symbol = this.#tickerTurn.shift();
    const pair = symbol === undefined ? undefined : this.#pairs.get(symbol);
    if (pair !== undefined) this.#later(this.#askStatistics(pair));
    return '{"event":"bts:heartbeat"}';
  }

  onFrame(raw: RawFrame, receiveTimeUs: UnixUs): void {
    this.#nowUs = receiveTimeUs;
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

  #take(frame: BitstampFrame, receiveTimeUs: UnixUs): void {
    switch (frame.event) {
      case 'data':
        return this.#onBook(frame, receiveTimeUs);
      case 'trade':
        return this.#onTrade(frame, receiveTimeUs);
      case 'bts:heartbeat':
        return this.#port.heartbeat();
      case 'bts:subscription_succeeded':
        return this.#onSubscribed(frame);
      case 'bts:unsubscription_succeeded':
        if (typeof frame.channel === 'string') this.#subscriptions.onUnsubscribed(frame.channel);
        return undefined;
      case 'bts:request_reconnect':
        return this.#port.rotate('Bitstamp asked for a new connection.');
      case 'bts:error':
        return this.#onError(frame);
      default:
        if (typeof frame.event !== 'string') return this.#port.malformed('The frame has no event.');
        if (UNUSED.test(String(frame.channel))) return this.#port.unexpected(String(frame.channel));
        return this.#port.unknown(frame.event);
    }
  }

  #onTrade(frame: BitstampFrame, receiveTimeUs: UnixUs): void {
    const pair = this.#pair(frame, 'live_trades');
    if (pair === null) return;
    const trade = isObject(frame.data)
      ? tradeOf(frame.data as BitstampTrade, pair.symbol, receiveTimeUs)
      : null;
    if (trade === null) return this.#port.malformed(`A trade of ${pair.symbol} is not as documented.`);
    if (pair.held === null) return this.#port.trade(trade);
    pair.held.push(trade);
    if (pair.held.length === HELD_MAX) this.#letGo(pair);
    return undefined;
  }

  #onBook(frame: BitstampFrame, receiveTimeUs: UnixUs): void {
    const isTop = channelOf(frame.channel)?.kind === 'order_book';
    const pair = this.#pair(frame, isTop ? 'order_book' : 'diff_order_book');
    if (pair === null) return;
    const rows = isObject(frame.data) ? bookOf(frame.data as BitstampBook) : null;
    // What cannot be read is as bad as lost.
    if (rows === null) {
      pair.book?.drop();
      pair.isLive = false;
      const detail = 'Bitstamp sent a book that is none.';
      return this.#port.fault({ kind: 'malformed', symbol: pair.symbol, detail });
    }
    const book = (pair.book ??= new (isTop ? TopBook : DifferenceBook)(
      pair.symbol,
      pair.instrument,
      this.#port,
    ));
    if (book instanceof TopBook !== isTop)
      return this.#port.unexpected(`${String(frame.channel)} beside another book`);
    if (book instanceof TopBook) book.take(rows, receiveTimeUs);
    else if (book.take(rows, receiveTimeUs)) this.#later(this.#askBook(pair));
    this.#settle(pair);
    return undefined;
  }

  #onSubscribed(frame: BitstampFrame): void {
    const channel = channelOf(frame.channel);
    if (UNUSED.test(String(frame.channel))) return this.#port.unexpected(String(frame.channel));
    if (channel === null) return this.#port.malformed('An answer to a subscription names no channel.');
    this.#subscriptions.onSubscribed(`${channel.kind}_${channel.symbol}`);
    if (this.#pairs.has(channel.symbol) || this.#addPair(channel.symbol) !== null)
      this.#port.acknowledged(channel.symbol, channel.kind);
    const pair = this.#pairs.get(channel.symbol);
    if (pair === undefined) return undefined;
    if (channel.kind === 'live_trades') this.#later(this.#askTrades(pair));
    return this.#settle(pair);
  }

  #onError(frame: BitstampFrame): void {
    const { message } = (isObject(frame.data) ? frame.data : {}) as BitstampError;
    const reason = typeof message === 'string' && message !== '' ? message : 'No reason was given.';
    const channel = channelOf(frame.channel) ?? channelOf(this.#subscriptions.onError());
    if (channel === null) return this.#port.unexpected(`the error "${reason}"`);
    const pair = this.#pairs.get(channel.symbol);
    if (pair !== undefined) pair.isLive = false;
    return this.#port.refused(channel.symbol, channel.kind, reason);
  }

  /** The pair that a frame names; what nobody asked for is told. */
  #pair(frame: BitstampFrame, kind: string): Pair | null {
    const channel = channelOf(frame.channel);
    if (UNUSED.test(String(frame.channel))) {
      this.#port.unexpected(String(frame.channel));
      return null;
    }
    if (channel === null || channel.kind !== kind) {
      this.#port.unknown(`${String(frame.event)} of ${String(frame.channel)}`);
      return null;
    }
    const pair = this.#pairs.get(channel.symbol);
    if (pair !== undefined) return pair;
    if (this.#subscriptions.isLeaving(String(frame.channel))) return null;
    const added = this.#addPair(channel.symbol);
    if (added === null) this.#port.unexpected(String(frame.channel));
    return added;
  }

  #addPair(symbol: string): Pair | null {
    const instrument = this.#port.instrument(symbol);
    if (instrument === null) return null;
    const pair = { symbol, instrument, book: null, isLive: false, isAsking: false, held: null };
    this.#pairs.set(symbol, pair);
    return pair;
  }

  #settle(pair: Pair): void {
    if (pair.book?.hasBook !== true) pair.isLive = false;
    else if (!pair.isLive && this.#subscriptions.isWhole(pair.symbol)) {
      pair.isLive = true;
      this.#port.live(pair.symbol);
    }
    // The day's volume holds the trades of the last minute: they go before it.
    const isDue = pair.isLive && pair.held === null && !this.#tickerTurn.includes(pair.symbol);
    if (isDue) this.#later(this.#askStatistics(pair));
  }

  /** What goes wrong after an answer of REST ends the connection, as it would within a frame; never the process. */
  #later(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#port.fail(`The adapter failed: ${error instanceof Error ? error.message : String(error)}`, false);
    });
  }

  /** One question at a time for a pair. */
  async #askBook(pair: Pair): Promise<void> {
    if (pair.isAsking) return;
    pair.isAsking = true;
    const isDone = (rows: NonNullable<Awaited<ReturnType<typeof restBook>>>): boolean => {
      if (pair.book instanceof DifferenceBook) return pair.book.snapshot(rows, this.#nowUs);
      pair.book?.seed(rows, this.#nowUs);
      return true;
    };
    for (let tries = 0; tries < SNAPSHOT_TRIES_MAX; tries += 1) {
      // Refused, or no answer: who waits for the book hears of it when the time to answer is over.
      const rows = await restBook(this.#port.rest, pair.symbol).catch(() => null);
      if (this.#pairs.get(pair.symbol) !== pair) return;
      if (rows === null || isDone(rows)) break;
    }
    pair.isAsking = false;
    if (pair.book instanceof DifferenceBook && !pair.book.hasBook) pair.book.release();
    this.#settle(pair);
  }

  /** BS18. Older trades go first, so that the last price is the newest one. Those that came before are left out by their ids. */
  async #askTrades(pair: Pair): Promise<void> {
    if (pair.held !== null) return;
    const held: VenueTrade[] = [];
    pair.held = held;
    const missed = await restTrades(this.#port.rest, pair.symbol).catch(() => []);
    if (pair.held !== held || this.#pairs.get(pair.symbol) !== pair) return;
    const first = Number(held[0]?.id ?? Number.POSITIVE_INFINITY);
    for (const trade of missed) if (Number(trade.id) < first) this.#port.trade(trade);
    this.#letGo(pair);
    this.#settle(pair);
  }

  #letGo(pair: Pair): void {
    const held = pair.held ?? [];
    pair.held = null;
    for (const trade of held) this.#port.trade(trade);
  }

  /** No answer leaves the numbers as they are; the pair's turn comes again. */
  async #askStatistics(pair: Pair): Promise<void> {
    this.#tickerTurn.push(pair.symbol);
    const event = await restStatistics(this.#port.rest, pair.instrument, () => this.#nowUs).catch(() => null);
    if (event !== null && this.#pairs.get(pair.symbol) === pair) this.#port.event(event);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
