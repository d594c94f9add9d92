import { asOf, grantRateHz, instrumentId, type AsOf, type Channel, type UnixUs } from '#protocol';
import { Arena } from './arena.ts';
import { BringUp } from './bring-up.ts';
import { DictionaryTeller } from './dictionary-teller.ts';
import type { Engine, EngineListener } from './engine.ts';
import type { LaneHost, LaneMember, Tick } from './lane-member.ts';
import { barMark, laneEncoder } from './lane-encoder.ts';
import { LaneTable } from './lane-table.ts';
import type { Debt } from './owed.ts';
import { OwedServer } from './owed-server.ts';
import { channelsOfNew, isPlaced } from './placing.ts';
import { FanoutMeter, type FanoutTotals } from './fanout-meter.ts';
import type { FanoutReport } from './reports.ts';
import { Subscriber, type HubPeer, type Subscription } from './subscriber.ts';
import { TickQueue } from './tick-queue.ts';

/** The hub's part of what a timeline tells an operator. */
export type HubReport = FanoutTotals &
  Pick<FanoutReport, 'snapshotEncodes' | 'snapshotHits' | 'rates' | 'arenaBytes'>;

/** Outcome of a new subscription. */
export interface Matched {
  readonly instruments: number;
  readonly unmatched: string[];
}

/**
 * Who cares about what. Holds a lane for every channel and rate that somebody uses, passes each change of the engine to the
 * lanes of its channel, and brings newcomers up to now. Driven: `due` and `proceed` are called by the timeline.
 *
 * Invariant: an instrument's dictionary entry of the current generation reaches a peer before any frame that needs it. And when a peer
 * is sent a frame of some version, what it is still owed is no older than that, but for a period of its lane (and a margin for a busy
 * process): so it can come back with that version and miss nothing.
 */
export class Hub implements EngineListener {
  readonly #engine: Engine;
  readonly #meter = new FanoutMeter();
  readonly #arena = new Arena();
  readonly #bringUp: BringUp;
  readonly #host: LaneHost;
  readonly #ticks = new TickQueue();
  readonly #lanes = new LaneTable();
  readonly #teller: DictionaryTeller;
  readonly #subscribers = new Set<Subscriber>();
  /** How many subscriptions are served at each rate. */
  readonly #rates = new Map<number, number>();
  #instrumentsChanged = false;
  #serial = 0;

  constructor(engine: Engine, timeOf: (version: AsOf) => UnixUs) {
    this.#engine = engine;
    this.#bringUp = new BringUp(engine, this.#arena, timeOf);
    const { counters, dictionary } = engine;
    this.#teller = new DictionaryTeller(dictionary);
    const parts = { arena: this.#arena, counters, dictionary, timeOf, teller: this.#teller };
    this.#host = { ...parts, owedServer: new OwedServer(parts) };
    engine.listen(this);
  }

  /* ---- changes, from the engine ---- */

  onInstrument(): void {
    this.#instrumentsChanged = true;
  }

  onUnits(): void {
    this.finish();
  }

  onQuoteChange(id: number, bits: number): void {
    this.#bringUp.cache.drop(id);
    for (const lane of this.#lanes.quote) lane.touch(id, bits);
    if (this.#lanes.raw.length === 0) return;
    const seq = this.#engine.raw.newestSeq(id);
    for (const lane of this.#lanes.raw) lane.touch(id, seq);
  }

  onTrade(id: number, seq: number): void {
    for (const lane of this.#lanes.trade) lane.touch(id, seq);
  }

  onBarChange(intervalIndex: number, id: number, startS: number): void {
    const mark = barMark(startS);
    for (const lane of this.#lanes.bar[intervalIndex]!) lane.touch(id, mark);
  }

  onBookChange(id: number): void {
    for (const lane of this.#lanes.book) lane.touch(id, 1);
  }

  /* ---- viewers ---- */

  /** @param heldAsOf version as of which the peer holds values (resume); null = it holds none */
  attach(peer: HubPeer, heldAsOf: number | null): Subscriber {
    const { current } = this.#engine.versions;
    const subscriber = new Subscriber(peer, heldAsOf === null ? current : asOf(Math.min(current, heldAsOf)));
    this.#subscribers.add(subscriber);
    return subscriber;
  }

  detach(subscriber: Subscriber): void {
    for (const subscription of subscriber.subscriptions.values()) {
      this.#countRate(subscriber.rateOf(subscription), -1);
    }
    for (const channel of [...subscriber.placements.keys()]) this.#unplace(subscriber, channel, new Map());
    this.#letGoRaw();
    this.#subscribers.delete(subscriber);
    this.#meter.retire(subscriber);
  }

  /** What a subscription's selectors match now. */
  match(subscription: Subscription): Matched {
    const { dictionary } = this.#engine;
    const found = subscription.knownTo === 0 ? subscription.selectors.lookUp(dictionary) : null;
    if (found !== null) {
      subscription.matching = found.ids;
      subscription.knownTo = dictionary.size;
      return { instruments: found.ids.length, unmatched: found.unmatched };
    }
    const ids = this.#matching(subscription);
    const definitions = ids.map((id) => dictionary.definition(instrumentId(id)));
    return { instruments: ids.length, unmatched: subscription.selectors.unmatched(definitions) };
  }

  /**
   * Opens a subscription and sends what brings the peer up to now.
   * @param since version that the peer already holds (resume), or null for everything
   * @param held true while nothing may be served: the values follow with `restart`
   */
  open(
    subscriber: Subscriber,
    subscription: Subscription,
    since: number | null,
    nowUs: UnixUs,
    held = false,
  ): void {
    this.prepare();
    this.#matching(subscription);
    const before = subscriber.covered(subscription.channel);
    subscriber.subscriptions.set(subscription.number, subscription);
    this.#countRate(subscriber.rateOf(subscription), 1);
    this.#replace(subscriber, subscription.channel);
    if (held) return;
    const matching = this.#matching(subscription);
    const added = before.size === 0 ? matching : matching.filter((id) => !before.has(id));
    this.#bringUpToDate(subscriber, subscription.channel, added, since, nowUs);
  }

  close(subscriber: Subscriber, subscription: Subscription): void {
    subscriber.subscriptions.delete(subscription.number);
    this.#countRate(subscriber.rateOf(subscription), -1);
    this.#replace(subscriber, subscription.channel);
  }

  /** Changes a subscription's rate. What was collected at the old rate is carried over: nothing is lost, nothing sent anew. */
  tune(subscriber: Subscriber, subscription: Subscription, maxRateHz: number): void {
    const rateHz = grantRateHz(maxRateHz);
    if (rateHz === subscription.rateHz) return;
    this.#countRate(subscriber.rateOf(subscription), -1);
    subscription.rateHz = rateHz;
    this.#countRate(subscriber.rateOf(subscription), 1);
    this.#replace(subscriber, subscription.channel);
  }

  /** Puts a ceiling over the rates of all subscriptions of a peer, in the same way. Returns the granted one. */
  limitRate(subscriber: Subscriber, maxRateHz: number): number {
    const ceilingHz = grantRateHz(maxRateHz);
    if (ceilingHz === subscriber.ceilingHz) return ceilingHz;
    const subscriptions = [...subscriber.subscriptions.values()];
    for (const subscription of subscriptions) this.#countRate(subscriber.rateOf(subscription), -1);
    subscriber.ceilingHz = ceilingHz;
    for (const subscription of subscriptions) this.#countRate(subscriber.rateOf(subscription), 1);
    for (const channel of subscriber.channels()) this.#replace(subscriber, channel);
    return subscriber.ceilingHz;
  }

  /** Notes whether a peer has a bandwidth cap. Without one it has all the entries of the dictionary that it needs. */
  limitBandwidth(subscriber: Subscriber, isCapped: boolean): void {
    this.#teller.catchUp(subscriber);
    subscriber.isCapped = isCapped;
    if (!isCapped) this.#teller.tellMissing(subscriber);
  }

  /** Rates at which somebody is served now, also for instruments that do not exist yet. */
  ratesHz(): ReadonlySet<number> {
    return new Set(this.#rates.keys());
  }

  report(): HubReport {
    const { encodes: snapshotEncodes, hits: snapshotHits } = this.#bringUp.cache;
    return {
      ...this.#meter.total(this.#subscribers, this.#lanes.all()),
      snapshotEncodes,
      snapshotHits,
      rates: this.#rates,
      arenaBytes: this.#arena.bytes,
    };
  }

  /* ---- ticks ---- */

  /** Notes that a rate's tick is due; `proceed` serves it. */
  due(rateHz: number, dueUs: number): void {
    this.#ticks.add(rateHz, dueUs);
  }

  /**
   * Serves about `limit` viewers of the ticks that are due. Returns whether some are left.
   * @param onServed told of each rate whose tick is over
   */
  proceed(limit: number, nowUs: UnixUs, onServed: (rateHz: number) => void): boolean {
    let left = limit;
    while (left > 0) {
      const rateHz = this.#ticks.next();
      if (rateHz !== null) this.#begin(rateHz, nowUs);
      else if (this.#ticks.isIdle) return false;
      left = this.#ticks.proceed(left);
      if (left > 0) onServed(this.#ticks.end());
    }
    return true;
  }

  /** The rate whose tick is under way; infinite when none is. */
  get servedHz(): number {
    return this.#ticks.servedHz;
  }

  /** Serves the rest of the ticks that are under way, because what they were written against is about to change. */
  finish(): void {
    this.#ticks.finish();
  }

  #begin(rateHz: number, nowUs: UnixUs): void {
    this.prepare();
    this.#serial += 1;
    const { versions } = this.#engine;
    const lanes = this.#lanes.all();
    const reached = versions.peek(nowUs);
    // What should have been served long ago goes first, under the version before: a newer one would say that nothing older is missing.
    const overdue = lanes.filter((lane) => !lane.isServing && lane.isOverdue(reached));
    const before = this.#tick(versions.current);
    for (const lane of overdue) lane.begin(before);
    const tick = this.#tick(versions.seal(nowUs));
    const due = lanes.filter((lane) => lane.rateHz === rateHz && !lane.isServing && !overdue.includes(lane));
    for (const lane of lanes) if (lane.rateHz !== rateHz) lane.serveLate(tick);
    for (const lane of due) lane.begin(tick);
    this.#ticks.begin(rateHz, [...overdue, ...due]);
  }

  /** Puts new instruments and references in force and announces them. Called before anything is encoded. */
  prepare(): void {
    const { dictionary } = this.#engine;
    if (this.#teller.isDue(this.#ticks.isIdle, this.#serial)) {
      this.finish();
      const sealed = dictionary.seal();
      for (const id of sealed.entries) this.#bringUp.cache.drop(id);
      for (const id of sealed.references) this.#bringUp.cache.drop(id);
      this.#teller.announce(this.#subscribers, sealed);
    }
    if (!this.#instrumentsChanged) return;
    this.#instrumentsChanged = false;
    for (const subscriber of this.#subscribers) {
      for (const channel of channelsOfNew(subscriber, this.#engine.dictionary))
        this.#replace(subscriber, channel);
    }
  }

  /** Sends a peer the entries of everything it is served. */
  tellDictionary(subscriber: Subscriber): void {
    this.prepare();
    this.#teller.tellAgain(subscriber);
  }

  /** A new epoch: everybody is brought up to now. What is still owed of the old one stays owed; see `clear`. */
  restart(nowUs: UnixUs): void {
    for (const subscriber of this.#subscribers) subscriber.restart();
    for (const lane of this.#lanes.all()) lane.restart();
    this.prepare();
    for (const subscriber of this.#subscribers) {
      for (const channel of subscriber.channels()) {
        this.#bringUpToDate(subscriber, channel, [...subscriber.covered(channel)], null, nowUs);
      }
    }
  }

  /** Forgets all marks: the values that they stand for are void. */
  clear(): void {
    for (const lane of this.#lanes.all()) lane.clear();
    this.#ticks.clear();
    this.#bringUp.cache.clear();
  }

  /* ---- placing ---- */

  #matching(subscription: Subscription): readonly number[] {
    const { dictionary } = this.#engine;
    const { selectors } = subscription;
    if (subscription.knownTo === dictionary.size) return subscription.matching;
    const matching = [...subscription.matching];
    for (; subscription.knownTo < dictionary.size; subscription.knownTo += 1) {
      const id = instrumentId(subscription.knownTo);
      if (selectors.matches(dictionary.definition(id))) matching.push(id);
    }
    subscription.matching = matching;
    return matching;
  }

  /** Places a peer's instruments of one channel anew, carrying over what was collected where they were before. */
  #replace(subscriber: Subscriber, channel: Channel): void {
    if (isPlaced(subscriber, channel, this.#engine.dictionary.size)) return;
    if (channel === 'raw') this.#engine.raw.keep();
    const unsent = new Map<number, Debt>();
    this.#unplace(subscriber, channel, unsent);
    for (const subscription of subscriber.subscriptions.values()) {
      if (subscription.channel === channel) this.#matchNew(subscriber, subscription, unsent);
    }
    const placements: LaneMember[] = [];
    for (const [rateHz, ids] of subscriber.plan(channel)) {
      this.#teller.tellNew(subscriber, ids);
      const lane = this.#lanes.of(channel, rateHz, this.#engine, this.#host, this.#engine.versions.current);
      placements.push(lane.join(subscriber, ids, unsent, this.#serial));
    }
    if (placements.length > 0) subscriber.placements.set(channel, placements);
    if (channel === 'raw') this.#letGoRaw();
  }

  /** Changes are kept one by one only while somebody wants them. */
  #letGoRaw(): void {
    if (this.#lanes.raw.length === 0) this.#engine.raw.letGo();
  }

  /** Looks at instruments that came after the subscription, and owes it all that has happened to them. */
  #matchNew(subscriber: Subscriber, subscription: Subscription, unsent: Map<number, Debt>): void {
    if (subscription.knownTo === this.#engine.dictionary.size) return;
    const before = subscription.matching.length;
    const added = this.#matching(subscription).slice(before);
    const encoder = laneEncoder(this.#engine, subscription.channel);
    const since = subscriber.asOf + 1;
    for (const id of added) {
      const mark = encoder.markSince(id, 0);
      if (mark !== 0) unsent.set(id, { mark: encoder.merge(unsent.get(id)?.mark ?? 0, mark), since });
    }
  }

  /** Takes a peer out of a channel's lanes; adds what it was not sent yet to `unsent`. */
  #unplace(subscriber: Subscriber, channel: Channel, unsent: Map<number, Debt>): void {
    for (const member of subscriber.placements.get(channel) ?? []) {
      member.lane.leave(member, unsent);
      subscriber.noteStaleness(1000 / member.lane.rateHz, member.onTime);
      if (member.lane.size > 0) continue;
      this.#lanes.drop(member.lane);
      member.lane.clear();
      this.#meter.retireLane(member.lane);
    }
    subscriber.placements.delete(channel);
  }

  #countRate(rateHz: number, change: 1 | -1): void {
    const count = (this.#rates.get(rateHz) ?? 0) + change;
    if (count === 0) this.#rates.delete(rateHz);
    else this.#rates.set(rateHz, count);
  }

  #tick(version: AsOf): Tick {
    return { serial: this.#serial, asOf: version, generation: this.#engine.dictionary.generation };
  }

  #bringUpToDate(
    subscriber: Subscriber,
    channel: Channel,
    ids: readonly number[],
    since: number | null,
    nowUs: UnixUs,
  ): void {
    if (subscriber.isCapped) {
      this.#bringUp.owe(subscriber, channel, ids, since);
      return this.#serveOwed(subscriber, channel, nowUs);
    }
    this.#teller.tellNew(subscriber, []);
    const version = subscriber.newestVersion(this.#engine.versions.reach(nowUs));
    this.#bringUp.send(subscriber, channel, ids, since, version);
  }

  /** Begins to send a newcomer with a bandwidth cap what it is owed; the rest follows tick by tick. */
  #serveOwed(subscriber: Subscriber, channel: Channel, nowUs: UnixUs): void {
    const { owedServer } = this.#host;
    const tick = this.#tick(this.#engine.versions.reach(nowUs));
    for (const member of subscriber.placements.get(channel) ?? []) {
      const room = member.owed === null ? 0 : subscriber.peer.room(member.lane.rateHz);
      if (room > 0) owedServer.serve(member, room, tick);
    }
    owedServer.endBringUps(subscriber);
  }
}
