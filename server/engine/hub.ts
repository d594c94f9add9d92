import {
  BAR_INTERVALS,
  FRAME_SNAPSHOT,
  grantRateHz,
  instrumentId,
  type AsOf,
  type Channel,
  type InstrumentId,
  type UnixUs,
} from '#protocol';
import type { Engine, EngineListener } from './engine.ts';
import { assembleFrame, emptyFragments, emptyFrame, FrameBuffer, type FrameForm } from './frame-buffer.ts';
import { Lane, type Tick } from './lane.ts';
import { barMark, laneEncoder } from './lane-encoder.ts';
import { Subscriber, type HubPeer, type Placement, type Subscription } from './subscriber.ts';

const BAR_CHANNELS: readonly Channel[] = BAR_INTERVALS.map((interval): Channel => `bar:${interval}`);

/** Outcome of a new subscription. */
export interface Matched {
  readonly instruments: number;
  readonly unmatched: string[];
}

/**
 * Who cares about what. Holds a lane for every channel and rate that somebody uses, passes each change of the engine to the
 * lanes of its channel, and brings newcomers up to now. Driven: `flush` is called by the timeline's pacing.
 *
 * Invariant: an instrument's dictionary entry of the current generation reaches a peer before any frame that needs it. And when a peer
 * is sent a frame of some version, what it is still owed is no older than a period of its lane (and a margin for a busy process): so
 * it can come back with that version and miss nothing.
 */
export class Hub implements EngineListener {
  readonly #engine: Engine;
  /** Timeline time of a version, for ages in frames. */
  readonly #timeOf: (version: AsOf) => UnixUs;
  readonly #lanes = new Map<Channel, Map<number, Lane>>();
  /** The lanes again, as lists, for the event path. */
  #quoteLanes: Lane[] = [];
  #tradeLanes: Lane[] = [];
  #bookLanes: Lane[] = [];
  #barLanes: Lane[][] = BAR_CHANNELS.map(() => []);
  readonly #subscribers = new Set<Subscriber>();
  /** How many subscriptions have each rate. */
  readonly #rates = new Map<number, number>();
  readonly #scratch = new FrameBuffer();
  #instrumentsChanged = false;
  #serial = 0;

  constructor(engine: Engine, timeOf: (version: AsOf) => UnixUs) {
    this.#engine = engine;
    this.#timeOf = timeOf;
    engine.listen(this);
  }

  /* ---- changes, from the engine ---- */

  onInstrument(): void {
    this.#instrumentsChanged = true;
  }

  onQuoteChange(id: number, bits: number): void {
    for (const lane of this.#quoteLanes) lane.touch(id, bits);
  }

  onTrade(id: number, seq: number): void {
    for (const lane of this.#tradeLanes) lane.touch(id, seq);
  }

  onBarChange(intervalIndex: number, id: number, startS: number): void {
    const mark = barMark(startS);
    for (const lane of this.#barLanes[intervalIndex]!) lane.touch(id, mark);
  }

  onBookChange(id: number): void {
    for (const lane of this.#bookLanes) lane.touch(id, 1);
  }

  /* ---- viewers ---- */

  attach(peer: HubPeer): Subscriber {
    const subscriber = new Subscriber(peer, this.#engine.versions.current);
    this.#subscribers.add(subscriber);
    return subscriber;
  }

  detach(subscriber: Subscriber): void {
    for (const channel of [...subscriber.placements.keys()]) this.#unplace(subscriber, channel);
    for (const { rateHz } of subscriber.subscriptions.values()) this.#countRate(rateHz, -1);
    this.#listLanes();
    this.#subscribers.delete(subscriber);
  }

  /** What a subscription's selectors match now. */
  match(subscription: Subscription): Matched {
    const ids = this.#matching(subscription);
    const definitions = ids.map((id) => this.#engine.dictionary.definition(instrumentId(id)));
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
    this.#countRate(subscription.rateHz, 1);
    this.#replace(subscriber, subscription.channel);
    if (held) return;
    const added = this.#matching(subscription).filter((id) => !before.has(id));
    this.#bringUpToDate(subscriber, subscription.channel, added, since, nowUs);
  }

  close(subscriber: Subscriber, subscription: Subscription): void {
    subscriber.subscriptions.delete(subscription.number);
    this.#countRate(subscription.rateHz, -1);
    this.#replace(subscriber, subscription.channel);
  }

  /** Changes a subscription's rate. What was collected at the old rate is carried over: nothing is lost, nothing sent anew. */
  tune(subscriber: Subscriber, subscription: Subscription, maxRateHz: number): void {
    this.#countRate(subscription.rateHz, -1);
    subscription.rateHz = grantRateHz(maxRateHz);
    this.#countRate(subscription.rateHz, 1);
    this.#replace(subscriber, subscription.channel);
  }

  /** Rates that somebody uses now, also for instruments that do not exist yet. */
  ratesHz(): ReadonlySet<number> {
    return new Set(this.#rates.keys());
  }

  /* ---- ticks ---- */

  /** Serves all lanes of one rate. */
  flush(rateHz: number, nowUs: UnixUs): void {
    this.prepare();
    this.#serial += 1;
    const { versions } = this.#engine;
    const before = this.#tick(versions.current);
    const lanes = [...this.#lanes.values()].flatMap((ofChannel) => [...ofChannel.values()]);
    for (const lane of lanes) lane.serveLate(before);
    const reached = versions.peek(nowUs);
    for (const lane of lanes) if (lane.isOverdue(reached)) lane.flush(before);
    const tick = this.#tick(versions.seal(nowUs));
    for (const lane of lanes) if (lane.rateHz === rateHz) lane.flush(tick);
  }

  /** Puts new instruments and references in force and announces them. Called before anything is encoded. */
  prepare(): void {
    const changed = this.#engine.dictionary.seal();
    if (changed.length > 0) this.#announce(changed);
    if (!this.#instrumentsChanged) return;
    this.#instrumentsChanged = false;
    for (const subscriber of this.#subscribers) {
      for (const channel of new Set([...subscriber.subscriptions.values()].map((one) => one.channel))) {
        this.#replace(subscriber, channel);
      }
    }
  }

  /** Sends a peer the entries of everything it is served. */
  tellDictionary(subscriber: Subscriber): void {
    this.prepare();
    const ids = [...subscriber.told].map(instrumentId);
    subscriber.tellInstruments(this.#engine.dictionary.generation, ids);
  }

  /** A new epoch: everybody is brought up to now. What is still owed of the old one stays owed; see `clear`. */
  restart(nowUs: UnixUs): void {
    for (const subscriber of this.#subscribers) subscriber.restart();
    this.prepare();
    for (const subscriber of this.#subscribers) {
      for (const channel of new Set([...subscriber.subscriptions.values()].map((one) => one.channel))) {
        this.#bringUpToDate(subscriber, channel, [...subscriber.covered(channel)], null, nowUs);
      }
    }
  }

  /** Forgets all marks: the values that they stand for are void. */
  clear(): void {
    for (const lanes of this.#lanes.values()) for (const lane of lanes.values()) lane.clear();
  }

  /* ---- placing ---- */

  #matching(subscription: Subscription): readonly number[] {
    const { dictionary } = this.#engine;
    const { matching, selectors } = subscription;
    for (; subscription.knownTo < dictionary.size; subscription.knownTo += 1) {
      const id = instrumentId(subscription.knownTo);
      if (selectors.matches(dictionary.definition(id))) matching.push(id);
    }
    return matching;
  }

  /** Places a peer's instruments of one channel anew, carrying over what was collected where they were before. */
  #replace(subscriber: Subscriber, channel: Channel): void {
    const unsent = this.#unplace(subscriber, channel);
    for (const subscription of subscriber.subscriptions.values()) {
      if (subscription.channel === channel) this.#matchNew(subscription, unsent);
    }
    const placements: Placement[] = [];
    for (const [rateHz, ids] of subscriber.plan(channel)) {
      this.#tellNew(subscriber, ids);
      const lane = this.#lane(channel, rateHz);
      const member = lane.join(subscriber.peer, subscriber.served, ids, unsent);
      placements.push({ lane, rateHz, ids, member });
    }
    if (placements.length > 0) subscriber.placements.set(channel, placements);
    this.#listLanes();
  }

  /** Looks at instruments that came after the subscription, and owes it all that has happened to them. */
  #matchNew(subscription: Subscription, unsent: Map<number, number>): void {
    if (subscription.knownTo === this.#engine.dictionary.size) return;
    const before = subscription.matching.length;
    const added = this.#matching(subscription).slice(before);
    const encoder = laneEncoder(this.#engine, subscription.channel);
    for (const id of added) {
      const mark = encoder.markSince(id, 0);
      if (mark !== 0) unsent.set(id, encoder.merge(unsent.get(id) ?? 0, mark));
    }
  }

  /** Takes a peer out of a channel's lanes; returns the marks of what it was not sent yet. */
  #unplace(subscriber: Subscriber, channel: Channel): Map<number, number> {
    const unsent = new Map<number, number>();
    for (const { lane, rateHz, member } of subscriber.placements.get(channel) ?? []) {
      for (const [id, mark] of lane.leave(member)) unsent.set(id, mark);
      if (lane.size === 0) this.#lanes.get(channel)!.delete(rateHz);
    }
    subscriber.placements.delete(channel);
    return unsent;
  }

  #tellNew(subscriber: Subscriber, ids: readonly number[]): void {
    const { generation } = this.#engine.dictionary;
    const fresh = ids.filter((id) => !subscriber.told.has(id)).map(instrumentId);
    if (fresh.length === 0 && subscriber.generation === generation) return;
    for (const id of fresh) subscriber.told.add(id);
    subscriber.tellInstruments(generation, fresh);
  }

  #announce(changed: readonly InstrumentId[]): void {
    const { generation } = this.#engine.dictionary;
    for (const subscriber of this.#subscribers) {
      if (subscriber.subscriptions.size > 0) {
        const known = changed.filter((id) => subscriber.told.has(id));
        subscriber.tellInstruments(generation, known);
      } else {
        // Nothing is served to it now; should that change, it needs these entries anew.
        for (const id of changed) subscriber.told.delete(id);
      }
    }
  }

  #countRate(rateHz: number, change: 1 | -1): void {
    const count = (this.#rates.get(rateHz) ?? 0) + change;
    if (count === 0) this.#rates.delete(rateHz);
    else this.#rates.set(rateHz, count);
  }

  #tick(asOf: AsOf): Tick {
    return {
      serial: this.#serial,
      asOf,
      generation: this.#engine.dictionary.generation,
      scratch: this.#scratch,
      timeOf: this.#timeOf,
    };
  }

  #lane(channel: Channel, rateHz: number): Lane {
    let lanes = this.#lanes.get(channel);
    if (lanes === undefined) this.#lanes.set(channel, (lanes = new Map()));
    let lane = lanes.get(rateHz);
    if (lane === undefined) {
      const { counters, versions } = this.#engine;
      lane = new Lane(channel, rateHz, laneEncoder(this.#engine, channel), counters, versions.current);
      lanes.set(rateHz, lane);
    }
    lane.reserve(this.#engine.dictionary.size);
    return lane;
  }

  #listLanes(): void {
    const list = (channel: Channel): Lane[] => [...(this.#lanes.get(channel)?.values() ?? [])];
    this.#quoteLanes = list('quote');
    this.#tradeLanes = list('trade');
    this.#bookLanes = list('book');
    this.#barLanes = BAR_CHANNELS.map(list);
  }

  /** Sends one frame that holds all, or all that is newer than `since`. An empty snapshot is sent too: it says "in step". */
  #bringUpToDate(
    subscriber: Subscriber,
    channel: Channel,
    ids: readonly number[],
    since: number | null,
    nowUs: UnixUs,
  ): void {
    this.#tellNew(subscriber, []);
    this.#settleBefore(subscriber, nowUs);
    const encoder = laneEncoder(this.#engine, channel);
    const version = this.#engine.versions.reach(nowUs);
    const timeUs = this.#timeOf(version);
    const { generation } = this.#engine.dictionary;
    const fragments = emptyFragments(this.#scratch);
    const wants = new Uint8Array(this.#engine.dictionary.size);
    this.#scratch.at = 0;
    for (const id of ids) {
      const mark = encoder.markSince(id, since);
      if (mark === 0) continue;
      const start = this.#scratch.at;
      const numbers = encoder.write(this.#scratch, id, mark, timeUs);
      if (numbers === 0) continue;
      wants[id] = 1;
      fragments.ids.push(id);
      fragments.starts.push(start);
      fragments.ends.push(this.#scratch.at);
      fragments.numbers.push(numbers);
    }
    for (const { id, fromSeq, toSeq } of encoder.lost)
      subscriber.peer.tellLost(instrumentId(id), fromSeq, toSeq);
    const form: FrameForm = channel === 'quote' ? { kind: FRAME_SNAPSHOT, lead: [] } : encoder.form;
    const frame = assembleFrame(form, version, generation, fragments, wants);
    if (frame === null && channel !== 'quote') return;
    subscriber.served.asOf = version;
    subscriber.peer.sendData(frame ?? emptyFrame(form, version, generation));
  }

  /** Sends a peer what it has been owed for longer than a tick, so that a newer version may follow. */
  #settleBefore(subscriber: Subscriber, nowUs: UnixUs): void {
    this.#serial += 1;
    const tick = this.#tick(subscriber.served.asOf);
    const reached = this.#engine.versions.peek(nowUs);
    this.#scratch.at = 0;
    for (const placements of subscriber.placements.values()) {
      for (const { lane, member } of placements) {
        if (lane.isBehind(member) || lane.isOverdue(reached)) lane.serve(member, tick);
      }
    }
  }
}
