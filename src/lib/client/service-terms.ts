import { asOf, type AsOf, type ClientMessage, type ThrottledMessage, type TunedMessage } from '#protocol';
import type { ClientClock } from './client-clock.ts';
import { NO_LIMITS, sameLimits, type ConnectionLimits } from './connection-limits.ts';
import type { ConnectionReport } from './connection-report.ts';
import { FIRST_VALUES_MS, type Subscriptions } from './subscriptions.ts';
import { ThrottleNotice } from './throttle-notice.ts';

/**
 * How fast this connection is to be served: what the owner asks for as a whole, what the server granted, and whether it serves slower
 * for now. Paces nothing itself. Invariant: on each connection the server is told what is asked before it is told a subscription.
 */
export class ServiceTerms {
  readonly #subscriptions: Subscriptions;
  readonly #push: (message: ClientMessage) => void;
  readonly #onChange: () => void;
  readonly #notice: ThrottleNotice;
  #asked = NO_LIMITS;
  #granted = NO_LIMITS;
  /** The ceiling before it was lifted, Hz, and when that was heard, us: for a while what it held back may still be under way. */
  #slowerHz = Number.POSITIVE_INFINITY;
  #liftedAtUs = Number.NEGATIVE_INFINITY;

  /** @param push nothing happens with a message while there is no connection */
  constructor(
    subscriptions: Subscriptions,
    clock: ClientClock,
    push: (message: ClientMessage) => void,
    onChange: () => void,
  ) {
    this.#subscriptions = subscriptions;
    this.#push = push;
    this.#onChange = onChange;
    this.#notice = new ThrottleNotice(clock, onChange);
  }

  get report(): Pick<ConnectionReport, 'throttled' | 'granted'> {
    const { maxRateHz, maxBitsPerSecond } = this.#granted;
    const quoteRateHz = Math.min(maxRateHz, this.#subscriptions.quoteRateHz);
    return { throttled: this.#notice.sentence, granted: { maxRateHz: quoteRateHz, maxBitsPerSecond } };
  }

  /** Holds until changed, on later connections too. */
  ask(limits: ConnectionLimits): void {
    if (sameLimits(limits, this.#asked)) return;
    this.#asked = limits;
    this.#tell();
  }

  /**
   * What to resume from. A connection with a ceiling held values back for up to its period, and the server cannot know that of one that is
   * gone.
   */
  resumeOf(held: { epoch: string; asOf: number }): { epoch: string; asOf: AsOf } {
    const lowestHz = Math.min(this.#granted.maxRateHz, this.#asked.maxRateHz, this.#slowerHz);
    const heldBack = lowestHz >= NO_LIMITS.maxRateHz ? 0 : Math.ceil(1000 / lowestHz);
    // What comes begins at that version: nothing of it is out of order.
    held.asOf = Math.max(0, held.asOf - heldBack);
    return { epoch: held.epoch, asOf: asOf(held.asOf) };
  }

  /** Whether the server sends this connection no more than a cap allows. */
  get isCapped(): boolean {
    return this.#granted.maxBitsPerSecond > 0;
  }

  /** A new connection is without limits. */
  onWelcome(): void {
    this.#granted = NO_LIMITS;
    this.#slowerHz = Number.POSITIVE_INFINITY;
    this.#liftedAtUs = Number.NEGATIVE_INFINITY;
    if (!sameLimits(this.#asked, NO_LIMITS)) this.#tell();
  }

  /** @param heardUs when something was last heard on the connection that is gone */
  onGone(heardUs: number): void {
    if (!this.#isBehind(heardUs)) this.#slowerHz = Number.POSITIVE_INFINITY;
    this.#notice.restart();
  }

  /** The answer to a `subscribe` or `tune` of one subscription. */
  onRate(subscription: number, maxRateHz: number, heardUs: number): void {
    const open = this.#subscriptions.get(subscription);
    if (open === undefined || open.grantedRateHz === maxRateHz) return;
    this.#subscriptions.onRate(open, maxRateHz, heardUs);
    this.#onChange();
  }

  onTuned(message: TunedMessage, heardUs: number): void {
    if (message.subscription !== undefined) {
      return this.onRate(message.subscription, message.maxRateHz, heardUs);
    }
    const { maxRateHz, maxBitsPerSecond } = message;
    if (maxRateHz > this.#granted.maxRateHz) {
      this.#slowerHz = Math.min(
        this.#isBehind(heardUs) ? this.#slowerHz : Number.POSITIVE_INFINITY,
        this.#granted.maxRateHz,
      );
      this.#liftedAtUs = heardUs;
    }
    this.#granted = { maxRateHz, maxBitsPerSecond };
    this.#onChange();
  }

  onThrottled(message: ThrottledMessage): void {
    this.#notice.onThrottled(message);
  }

  #isBehind(heardUs: number): boolean {
    return heardUs - this.#liftedAtUs < FIRST_VALUES_MS * 1000;
  }

  #tell(): void {
    // Both values each time: a later one that overtakes an unsent one then says all that counts.
    this.#push({ type: 'tune', ...this.#asked });
  }
}
