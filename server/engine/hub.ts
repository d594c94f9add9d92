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
import { Lane } from './lane.ts';
import { laneEncoder } from './lane-encoder.ts';
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
 * Invariant: an instrument's dictionary entry of the current generation reaches a peer before any frame that needs it.
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
  readonly #scratch = new FrameBuffer();
  #instrumentsChanged = false;

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
    for (const lane of this.#barLanes[intervalIndex]!) lane.touch(id, startS);
  }

  onBookChange(id: number): void {
    for (const lane of this.#bookLanes) lane.touch(id, 1);
  }

  /* ---- viewers ---- */

  attach(peer: HubPeer): Subscriber {
    const subscriber = new Subscriber(peer);
    this.#subscribers.add(subscriber);
    return subscriber;
  }

  detach(subscriber: Subscriber): void {
    for (const channel of [...subscriber.placements.keys()]) this.#unplace(subscriber, channel);
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
   */
  open(subscriber: Subscriber, subscription: Subscription, since: number | null, nowUs: UnixUs): void {
    this.prepare();
    const before = subscriber.covered(subscription.channel);
    subscriber.subscriptions.set(subscription.number, subscription);
    this.#replace(subscriber, subscription.channel);
    const added = this.#matching(subscription).filter((id) => !before.has(id));
    this.#bringUpToDate(subscriber, subscription.channel, added, since, nowUs);
  }

  close(subscriber: Subscriber, subscription: Subscription): void {
    subscriber.subscriptions.delete(subscription.number);
    this.#replace(subscriber, subscription.channel);
  }

  /** Changes a subscription's rate. What was collected at the old rate is carried over: nothing is lost, nothing sent anew. */
  tune(subscriber: Subscriber, subscription: Subscription, maxRateHz: number): void {
    subscription.rateHz = grantRateHz(maxRateHz);
    this.#replace(subscriber, subscription.channel);
  }

  /** Rates that somebody uses now. */
  ratesHz(): Set<number> {
    const rates = new Set<number>();
    for (const lanes of this.#lanes.values()) for (const rateHz of lanes.keys()) rates.add(rateHz);
    return rates;
  }

  /* ---- ticks ---- */

  /** Serves all lanes of one rate. */
  flush(rateHz: number, nowUs: UnixUs): void {
    this.prepare();
    const asOf = this.#engine.versions.seal(nowUs);
    const timeUs = this.#timeOf(asOf);
    for (const lanes of this.#lanes.values()) {
      lanes.get(rateHz)?.flush(this.#scratch, asOf, this.#engine.dictionary.generation, timeUs);
    }
  }

  /** Puts new instruments and references in force and announces them. Called before anything is encoded. */
  prepare(): void {
    const changed = this.#engine.dictionary.seal();
    if (changed.length > 0) {
      const { generation } = this.#engine.dictionary;
      for (const subscriber of this.#subscribers) {
        if (subscriber.subscriptions.size === 0) continue;
        const known = changed.filter((id) => subscriber.told.has(id));
        subscriber.peer.tellInstruments(generation, known);
      }
    }
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
    subscriber.peer.tellInstruments(this.#engine.dictionary.generation, ids);
  }

  /** A new epoch: marks of the old one are void, everybody is brought up to now. */
  restart(nowUs: UnixUs): void {
    this.prepare();
    this.clear();
    for (const subscriber of this.#subscribers) {
      for (const channel of subscriber.placements.keys()) {
        this.#bringUpToDate(subscriber, channel, [...subscriber.covered(channel)], null, nowUs);
      }
    }
  }

  /** Forgets all marks. */
  clear(): void {
    for (const lanes of this.#lanes.values()) for (const lane of lanes.values()) lane.clear();
  }

  /* ---- placing ---- */

  #matching(subscription: Subscription): number[] {
    const { dictionary } = this.#engine;
    const ids: number[] = [];
    for (let id = 0; id < dictionary.size; id += 1) {
      if (subscription.selectors.matches(dictionary.definition(instrumentId(id)))) ids.push(id);
    }
    return ids;
  }

  /** Places a peer's instruments of one channel anew, carrying over what was collected where they were before. */
  #replace(subscriber: Subscriber, channel: Channel): void {
    const unsent = this.#unplace(subscriber, channel);
    const plan = subscriber.plan(channel, (subscription) => this.#matching(subscription));
    const placements: Placement[] = [];
    for (const [rateHz, ids] of plan) {
      this.#tellNew(subscriber, ids);
      const lane = this.#lane(channel, rateHz);
      placements.push({ lane, rateHz, ids, member: lane.join(subscriber.peer, ids, unsent) });
    }
    if (placements.length > 0) subscriber.placements.set(channel, placements);
    this.#listLanes();
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
    const fresh = ids.filter((id) => !subscriber.told.has(id)).map(instrumentId);
    if (fresh.length === 0) return;
    for (const id of fresh) subscriber.told.add(id);
    subscriber.peer.tellInstruments(this.#engine.dictionary.generation, fresh);
  }

  #lane(channel: Channel, rateHz: number): Lane {
    let lanes = this.#lanes.get(channel);
    if (lanes === undefined) this.#lanes.set(channel, (lanes = new Map()));
    let lane = lanes.get(rateHz);
    if (lane === undefined) {
      lane = new Lane(channel, laneEncoder(this.#engine, channel), this.#engine.counters);
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
    const encoder = laneEncoder(this.#engine, channel);
    const asOf = this.#engine.versions.seal(nowUs);
    const timeUs = this.#timeOf(asOf);
    const sinceUs = since === null ? timeUs : this.#timeOf(since as AsOf);
    const { generation } = this.#engine.dictionary;
    const fragments = emptyFragments(this.#scratch);
    const wants = new Uint8Array(this.#engine.dictionary.size);
    this.#scratch.at = 0;
    for (const id of ids) {
      const mark = encoder.markSince(id, since, sinceUs);
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
      subscriber.peer.tellLost(id as InstrumentId, fromSeq, toSeq);
    const form: FrameForm = channel === 'quote' ? { kind: FRAME_SNAPSHOT, lead: [] } : encoder.form;
    const frame = assembleFrame(form, asOf, generation, fragments, wants);
    if (frame !== null) subscriber.peer.sendData(frame);
    else if (channel === 'quote') subscriber.peer.sendData(emptyFrame(form, asOf, generation));
  }
}
