import type { ClientMessage } from '#protocol';
import type { ClientClock } from './client-clock.ts';

/** A dictionary that was asked for is asked for again after this, ms. */
const PATIENCE_MS = 2_000;

/** Asks for the dictionary, and not again while the answer may be on its way. */
export class DictionaryRequest {
  readonly #clock: ClientClock;
  readonly #push: (message: ClientMessage) => boolean;
  #askedUs = Number.NEGATIVE_INFINITY;

  constructor(clock: ClientClock, push: (message: ClientMessage) => boolean) {
    this.#clock = clock;
    this.#push = push;
  }

  ask(): void {
    const nowUs = this.#clock.nowUs();
    if (nowUs - this.#askedUs < PATIENCE_MS * 1000) return;
    this.#askedUs = nowUs;
    this.#push({ type: 'dictionary' });
  }

  /** The answer is here, or the connection that was asked is gone. */
  settle(): void {
    this.#askedUs = Number.NEGATIVE_INFINITY;
  }
}
