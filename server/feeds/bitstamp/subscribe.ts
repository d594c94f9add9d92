/**
 * BS12 One message a channel: {"event": "bts:subscribe", "data": {"channel": "[channel_name]"}}. The answer names the channel; one that is
 *      subscribed already is answered again.
 * BS13 `bts:error` names no channel ("Bad subscription string."). Answers come in the order of the messages, so it is the oldest one
 *      that waits.
 * https://www.bitstamp.net/websocket/v2/
 */

/** What we use of a pair: BS7 says why the top of the book. */
const KINDS = ['live_trades', 'order_book'] as const;

/** What was asked of the venue on one connection. Sends nothing. Invariant: a channel is active or waits for its answer, never both. */
export class Subscriptions {
  /** In the order in which they were asked for. */
  #waiting = new Set<string>();
  /** Unsubscribed, without an answer so far. */
  readonly #leaving = new Set<string>();

  subscribe(symbols: readonly string[]): string[] {
    return symbols.flatMap((symbol) => KINDS.map((kind) => this.#ask(`${kind}_${symbol}`)));
  }

  unsubscribe(symbols: readonly string[]): string[] {
    return symbols.flatMap((symbol) =>
      KINDS.map((kind) => {
        const channel = `${kind}_${symbol}`;
        this.#waiting.delete(channel);
        this.#leaving.add(channel);
        return JSON.stringify({ event: 'bts:unsubscribe', data: { channel } });
      }),
    );
  }

  /** Once more for what was not answered. */
  again(symbol: string): string[] {
    return KINDS.map((kind) => `${kind}_${symbol}`)
      .filter((channel) => this.#waiting.has(channel))
      .map((channel) => this.#ask(channel));
  }

  /** Whether all that was asked for of a pair is active. */
  isWhole(symbol: string): boolean {
    return !KINDS.some((kind) => this.#waiting.has(`${kind}_${symbol}`));
  }

  onSubscribed(channel: string): void {
    this.#waiting.delete(channel);
  }

  onUnsubscribed(channel: string): void {
    this.#leaving.delete(channel);
  }

  /** Whether a frame of this channel may still be on the way. */
  isLeaving(channel: string): boolean {
    return this.#leaving.has(channel);
  }

  /** BS13. The channel that was meant; null when none waits. */
  onError(): string | null {
    for (const channel of this.#waiting) {
      this.#waiting.delete(channel);
      return channel;
    }
    return null;
  }

  #ask(channel: string): string {
    this.#leaving.delete(channel);
    this.#waiting.delete(channel);
    this.#waiting.add(channel);
    return JSON.stringify({ event: 'bts:subscribe', data: { channel } });
  }
}
