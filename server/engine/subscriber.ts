import { grantRateHz, type Channel, type InstrumentId } from '#protocol';
import type { Lane, LaneMember, LanePeer } from './lane.ts';
import type { SelectorSet } from './selector.ts';

/** One open subscription of a peer. */
export interface Subscription {
  readonly number: number;
  readonly channel: Channel;
  readonly selectors: SelectorSet;
  rateHz: number;
}

/** The far end as the hub sees it: lane frames plus the control messages that must precede them. */
export interface HubPeer extends LanePeer {
  /** Sends entries of the dictionary, at once and before any frame of that generation. */
  tellInstruments(generation: number, ids: readonly InstrumentId[]): void;
}

/** A peer's place in one lane: which instruments it is served there. */
export interface Placement {
  readonly lane: Lane;
  readonly rateHz: number;
  readonly ids: readonly number[];
  readonly member: LaneMember;
}

/** What the hub keeps of one peer: its subscriptions, where each instrument is served, and what of the dictionary it has. */
export class Subscriber {
  readonly peer: HubPeer;
  readonly subscriptions = new Map<number, Subscription>();
  readonly placements = new Map<Channel, Placement[]>();
  /** Instruments whose dictionary entries the peer has been sent. */
  readonly told = new Set<number>();

  constructor(peer: HubPeer) {
    this.peer = peer;
  }

  /** Instruments that the peer is served in a channel now. */
  covered(channel: Channel): Set<number> {
    return new Set((this.placements.get(channel) ?? []).flatMap((placement) => placement.ids));
  }

  /**
   * Which instruments of a channel belong to which rate: an instrument of several subscriptions goes to the fastest, so that it
   * is delivered once.
   * @param matching ids that a subscription's selectors match, ascending
   */
  plan(channel: Channel, matching: (subscription: Subscription) => readonly number[]): Map<number, number[]> {
    const rateOf = new Map<number, number>();
    for (const subscription of this.subscriptions.values()) {
      if (subscription.channel !== channel) continue;
      for (const id of matching(subscription)) {
        if ((rateOf.get(id) ?? 0) < subscription.rateHz) rateOf.set(id, subscription.rateHz);
      }
    }
    const plan = new Map<number, number[]>();
    for (const [id, rateHz] of [...rateOf].sort(([a], [b]) => a - b)) {
      const ids = plan.get(rateHz);
      if (ids === undefined) plan.set(rateHz, [id]);
      else ids.push(id);
    }
    return plan;
  }
}

export function newSubscription(
  number: number,
  channel: Channel,
  selectors: SelectorSet,
  maxRateHz: number,
): Subscription {
  return { number, channel, selectors, rateHz: grantRateHz(maxRateHz) };
}
