import type { UnixUs } from '#protocol';
import type { RawFrame, VenueConnection, VenueInstrument, VenuePort } from '../venue/ports.ts';
import { decode, encode, type Codec } from './codec.ts';
import { errorOf } from './errors.ts';
import { bookOf, quoteOf, statisticsOf, timeUs, tradeOf } from './map.ts';
import { CORE_CHANNELS, Subscriptions, isCrypto } from './subscribe.ts';
import type { AlpacaMessage } from './wire.ts';

export const KEY_ID = 'ALPACA_KEY_ID';
export const SECRET_KEY = 'ALPACA_SECRET_KEY';

/**
 * AL12 Codes of `s` by which trading stops and goes on, of both tape plans: 2, H = halt, P = volatility pause; 3, T = resumption. The
 *      others (imbalances, price indications, short sale restriction) stop nothing.
 *      https://docs.alpaca.markets/docs/real-time-stock-pricing-data#statuses
 */
const HALT_CODES = new Set(['2', 'H', 'P']);
const RESUME_CODES = new Set(['3', 'T']);

/**
 * The translator of one connection to Alpaca's market data stream. It owns no socket, timer or clock. Invariant: nothing is asked for
 * before the venue has taken the keys, and a halted instrument is not live.
 *
 * AL10 `[{"T":"success","msg":"connected"}]` comes first; then `{"action":"auth","key","secret"}` within 10 s, answered by
 *      `[{"T":"success","msg":"authenticated"}]` or an error (AL9).
 * AL11 Control messages come in lists of one; data in lists of any length. A frame is taken as a list in any case.
 * AL13 `c` and `x` correct and cancel trades that were sent before. They are told; the trade stays as it was taken.
 */
export class AlpacaConnection implements VenueConnection {
  readonly #port: VenuePort;
  readonly #subscriptions = new Subscriptions();
  /** Let go, and messages on the way may still come. */
  readonly #leaving = new Set<string>();
  readonly #halted = new Set<string>();
  readonly #needsBook = new Set<string>();
  /** AL1: the first frame shows whether the venue took the header. */
  #codec: Codec = 'msgpack';
  #isReady = false;

  constructor(port: VenuePort) {
    this.#port = port;
  }

  /** AL10: the venue speaks first. */
  onOpen(): void {
    if (this.#port.key(KEY_ID) === '' || this.#port.key(SECRET_KEY) === '')
      this.#port.fail(`Alpaca needs ${KEY_ID} and ${SECRET_KEY} in the environment.`, true);
  }

  subscribe(symbols: readonly string[]): RawFrame[] {
    for (const symbol of symbols) {
      this.#leaving.delete(symbol);
      // Changes before the first snapshot would make half a book.
      if (isCrypto(symbol)) this.#needsBook.add(symbol);
    }
    return this.#encoded(this.#subscriptions.subscribe(symbols));
  }

  unsubscribe(symbols: readonly string[]): RawFrame[] {
    for (const symbol of symbols) {
      this.#leaving.add(symbol);
      this.#halted.delete(symbol);
      this.#needsBook.delete(symbol);
    }
    return this.#encoded(this.#subscriptions.unsubscribe([...symbols]));
  }

  resync(symbol: string): RawFrame[] {
    if (isCrypto(symbol)) this.#needsBook.add(symbol);
    return this.#encoded([
      ...this.#subscriptions.unsubscribe([symbol]),
      ...this.#subscriptions.subscribe([symbol]),
    ]);
  }

  ping(): RawFrame {
    return encode(this.#subscriptions.probe(), this.#codec);
  }

  onFrame(frame: RawFrame, receiveTimeUs: UnixUs): void {
    if (!this.#isReady) this.#codec = typeof frame === 'string' ? 'json' : 'msgpack';
    const messages = decode(frame);
    if (typeof messages === 'string') return this.#port.malformed(messages);
    for (const message of messages) this.#take(message, receiveTimeUs);
  }

  #take(message: AlpacaMessage, receiveTimeUs: UnixUs): void {
    switch (message.T) {
      case 'q':
        return this.#event(message, (instrument) => quoteOf(message, instrument, receiveTimeUs));
      case 't':
        return this.#onTrade(message, receiveTimeUs);
      case 'd':
        return this.#event(message, (instrument) => statisticsOf(message, instrument, receiveTimeUs));
      case 'o':
        return this.#onBook(message, receiveTimeUs);
      case 's':
        return this.#onStatus(message);
      case 'c':
        return this.#port.unexpected(
          `a correction of a trade of ${text(message.S)}, which stays as it was taken`,
        );
      case 'x':
        return this.#port.unexpected(
          `a cancel of a trade of ${text(message.S)}, which stays as it was taken`,
        );
      case 'b':
      case 'u':
      case 'l':
      case 'i':
      case 'n':
        return this.#port.unexpected(`${message.T} of ${text(message.S)}`);
      case 'success':
        return this.#onSuccess(message.msg);
      case 'subscription':
        return this.#onSubscription(message);
      case 'error':
        return this.#onError(message);
      default:
        if (typeof message.T !== 'string') return this.#port.malformed('The message has no T.');
        return this.#port.unknown(message.T);
    }
  }

  #onSuccess(what: unknown): void {
    if (what === 'connected') {
      const [key, secret] = [this.#port.key(KEY_ID), this.#port.key(SECRET_KEY)];
      return this.#port.send(encode({ action: 'auth', key, secret }, this.#codec));
    }
    if (what !== 'authenticated') return this.#port.unknown(`success ${text(what)}`);
    this.#isReady = true;
    return this.#port.ready();
  }

  #onSubscription(message: AlpacaMessage): void {
    for (const symbol of this.#subscriptions.onList(message)) {
      for (const channel of CORE_CHANNELS) this.#port.acknowledged(symbol, channel);
      // No snapshot follows: a stock that nobody trades now is live all the same.
      if (!this.#halted.has(symbol)) this.#port.live(symbol);
    }
  }

  #onError(message: AlpacaMessage): void {
    const { consequence, sentence, isOverload } = errorOf(message.code, message.msg);
    // Before the keys were taken it is the account that is refused.
    if (!this.#isReady && consequence === 'refused') return this.#port.fail(`Alpaca: ${sentence}`, true);
    switch (consequence) {
      case 'stop':
        return this.#port.fail(sentence, true);
      case 'again':
        return this.#port.fail(sentence, false, isOverload === true ? 'overload' : 'cut');
      case 'ignore':
        return this.#port.notice(sentence);
      case 'refused':
        return this.#onRefusal(sentence);
      default:
        return consequence satisfies never;
    }
  }

  #onRefusal(sentence: string): void {
    const refusal = this.#subscriptions.onRefusal();
    switch (refusal.kind) {
      case 'split':
        for (const frame of refusal.frames) this.#port.send(encode(frame, this.#codec));
        return undefined;
      case 'refused':
        return this.#port.refused(refusal.symbol, refusal.channel, sentence);
      case 'spared':
        return this.#port.unexpected(
          `no daily bars and status of ${refusal.symbols.length} symbols: ${sentence}`,
        );
      case 'stray':
        return this.#port.malformed(`An error that answers nothing: ${sentence}`);
      default:
        return refusal satisfies never;
    }
  }

  #onTrade(message: AlpacaMessage, receiveTimeUs: UnixUs): void {
    const instrument = this.#instrument(message);
    if (instrument === null) return;
    const trade = tradeOf(message, instrument.symbol, receiveTimeUs);
    if (trade === null) return this.#port.malformed(`A trade of ${instrument.symbol} is not as documented.`);
    this.#port.trade(trade);
  }

  /** A change of a book that could not be read makes the rest of it wrong. */
  #onBook(message: AlpacaMessage, receiveTimeUs: UnixUs): void {
    const instrument = this.#instrument(message);
    if (instrument === null) return;
    const { symbol } = instrument;
    const book = bookOf(message, instrument, receiveTimeUs);
    if (book === null) {
      this.#needsBook.add(symbol);
      return this.#port.fault({
        kind: 'malformed',
        symbol,
        detail: 'Alpaca sent levels of a book that are none.',
      });
    }
    if (book.snapshot) this.#needsBook.delete(symbol);
    if (!this.#needsBook.has(symbol)) this.#port.event(book);
  }

  /** AL12. */
  #onStatus(message: AlpacaMessage): void {
    const instrument = this.#instrument(message);
    if (instrument === null) return;
    const { symbol } = instrument;
    if (timeUs(message.t) !== timeUs(message.t) || typeof message.sc !== 'string')
      return this.#port.malformed(`A status of ${symbol} is not as documented.`);
    if (RESUME_CODES.has(message.sc)) {
      if (this.#halted.delete(symbol)) this.#port.live(symbol);
      return undefined;
    }
    if (!HALT_CODES.has(message.sc)) return undefined;
    // A halt is no calm market.
    this.#halted.add(symbol);
    const reason = [text(message.sm), text(message.rm)].filter((part) => part !== '').join(', ');
    return this.#port.refused(symbol, 'trading', `${reason === '' ? message.sc : reason}.`);
  }

  #event(
    message: AlpacaMessage,
    map: (instrument: VenueInstrument) => ReturnType<typeof quoteOf> | ReturnType<typeof statisticsOf>,
  ): void {
    const instrument = this.#instrument(message);
    if (instrument === null) return;
    const event = map(instrument);
    if (event === null)
      this.#port.malformed(`A message ${text(message.T)} of ${instrument.symbol} is not as documented.`);
    else this.#port.event(event);
  }

  #instrument(message: AlpacaMessage): VenueInstrument | null {
    const { S: symbol, T: type } = message;
    if (typeof symbol !== 'string') {
      this.#port.malformed(`A message ${text(type)} names no symbol.`);
      return null;
    }
    if (this.#leaving.has(symbol)) return null;
    const instrument = this.#port.instrument(symbol);
    if (instrument === null) this.#port.unexpected(`${text(type)} of ${symbol.slice(0, 40)}`);
    return instrument;
  }

  #encoded(messages: readonly object[]): RawFrame[] {
    return messages.map((message) => encode(message, this.#codec));
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 60) : '';
}
