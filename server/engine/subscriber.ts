import { LIMITS, asOf, grantRateHz, type AsOf, type Channel, type InstrumentId } from '#protocol';
import { InstrumentSet } from './instrument-set.ts';
import type { LaneMember } from './lane-member.ts';
import type { ReadyFrame } from './ready-frame.ts';
import type { PeerReport } from './reports.ts';
import type { SelectorSet } from './selector.ts';
import type { Watchlist } from './watchlist.ts';
import { StalenessHistogram } from './staleness.ts';

/** One open subscription of a peer. */
export interface Subscription {
  readonly number: number;
  readonly channel: Channel;
  readonly selectors: SelectorSet;
  /** The granted rate, which the connection's ceiling may keep down. */
  rateHz: number;
  /** Ids below `knownTo` that the selectors match, ascending. A name never changes, so that only new ids need a look. */
  matching: readonly number[];
  knownTo: number;
}

/** The far end as the hub sees it: one connection. */
export interface HubPeer {
  /** Bytes of control messages that it was sent. */
  readonly controlBytes: number;
  /**
   * Bytes that a frame at this rate may take now. 0 = none: unsent bytes wait, or the bandwidth is used up; what comes meanwhile
   * conflates. Infinite without a bandwidth cap.
   */
  room(rateHz: number): number;
  /** The same without regard to an even flow: what a frame may take that cannot be made smaller. */
  roomAtMost(): number;
  sendData(frame: ReadyFrame): void;
  /** Trades, or changes of the raw channel, that it will never be sent. */
  tellLost(channel: Channel, instrument: InstrumentId, fromSeq: number, toSeq: number): void;
  /**
   * Sends dictionary entries, at once and before any frame of that generation.
   * @param references instruments of which the peer has the entry and lacks the newest references
   */
  tellInstruments(
    generation: number,
    ids: readonly InstrumentId[],
    references: readonly InstrumentId[],
  ): void;
}

/** Channels whose values were not all sent yet when a subscription was opened; a snapshot frame ends that. */
interface BringUp {
  /** What is owed since then or before has to be sent first. */
  readonly since: number;
  readonly channel: Channel;
}

/** What the hub keeps of one peer: its subscriptions, where each instrument is served, and what of the dictionary it has. */
export class Subscriber {
  readonly peer: HubPeer;
  readonly subscriptions = new Map<number, Subscription>();
  /** Memberships by channel. */
  readonly placements = new Map<Channel, LaneMember[]>();
  /** Instruments whose dictionary entries the peer has, in their newest form. */
  readonly told = new InstrumentSet();
  /** Of those, instruments whose references it has to be told anew; with a bandwidth cap only. */
  readonly stale = new InstrumentSet();
  /** Generation that the peer was told of last; -1 = none. */
  generation = -1;
  /** Version of the newest frame that it was sent. Never falls within an epoch. */
  asOf: AsOf;
  /** Ceiling over the rates of all subscriptions, Hz. */
  ceilingHz: number = LIMITS.rateHzMax;
  /** With a bandwidth cap, entries of the dictionary are told when they are needed, and values in portions. */
  isCapped = false;
  /** Set while entries of the dictionary may have to be told before the next frame. */
  lacksEntries = false;
  bringUps: BringUp[] = [];

  frames = 0;
  bytes = 0;
  updates = 0;
  ticksSkipped = 0;
  updatesConflated = 0;
  tradesLost = 0;
  /** Of frames that came after their tick, and of memberships that ended; null = none. */
  staleness: StalenessHistogram | null = null;
  #late: Set<LaneMember> | null = null;

  /** @param current no frame to this peer will carry a version below this one */
  constructor(peer: HubPeer, current: AsOf) {
    this.peer = peer;
    this.asOf = current;
  }

  send(frame: ReadyFrame): void {
    this.frames += 1;
    this.bytes += frame.bytes.length;
    this.updates += frame.entries;
    this.peer.sendData(frame);
  }

  /** Nothing is owed: it may be sent what everybody is sent, if it can read it. */
  get isInStep(): boolean {
    return this.#late === null;
  }

  /** Whether it has the entries of these instruments in their newest form. */
  canRead(generation: number, watchlist: Watchlist, ids: Iterable<number>): boolean {
    if (this.generation !== generation) return false;
    for (const id of ids) if (watchlist.has(id) && (!this.told.has(id) || this.stale.has(id))) return false;
    return true;
  }

  fellBehind(member: LaneMember): void {
    (this.#late ??= new Set()).add(member);
  }

  caughtUp(member: LaneMember): void {
    this.#late?.delete(member);
    if (this.#late?.size === 0) this.#late = null;
  }

  /** Nothing was sent yet in this epoch. */
  restart(): void {
    this.asOf = asOf(0);
    this.bringUps = [];
  }

  /** The rate at which a subscription is served. */
  rateOf({ rateHz }: Subscription): number {
    return Math.min(rateHz, this.ceilingHz);
  }

  /** The newest version that a frame may carry now: nothing older is owed in any lane, but for what its regular period holds back. */
  newestVersion(version: AsOf): AsOf {
    let newest: number = version;
    for (const members of this.placements.values()) {
      for (const member of members) newest = Math.min(newest, member.lane.floor(member));
    }
    return asOf(Math.max(this.asOf, newest));
  }

  noteStaleness(ms: number, count = 1): void {
    (this.staleness ??= new StalenessHistogram()).add(ms, count);
  }

  /** Channels that it has subscriptions of. */
  channels(): Set<Channel> {
    return new Set([...this.subscriptions.values()].map(({ channel }) => channel));
  }

  /** Instruments that the peer is served in a channel now. */
  covered(channel: Channel): Set<number> {
    return new Set((this.placements.get(channel) ?? []).flatMap(({ watchlist }) => watchlist.ids));
  }

  /**
   * Which instruments of a channel belong to which rate: an instrument of several subscriptions goes to the fastest, so that it
   * is delivered once.
   */
  plan(channel: Channel): Map<number, readonly number[]> {
    const ofChannel = [...this.subscriptions.values()].filter((one) => one.channel === channel);
    if (ofChannel.length === 1) {
      const only = ofChannel[0]!;
      return only.matching.length === 0 ? new Map() : new Map([[this.rateOf(only), only.matching]]);
    }
    const rateOf = new Map<number, number>();
    for (const subscription of ofChannel) {
      const rateHz = this.rateOf(subscription);
      for (const id of subscription.matching) {
        if ((rateOf.get(id) ?? 0) < rateHz) rateOf.set(id, rateHz);
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

/** What a viewer was sent and what it was spared so far. */
export function peerReport(subscriber: Subscriber): PeerReport {
  const staleness = new StalenessHistogram();
  if (subscriber.staleness !== null) staleness.addAll(subscriber.staleness);
  for (const members of subscriber.placements.values()) {
    for (const { lane, onTime } of members) staleness.add(1000 / lane.rateHz, onTime);
  }
  const { frames, bytes, updates, ticksSkipped, updatesConflated, tradesLost, peer } = subscriber;
  return {
    frames,
    bytes: bytes + peer.controlBytes,
    updates,
    ticksSkipped,
    updatesConflated,
    tradesLost,
    staleness: staleness.report(),
  };
}
