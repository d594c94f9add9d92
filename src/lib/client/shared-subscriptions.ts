import type { Channel, DictionaryEntry } from '#protocol';
import type { ClientSubscription } from './client-api.ts';
import { namesInstrument } from './selector-reach.ts';
import type { SubscriptionRequest } from './subscriptions.ts';

/** One page's wish. The object itself is its identity. */
export interface PageSubscription {
  readonly channel: Channel;
  readonly selectors: readonly string[];
  /** As the page asked. */
  maxRateHz: number;
}

interface Merged {
  readonly channel: Channel;
  readonly selectors: readonly string[];
  readonly subscription: ClientSubscription;
  readonly rates: Map<PageSubscription, number>;
  rateHz: number;
}

/**
 * What several pages want of one connection: the same channel of the same instruments is asked for once, at the fastest of their
 * rates. Holds no values. Invariant: one subscription of the client a distinct wish, closed with its last page.
 */
export class SharedSubscriptions {
  readonly #subscribe: (request: SubscriptionRequest) => ClientSubscription;
  readonly #merged = new Map<string, Merged>();

  constructor(subscribe: (request: SubscriptionRequest) => ClientSubscription) {
    this.#subscribe = subscribe;
  }

  /** Distinct wishes. */
  get size(): number {
    return this.#merged.size;
  }

  has(wish: PageSubscription): boolean {
    return this.#merged.has(keyOf(wish));
  }

  /** @param rateHz what the page can use now: less than it asked for while nobody sees it */
  open(wish: PageSubscription, rateHz: number): void {
    const key = keyOf(wish);
    const known = this.#merged.get(key);
    if (known !== undefined) {
      known.rates.set(wish, rateHz);
      return settle(known);
    }
    const { channel, selectors } = wish;
    const subscription = this.#subscribe({
      channel,
      selectors,
      maxRateHz: rateHz,
      onRefused: () => {
        if (this.#merged.get(key)?.subscription === subscription) this.#merged.delete(key);
      },
    });
    this.#merged.set(key, { channel, selectors, subscription, rates: new Map([[wish, rateHz]]), rateHz });
  }

  tune(wish: PageSubscription, rateHz: number): void {
    const merged = this.#merged.get(keyOf(wish));
    if (merged === undefined || !merged.rates.has(wish)) return;
    merged.rates.set(wish, rateHz);
    settle(merged);
  }

  close(wish: PageSubscription): void {
    const key = keyOf(wish);
    const merged = this.#merged.get(key);
    if (merged === undefined || !merged.rates.delete(wish)) return;
    if (merged.rates.size > 0) return settle(merged);
    this.#merged.delete(key);
    merged.subscription.close();
  }

  /** Whether the server keeps an instrument current here already: what is covered it does not send again. */
  covers(channel: Channel, entry: DictionaryEntry): boolean {
    for (const merged of this.#merged.values())
      if (merged.channel === channel && namesInstrument(merged.selectors, entry)) return true;
    return false;
  }
}

function keyOf({ channel, selectors }: PageSubscription): string {
  return `${channel}\n${selectors.toSorted().join('\n')}`;
}

function settle(merged: Merged): void {
  const rateHz = Math.max(...merged.rates.values());
  if (rateHz === merged.rateHz) return;
  merged.rateHz = rateHz;
  merged.subscription.tune(rateHz);
}
