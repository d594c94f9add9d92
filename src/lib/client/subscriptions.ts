import type { Channel, ClientMessage, ErrorMessage, SubscribedMessage } from '#protocol';

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
  /** As told with the last answer on this connection, Hz. */
  grantedRateHz: number;
  /** The slower rate that it was served at before it was tuned faster, Hz, and when that was heard, us. */
  slowerRateHz: number;
  fasterAtUs: number;
  /** How fast what is held was served when the last connection was lost, Hz: a faster resume would leave out what was still waiting. */
  heldRateHz: number;
  /** Whether all its values were here when the last connection was lost. */
  isHeld: boolean;
}

/** Time for values that the server sends at once to be heard after its answer, ms. */
export const FIRST_VALUES_MS = 1_000;

/**
 * What asks for a subscription. One that is wanted faster than what is held of it was served resumes at that rate and is tuned after: the
 * server counts back by the period of the rate that it is asked for [RS11].
 * @param resume its values are here: only what is newer is wanted
 */
export function subscribeMessages(subscription: OpenSubscription, resume: boolean): ClientMessage[] {
  const { number, request, maxRateHz, heldRateHz } = subscription;
  const isFaster = resume && maxRateHz !== undefined && maxRateHz > heldRateHz;
  const rateHz = isFaster ? heldRateHz : maxRateHz;
  const subscribe: ClientMessage = {
    type: 'subscribe',
    subscription: number,
    channel: request.channel,
    selectors: [...request.selectors],
    ...(rateHz === undefined ? {} : { maxRateHz: rateHz }),
    ...(resume ? { resume } : {}),
  };
  return isFaster ? [subscribe, { type: 'tune', subscription: number, maxRateHz }] : [subscribe];
}

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
      grantedRateHz: 0,
      slowerRateHz: Number.POSITIVE_INFINITY,
      fasterAtUs: Number.NEGATIVE_INFINITY,
      heldRateHz: Number.POSITIVE_INFINITY,
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

  /**
   * Those whose values are here first: a resume sends what is newer, and a later one that overlaps them is sent no value twice. Among
   * them quotes first: they bring the most of the dictionary along.
   */
  all(): OpenSubscription[] {
    const rank = ({ isHeld, request }: OpenSubscription): number =>
      (isHeld ? 0 : 2) + (request.channel === 'quote' ? 0 : 1);
    return [...this.#open.values()].sort((one, other) => rank(one) - rank(other));
  }

  /** The answer to a `subscribe` or `tune`. */
  onRate(subscription: OpenSubscription, rateHz: number, heardUs: number): void {
    const { grantedRateHz } = subscription;
    if (grantedRateHz > 0 && rateHz > grantedRateHz) {
      const isBehind = heardUs - subscription.fasterAtUs < FIRST_VALUES_MS * 1000;
      subscription.slowerRateHz = isBehind
        ? Math.min(subscription.slowerRateHz, grantedRateHz)
        : grantedRateHz;
      subscription.fasterAtUs = heardUs;
    }
    subscription.grantedRateHz = rateHz;
  }

  /** Whether the server took one on this connection. */
  get isServed(): boolean {
    for (const { grantedAtUs } of this.#open.values()) if (!Number.isNaN(grantedAtUs)) return true;
    return false;
  }

  /** The fastest granted rate of quotes, Hz; 0 while none is granted. */
  get quoteRateHz(): number {
    const quotes = [...this.#open.values()].filter(({ request }) => request.channel === 'quote');
    return Math.max(0, ...quotes.map(({ grantedRateHz }) => grantedRateHz));
  }

  /**
   * Notes, when a connection is lost, whose values are all here: a resume may leave those out.
   * @param isCapped under a bandwidth cap values come in portions, and nothing says of each subscription when the last was there
   */
  onLost(heardUs: number, isCapped: boolean): void {
    for (const subscription of this.#open.values()) {
      // One that was held and not yet asked for anew stays held.
      if (!Number.isNaN(subscription.grantedAtUs)) {
        subscription.isHeld = !isCapped && heardUs - subscription.grantedAtUs >= FIRST_VALUES_MS * 1000;
        const isBehind = heardUs - subscription.fasterAtUs < FIRST_VALUES_MS * 1000;
        subscription.heldRateHz = isBehind
          ? Math.min(subscription.slowerRateHz, subscription.grantedRateHz)
          : subscription.grantedRateHz;
      } else if (subscription.isAsked) subscription.isHeld = false;
      subscription.isAsked = false;
      subscription.grantedAtUs = Number.NaN;
      subscription.grantedRateHz = 0;
      subscription.fasterAtUs = Number.NEGATIVE_INFINITY;
    }
  }
}
