import { asOf, grantRateHz, type AsOf, type Channel, type InstrumentId } from '#protocol';
import type { Lane, LaneMember, LanePeer, Served } from './lane.ts';
import type { SelectorSet } from './selector.ts';

/** One open subscription of a peer. */
export interface Subscription {
  readonly number: number;
  readonly channel: Channel;
  readonly selectors: SelectorSet;
  rateHz: number;
  /** Ids below `knownTo` that the selectors match, ascending. A name never changes, so that only new ids need a look. */
  readonly matching: number[];
  knownTo: number;
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
  /** Generation that the peer was told of last; -1 = none. */
  generation = -1;
  readonly served: Served;

  /** @param current no frame to this peer will carry a version below this one */
  constructor(peer: HubPeer, current: AsOf) {
    this.peer = peer;
    this.served = { asOf: current };
  }

  /** Nothing was sent yet in this epoch. */
  restart(): void {
    this.served.asOf = asOf(0);
  }

  tellInstruments(generation: number, ids: readonly InstrumentId[]): void {
    this.generation = generation;
    this.peer.tellInstruments(generation, ids);
  }

  /** Instruments that the peer is served in a channel now. */
  covered(channel: Channel): Set<number> {
    return new Set((this.placements.get(channel) ?? []).flatMap((placement) => placement.ids));
  }

  /**
   * Which instruments of a channel belong to which rate: an instrument of several subscriptions goes to the fastest, so that it
   * is delivered once.
   */
  plan(channel: Channel): Map<number, number[]> {
    const rateOf = new Map<number, number>();
    for (const subscription of this.subscriptions.values()) {
      if (subscription.channel !== channel) continue;
      for (const id of subscription.matching) {
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
  return { number, channel, selectors, rateHz: grantRateHz(maxRateHz), matching: [], knownTo: 0 };
}
