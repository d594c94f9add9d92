import type { UnixUs } from '#protocol';
import { IsoTime } from '../iso-time.ts';
import type { RawFrame, VenueConnection, VenuePort } from '../venue/ports.ts';
import { KrakenAnswers } from './answers.ts';
import { BookText } from './book-text.ts';
import { KrakenBooks } from './books.ts';
import { inOrder, isVersion1, tradeOf } from './map.ts';
import { NumberText } from '../number-text.ts';
import { KrakenRequests } from './subscribe.ts';
import { KrakenTickers } from './tickers.ts';
import type { KrakenFrame, KrakenRow } from './wire.ts';

const VERSION_1 =
  'This is Kraken WebSocket v1; this adapter reads v2, which is served at wss://ws.kraken.com/v2.';
/** Channels that the venue has and we have no use for. */
const UNUSED = new Set(['instrument', 'ohlc', 'level3', 'executions', 'balances']);
const NO_ROWS: readonly KrakenRow[] = [];

/** One connection to Kraken: which frame goes where. Books, tickers and answers keep what they need to know themselves. */
export class KrakenConnection implements VenueConnection {
  readonly #port: VenuePort;
  readonly #requests = new KrakenRequests();
  readonly #time = new IsoTime();
  readonly #bookText = new BookText();
  readonly #numbers = new NumberText();
  readonly #books: KrakenBooks;
  readonly #tickers: KrakenTickers;
  readonly #answers: KrakenAnswers;

  constructor(port: VenuePort) {
    this.#port = port;
    this.#books = new KrakenBooks(port, this.#time);
    this.#tickers = new KrakenTickers(port, this.#time);
    this.#answers = new KrakenAnswers(port, this.#requests, (symbol, depth) =>
      this.#books.setDepth(symbol, depth),
    );
  }

  onOpen(): void {
    this.#port.ready();
  }

  onFrame(raw: RawFrame, receiveTimeUs: UnixUs): void {
    if (typeof raw !== 'string') return this.#port.malformed('A binary frame; Kraken sends text.');
    const book = this.#bookText.read(raw);
    if (book !== null) return this.#books.take(book, receiveTimeUs);
    const frame = this.#numbers.parse(raw);
    if (typeof frame !== 'object' || frame === null)
      return this.#port.malformed('A frame that is no JSON object.');
    if (isVersion1(frame)) return this.#port.fail(VERSION_1, true);
    this.#take(frame as KrakenFrame, receiveTimeUs);
  }

  subscribe(symbols: readonly string[]): RawFrame[] {
    this.#forget(symbols);
    return this.#requests.subscribe(symbols);
  }

  unsubscribe(symbols: readonly string[]): RawFrame[] {
    this.#forget(symbols);
    return this.#requests.unsubscribe(symbols);
  }

  resync(symbol: string): RawFrame[] {
    this.#books.forget(symbol);
    return this.#requests.resync(symbol);
  }

  ping(): RawFrame {
    return this.#requests.ping();
  }

  #forget(symbols: readonly string[]): void {
    for (const symbol of symbols) {
      this.#books.forget(symbol);
      this.#tickers.forget(symbol);
    }
  }

  #take(frame: KrakenFrame, receiveTimeUs: UnixUs): void {
    switch (frame.channel) {
      case 'book':
        for (const row of this.#rows(frame))
          this.#books.takeRow(row, frame.type === 'snapshot', receiveTimeUs);
        return;
      case 'ticker':
        for (const row of this.#rows(frame)) this.#tickers.take(row, receiveTimeUs);
        return;
      case 'trade':
        return this.#trades(frame, receiveTimeUs);
      case 'heartbeat':
        return this.#port.heartbeat();
      case 'status':
        return this.#status(frame);
      case undefined:
        return this.#answers.take(frame);
      default: {
        const channel = String(frame.channel);
        if (UNUSED.has(channel)) this.#port.unexpected(channel);
        else this.#port.unknown(`channel ${channel}`);
      }
    }
  }

  /** KR1. */
  #trades(frame: KrakenFrame, receiveTimeUs: UnixUs): void {
    const trades = [];
    for (const row of this.#rows(frame)) {
      const { symbol } = row;
      if (typeof symbol !== 'string') this.#port.malformed('A trade without a symbol.');
      else if (this.#port.instrument(symbol) === null) this.#port.unexpected(`trade of ${symbol}`);
      else {
        const trade = tradeOf(row, symbol, this.#time, receiveTimeUs);
        if (trade === null) this.#port.malformed(`A trade of ${symbol} without price, quantity, id or time.`);
        else trades.push(trade);
      }
    }
    for (const trade of trades.length > 1 ? inOrder(trades) : trades) this.#port.trade(trade);
  }

  /** KR8. */
  #status(frame: KrakenFrame): void {
    for (const { system } of this.#rows(frame)) {
      if (system === 'maintenance')
        return this.#port.fail('Kraken is in maintenance: its markets are offline.', false);
      // Books still change, nothing trades: prices stay what they are.
      if (system !== 'online') this.#port.notice(`Its markets are ${String(system)}.`);
    }
  }

  /** The objects in `data`. */
  #rows({ channel, data }: KrakenFrame): readonly KrakenRow[] {
    const isRows =
      Array.isArray(data) && (data as unknown[]).every((row) => typeof row === 'object' && row !== null);
    if (isRows) return data as readonly KrakenRow[];
    this.#port.malformed(`A frame of ${String(channel)} without data.`);
    return NO_ROWS;
  }
}
