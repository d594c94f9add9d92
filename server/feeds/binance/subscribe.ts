/**
 * What we ask for, a symbol. `aggTrade` rather than `trade`: the fills of one order at one price in one frame, the same volume in fewer
 * frames, and REST has them by id on the host that serves market data only. 24 h numbers come once a second.
 */
export const STREAMS = ['aggTrade', 'bookTicker', 'ticker', 'depth@100ms'] as const;
/** BN6. */
const STREAMS_PER_CONNECTION = 1_024;
export const SYMBOLS_PER_CONNECTION = Math.floor(STREAMS_PER_CONNECTION / STREAMS.length);
/** Not documented; a frame of this many names is below 3 KB. */
const SYMBOLS_PER_FRAME = 25;
/** Requests that are remembered until they were answered. */
const REQUESTS_MAX = 200;

export interface BinanceRequest {
  readonly method: 'SUBSCRIBE' | 'UNSUBSCRIBE';
  readonly symbols: readonly string[];
}

/**
 * Makes the frames that ask, and knows of an answer what it answers.
 *
 * BN5 `{"method":"SUBSCRIBE","params":[...],"id":1}` is answered with `{"result":null,"id":1}`, whether or not the symbols exist.
 * BN6 "limit of 5 incoming messages per second", pings, pongs and requests alike; "a maximum of 1024 streams"; "300 connections per
 *     attempt every 5 minutes per IP".
 * BN7 "All symbols for streams are lowercase"; they may hold characters beyond ASCII.
 */
export class BinanceRequests {
  readonly #requests = new Map<number, BinanceRequest>();
  #lastId = 0;

  subscribe(symbols: readonly string[]): string[] {
    return this.#frames('SUBSCRIBE', symbols);
  }

  unsubscribe(symbols: readonly string[]): string[] {
    return this.#frames('UNSUBSCRIBE', symbols);
  }

  /** The request that an answer is to; undefined when it is none of the latest. Answered once. */
  take(id: unknown): BinanceRequest | undefined {
    if (typeof id !== 'number') return undefined;
    const request = this.#requests.get(id);
    this.#requests.delete(id);
    return request;
  }

  #frames(method: BinanceRequest['method'], symbols: readonly string[]): string[] {
    const frames: string[] = [];
    for (let at = 0; at < symbols.length; at += SYMBOLS_PER_FRAME) {
      const batch = symbols.slice(at, at + SYMBOLS_PER_FRAME);
      this.#lastId += 1;
      this.#requests.set(this.#lastId, { method, symbols: batch });
      if (this.#requests.size > REQUESTS_MAX) this.#requests.delete(this.#requests.keys().next().value!);
      const params = batch.flatMap((symbol) => STREAMS.map((stream) => `${symbol.toLowerCase()}@${stream}`));
      frames.push(JSON.stringify({ method, params, id: this.#lastId }));
    }
    return frames;
  }
}
