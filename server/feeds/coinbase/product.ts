import { priceTicks, sizeLots, type UnixUs } from '#protocol';
import type { VenueInstrument, VenuePort } from '../venue/ports.ts';
import { CoinbaseBook } from './book.ts';
import { isTradeId } from './map.ts';
import type { CoinbaseFrame } from './wire.ts';

/** Heartbeats after which missed trades are told again while they have not come. */
const TELL_AGAIN_HEARTBEATS = 5;
/** Heartbeats for which statistics are told again after a hole in the trades: trades from REST come within them. */
const UNSETTLED_HEARTBEATS = 10;

interface Ticker {
  readonly frame: CoinbaseFrame;
  /** 0 = it named none. */
  readonly tradeId: number;
  readonly venueTimeUs: UnixUs;
  readonly receiveTimeUs: UnixUs;
}

/**
 * One product on one connection: its book, and what its channels say of each other. Not its subscriptions.
 *
 * CB11 The book is the quote. A ticker is sent per match and may be older or newer than the book at hand (7 of 107 in a real
 *      session), so its best bid and ask are used only while there is no book: quote and book cannot contradict each other.
 * CB12 A ticker's 24 h volume includes the match of its trade_id, which may come after it (17 of 97). The engine adds each trade to the
 *      volume, so statistics wait for that match; with the next heartbeat they wait no more.
 * CB13 "Heartbeats include ... last trade IDs that can be used to verify that no messages were missed". The channels are not in step: a
 *      trade that a heartbeat or a ticker named and that is not here by the next heartbeat was missed. 0 says nothing
 *      (https://github.com/preichenberger/go-coinbasepro/issues/89).
 */
export class Product {
  readonly symbol: string;
  readonly book: CoinbaseBook;
  isLive = false;
  readonly #instrument: VenueInstrument;
  readonly #port: VenuePort;
  #ticker: Ticker | null = null;
  /** `#ticker` waits for its match. */
  #isHeld = false;
  /** Two tickers came and no match: nobody asked for matches. */
  #hasNoMatches = false;
  /** Newest trade that came, and that any frame named; 0 = none. */
  #lastTradeId = 0;
  #namedTradeId = 0;
  /** What was named before the last heartbeat: it is due at the next. */
  #dueTradeId = 0;
  /** Heartbeats since trades were found missing; 0 = none are. */
  #missingFor = 0;
  #unsettledFor = 0;

  constructor(symbol: string, instrument: VenueInstrument, port: VenuePort) {
    this.symbol = symbol;
    this.#instrument = instrument;
    this.#port = port;
    this.book = new CoinbaseBook(symbol, instrument, port);
  }

  /** Trades were missed and have not come since. */
  get missesTrades(): boolean {
    return this.#missingFor > 0;
  }

  /** A trade was handed on. */
  onTrade(id: number): void {
    if (this.#lastTradeId > 0 && id > this.#lastTradeId + 1) this.#unsettledFor = UNSETTLED_HEARTBEATS;
    this.#hasNoMatches = false;
    this.#lastTradeId = Math.max(this.#lastTradeId, id);
    if (this.#lastTradeId >= this.#dueTradeId) this.#missingFor = 0;
    if (this.#isHeld && id >= this.#ticker!.tradeId) this.#tellStatistics();
  }

  onTicker(frame: CoinbaseFrame, venueTimeUs: UnixUs, receiveTimeUs: UnixUs): void {
    if (this.#isHeld) {
      this.#tellStatistics();
      this.#hasNoMatches = this.#lastTradeId === 0;
    }
    const tradeId = isTradeId(frame.trade_id) ? frame.trade_id : 0;
    this.#namedTradeId = Math.max(this.#namedTradeId, tradeId);
    this.#ticker = { frame, tradeId, venueTimeUs, receiveTimeUs };
    if (!this.book.hasSnapshot) this.#tellQuote(this.#ticker);
    this.#isHeld = tradeId > this.#lastTradeId && !this.#hasNoMatches;
    if (!this.#isHeld) this.#tellStatistics();
  }

  onHeartbeat(lastTradeId: unknown): void {
    if (isTradeId(lastTradeId)) this.#namedTradeId = Math.max(this.#namedTradeId, lastTradeId);
    this.#settleStatistics();
    // Before the first trade there is nothing to compare with: it comes with the subscription.
    const isMissing = this.#lastTradeId > 0 && this.#dueTradeId > this.#lastTradeId;
    if (isMissing) {
      this.#missingFor += 1;
      if (this.#missingFor % TELL_AGAIN_HEARTBEATS === 1) this.#tellMissing();
    }
    this.#dueTradeId = this.#namedTradeId;
  }

  #tellMissing(): void {
    this.isLive = false;
    const detail = `Trades up to ${this.#dueTradeId} were made, and ${this.#lastTradeId} was the last that came.`;
    this.#port.fault({ kind: 'gap', symbol: this.symbol, detail });
  }

  /** CB12. Trades that fill a hole from REST are added to the volume as well, so it is told again for a while. */
  #settleStatistics(): void {
    if (this.#unsettledFor > 0) this.#unsettledFor -= 1;
    else if (!this.#isHeld) return;
    if (this.#ticker !== null && this.#ticker.tradeId >= this.#lastTradeId) this.#tellStatistics();
  }

  #tellStatistics(): void {
    this.#isHeld = false;
    const { frame, venueTimeUs, receiveTimeUs } = this.#ticker!;
    const open = this.#price(frame.open_24h);
    const high = this.#price(frame.high_24h);
    const low = this.#price(frame.low_24h);
    const volume = sizeLots(this.#size(frame.volume_24h));
    const instrument = this.#instrument.id;
    this.#port.event({ type: 'statistics', instrument, venueTimeUs, receiveTimeUs, open, high, low, volume });
  }

  /** CB11. Sizes are in frames since 2022. */
  #tellQuote({ frame, venueTimeUs, receiveTimeUs }: Ticker): void {
    const bid = this.#price(frame.best_bid);
    const bidSize = sizeLots(this.#size(frame.best_bid_size));
    const ask = this.#price(frame.best_ask);
    const askSize = sizeLots(this.#size(frame.best_ask_size));
    if (bid !== bid && ask !== ask) return;
    const instrument = this.#instrument.id;
    this.#port.event({ type: 'quote', instrument, venueTimeUs, receiveTimeUs, bid, bidSize, ask, askSize });
  }

  /** Ticks; NaN for what is absent, no number, or 0, which stands for "none yet". */
  #price(text: unknown): ReturnType<typeof priceTicks> {
    const ticks = typeof text === 'string' ? this.#instrument.price(text) : Number.NaN;
    return priceTicks(ticks === 0 ? Number.NaN : ticks);
  }

  #size(text: unknown): number {
    return typeof text === 'string' ? this.#instrument.size(text) : Number.NaN;
  }
}
