import type { Channel, ErrorMessage, SubscribedMessage } from '#protocol';

export interface SubscriptionRequest {
  channel: Channel;
  selectors: readonly string[];
  /** Absent = the server's default. */
  maxRateHz?: number;
  /** The server took it; called again after each reconnect. */
  onGranted?: (answer: SubscribedMessage) => void;
  /** The server refused it; it is not asked for again. */
  onRefused?: (error: ErrorMessage) => void;
}

export interface OpenSubscription {
  readonly number: number;
  readonly request: SubscriptionRequest;
  maxRateHz: number | undefined;
  /** Whether it was sent on this connection. */
  isAsked: boolean;
  /** When the server answered on this connection, us; NaN while it did not. */
  grantedAtUs: number;
  /** Whether all its values were here when the last connection was lost. */
  isHeld: boolean;
}

/** Time for the first values of a subscription to be sent and heard after `subscribed`, ms. */
const FIRST_VALUES_MS = 1_000;

/** What the client wants, whether it is connected or not. Sends nothing itself. */
export class Subscriptions {
  readonly #open = new Map<number, OpenSubscription>();
  #next = 1;

  open(request: SubscriptionRequest): OpenSubscription {
    const subscription: OpenSubscription = {
      number: this.#next,
      request,
      maxRateHz: request.maxRateHz,
      isAsked: false,
      grantedAtUs: Number.NaN,
      isHeld: false,
    };
    this.#next += 1;
    this.#open.set(subscription.number, subscription);
    return subscription;
  }

  /** False when it was not open. */
  close(number: number): boolean {
    return this.#open.delete(number);
  }

  get(number: number): OpenSubscription | undefined {
    return this.#open.get(number);
  }

  /** Quotes first: they bring the most of the dictionary along. */
  all(): OpenSubscription[] {
    const isQuote = ({ request }: OpenSubscription): boolean => request.channel === 'quote';
    const all = [...this.#open.values()];
    return [...all.filter(isQuote), ...all.filter((open) => !isQuote(open))];
  }

  /** Notes, when a connection is lost, whose values are all here: a resume may leave those out. */
  onLost(heardUs: number): void {
    for (const subscription of this.#open.values()) {
      // One that was held and not yet asked for anew stays held.
      if (!Number.isNaN(subscription.grantedAtUs)) {
        subscription.isHeld = heardUs - subscription.grantedAtUs >= FIRST_VALUES_MS * 1000;
      } else if (subscription.isAsked) subscription.isHeld = false;
      subscription.isAsked = false;
      subscription.grantedAtUs = Number.NaN;
    }
  }
}
