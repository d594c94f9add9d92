import type { BookCommit } from '../client/worker-api.ts';
import type { BookListener } from './market.ts';
import { STREAM_RATE_HZ, type MarketStream, type StreamContext } from './market-stream.ts';

/** The book of one instrument for one panel: the newest one wins, and a new epoch empties it. */
export class BookFeed implements MarketStream {
  readonly key: string;
  readonly #listener: BookListener;
  readonly #unsubscribe: () => void;

  /** @param known the book as another panel of the same instrument has it: the server sends it only once */
  constructor(key: string, listener: BookListener, context: StreamContext, known: BookCommit | undefined) {
    this.key = key;
    this.#listener = listener;
    this.#unsubscribe = context.link.share('book', key, STREAM_RATE_HZ);
    if (known !== undefined) listener.onBook(known.bids, known.asks);
  }

  close(): void {
    this.#unsubscribe();
  }

  onConnected(): void {
    // The book is sent again, or stands.
  }

  onVoid(): void {
    this.#listener.onBook([], []);
  }

  onBook({ bids, asks }: BookCommit): void {
    this.#listener.onBook(bids, asks);
  }

  advance(): void {
    // Nothing is asked for: the first book comes with the subscription.
  }

  onSecond(): void {
    // Nothing can fail here.
  }
}
