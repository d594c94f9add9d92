import type { InstrumentDefinition, InstrumentId } from '#protocol';
import { instrumentId } from '#protocol';
import type { Cancel } from '../engine/ports.ts';
import type { Subscription } from '../engine/subscriber.ts';
import type { Demand } from '../feeds/demand.ts';

/** Turns the subscriptions of viewers into demand for instruments, also for those that become known later. */
export class WatchDemand {
  readonly #demand: Demand;
  readonly #open = new Map<Subscription, Cancel[]>();

  constructor(demand: Demand) {
    this.#demand = demand;
  }

  opened(subscription: Subscription): void {
    if (this.#open.has(subscription)) return;
    this.#open.set(subscription, [this.#demand.hold(subscription.matching.map(instrumentId))]);
  }

  closed(subscription: Subscription): void {
    for (const cancel of this.#open.get(subscription) ?? []) cancel();
    this.#open.delete(subscription);
  }

  /** An instrument that was not known before. */
  defined(id: InstrumentId, definition: InstrumentDefinition): void {
    for (const [subscription, holds] of this.#open) {
      if (subscription.selectors.matches(definition)) holds.push(this.#demand.hold([id]));
    }
  }
}
