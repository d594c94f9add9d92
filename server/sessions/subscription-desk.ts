import {
  LIMITS,
  type ErrorName,
  type HelloMessage,
  type SubscribeMessage,
  type TuneMessage,
  type UnsubscribeMessage,
} from '#protocol';
import { entitledEpoch } from '../access/entitled-epoch.ts';
import { SelectorSet } from '../engine/selector.ts';
import { newSubscription, type Subscription } from '../engine/subscriber.ts';
import type { Outlet } from './outlet.ts';
import type { Seat } from './seat.ts';
import type { Terms } from './terms.ts';

/** A rate class's period, and a second of slack: what a viewer of this rate may not have been sent yet at its `asOf`. */
const resumeMarginMs = (rateHz: number): number => Math.ceil(1000 / rateHz) + 1_000;

export interface SubscriptionDeskParts {
  readonly seat: Seat;
  readonly outlet: Outlet;
  readonly terms: Terms;
  readonly refuse: (error: ErrorName, type: string, subscription: number) => void;
}

/** Opens, tunes and closes the subscriptions of one peer. Whatever they ask for, they match only what it may see. */
export class SubscriptionDesk {
  readonly #parts: SubscriptionDeskParts;
  /** What the viewer holds from an earlier connection, and of which epoch: it is void when another one begins. */
  resume: HelloMessage['resume'];

  constructor(parts: SubscriptionDeskParts) {
    this.#parts = parts;
  }

  subscribe(message: SubscribeMessage): void {
    const { seat, outlet, terms, refuse } = this.#parts;
    const { timeline, subscriptions } = seat;
    const { subscription: number } = message;
    if (subscriptions.has(number)) return refuse('duplicateSubscription', 'subscribe', number);
    if (subscriptions.size >= LIMITS.subscriptionsMax)
      return refuse('tooManySubscriptions', 'subscribe', number);
    const selectors = SelectorSet.parse(message.selectors);
    if (selectors === null) return refuse('badSelector', 'subscribe', number);
    selectors.restrict(outlet.entitlement);
    const maxRateHz = message.maxRateHz ?? LIMITS.rateHzDefault;
    const subscription = newSubscription(number, message.channel, selectors, maxRateHz);
    const epoch = entitledEpoch(timeline.epoch, outlet.entitlement);
    const resume = message.resume === true && this.resume?.epoch === epoch ? this.resume : null;
    timeline.subscribe(
      outlet,
      subscription,
      resume === null
        ? null
        : Math.max(0, resume.asOf - resumeMarginMs(Math.min(subscription.rateHz, terms.ceilingHz))),
    );
    terms.onRates();
  }

  unsubscribe({ subscription: number }: UnsubscribeMessage): void {
    const { seat, outlet, terms } = this.#parts;
    this.#with('unsubscribe', number, (subscription) => {
      seat.timeline.unsubscribe(outlet, subscription);
      terms.onRates();
      outlet.tell({ type: 'unsubscribed', subscription: number });
    });
  }

  tune(message: TuneMessage): void {
    const { seat, outlet, terms } = this.#parts;
    if (message.subscription === undefined) return outlet.tell(terms.tune(message));
    const { subscription: number, maxRateHz } = message;
    this.#with('tune', number, (subscription) => {
      seat.timeline.tune(outlet, subscription, maxRateHz);
      terms.onRates();
      outlet.tell({ type: 'tuned', subscription: number, maxRateHz: subscription.rateHz });
    });
  }

  #with(type: string, number: number, run: (subscription: Subscription) => void): void {
    const subscription = this.#parts.seat.subscriptions.get(number);
    if (subscription === undefined) this.#parts.refuse('unknownSubscription', type, number);
    else run(subscription);
  }
}
