/** Levels a side: 10, 25, 100, 500 and 1000 are taken. 25 is what a ladder shows; a checksum is over the best 10 whatever it is. */
export const BOOK_DEPTH = 25;
/** Not documented; a frame of this many names is below 1 KB. */
const SYMBOLS_PER_FRAME = 50;

/** What we ask for. `bbo`: "on a change in the best-bid-offer price levels"; without it a ticker comes with trades only. */
const CHANNELS = {
  ticker: { event_trigger: 'bbo', snapshot: true },
  trade: { snapshot: true },
  book: { depth: BOOK_DEPTH, snapshot: true },
} as const;
export type KrakenChannel = keyof typeof CHANNELS;
const CHANNEL_NAMES = Object.keys(CHANNELS) as KrakenChannel[];

export interface KrakenRequest {
  readonly method: 'subscribe' | 'unsubscribe';
  readonly channel: KrakenChannel;
  readonly symbols: readonly string[];
}

/** Requests that are remembered until they were answered; an answer to an older one still names its symbol itself. */
const REQUESTS_MAX = 200;

/**
 * Makes the frames that ask, and knows of an answer what it answers. KR6: each symbol of a request is answered by itself, and a refusal
 * need not say of which channel.
 */
export class KrakenRequests {
  readonly #requests = new Map<string, KrakenRequest>();
  #lastId = 0;

  subscribe(symbols: readonly string[]): string[] {
    return CHANNEL_NAMES.flatMap((channel) => this.#frames('subscribe', channel, symbols));
  }

  unsubscribe(symbols: readonly string[]): string[] {
    return CHANNEL_NAMES.flatMap((channel) => this.#frames('unsubscribe', channel, symbols));
  }

  /** KR4: a book is had anew by giving its subscription up and asking again. */
  resync(symbol: string): string[] {
    return [...this.#frames('unsubscribe', 'book', [symbol]), ...this.#frames('subscribe', 'book', [symbol])];
  }

  ping(): string {
    return JSON.stringify({ method: 'ping', req_id: this.#nextId() });
  }

  /** The request that an answer is to; undefined when it is none of the latest. */
  of(id: unknown): KrakenRequest | undefined {
    return typeof id === 'string' ? this.#requests.get(id) : undefined;
  }

  #frames(method: KrakenRequest['method'], channel: KrakenChannel, symbols: readonly string[]): string[] {
    const frames: string[] = [];
    for (let at = 0; at < symbols.length; at += SYMBOLS_PER_FRAME) {
      const batch = symbols.slice(at, at + SYMBOLS_PER_FRAME);
      const id = this.#nextId();
      this.#requests.set(String(id), { method, channel, symbols: batch });
      if (this.#requests.size > REQUESTS_MAX) this.#requests.delete(this.#requests.keys().next().value!);
      const depth = channel === 'book' ? { depth: BOOK_DEPTH } : {};
      const options = method === 'subscribe' ? CHANNELS[channel] : depth;
      frames.push(JSON.stringify({ method, params: { channel, symbol: batch, ...options }, req_id: id }));
    }
    return frames;
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}
