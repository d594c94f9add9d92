import { asOf, type AsOf, type ClientMessage, type ThrottledMessage, type TunedMessage } from '#protocol';
import type { ClientClock } from './client-clock.ts';
import { NO_LIMITS, sameLimits, type ConnectionLimits } from './connection-limits.ts';
import type { ConnectionReport } from './connection-report.ts';
import type { Subscriptions } from './subscriptions.ts';
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
    const lowestHz = Math.min(this.#granted.maxRateHz, this.#asked.maxRateHz);
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
    if (!sameLimits(this.#asked, NO_LIMITS)) this.#tell();
  }

  onGone(): void {
    this.#notice.restart();
  }

  /** The answer to a `subscribe` or `tune` of one subscription. */
  onRate(subscription: number, maxRateHz: number): void {
    const open = this.#subscriptions.get(subscription);
    if (open === undefined || open.grantedRateHz === maxRateHz) return;
    open.grantedRateHz = maxRateHz;
    this.#onChange();
  }

  onTuned(message: TunedMessage): void {
    if (message.subscription !== undefined) return this.onRate(message.subscription, message.maxRateHz);
    const { maxRateHz, maxBitsPerSecond } = message;
    this.#granted = { maxRateHz, maxBitsPerSecond };
    this.#onChange();
  }

  onThrottled(message: ThrottledMessage): void {
    this.#notice.onThrottled(message);
  }

  #tell(): void {
    // Both values each time: a later one that overtakes an unsent one then says all that counts.
    this.#push({ type: 'tune', ...this.#asked });
  }
}
