import { randomBytes } from 'node:crypto';
import {
  asOf,
  timeAt,
  type AsOf,
  type ErrorName,
  type HistoryAnswer,
  type HistoryRequest,
  type ServerMessage,
  type StatusMessage,
  type TimelineClock,
  type TimelineCommand,
  type TimelineMessage,
  type UnixUs,
} from '#protocol';
import type { Engine } from '../engine/engine.ts';
import { Hub } from '../engine/hub.ts';
import type { Cancel, Clock } from '../engine/ports.ts';
import { REBASE_LOOKS_PER_SECOND } from '../engine/rebase-policy.ts';
import type { FanoutReport, PeerReport } from '../engine/reports.ts';
import type { Sight } from '../engine/selector.ts';
import { peerReport, type HubPeer, type Subscriber, type Subscription } from '../engine/subscriber.ts';
import { answerHistory } from './answer-history.ts';
import { BarHistory } from './bar-history.ts';
import { GapTeller } from './gap-teller.ts';
import { CHUNK_VIEWERS, Service } from './service.ts';
import type { EventTaps } from './event-taps.ts';
import type { TimelineSource } from './source.ts';
import { Winding } from './winding.ts';

const STATUS_INTERVAL_MS = 1_000;
/** A status waits this long for a frame that it can go out with. */
const STATUS_DELAY_MS = 120;
/** Portions in which those are told whom no frame came for, at most, and the pause between two of them, ms: done within the second. */
const STATUS_PORTIONS_MAX = 40;
const STATUS_PAUSE_MS = 8;
/** A map is off by the time between two steps of the code that makes it: less than this at 1x. */
const MAP_TOLERANCE_US = 5_000;
/** A version is as long at 1x: what two maps may differ by that say the same. */
const VERSION_US = 1_000;

/** The timeline's part of what an operator is told. */
export type TimelineReport = Omit<FanoutReport, 'joinsWaiting'>;

/** A connection that watches a timeline. */
export interface TimelineViewer extends HubPeer {
  tell(message: ServerMessage): void;
  /** What is told every second, and may wait for a frame that goes out anyway. */
  tellStatus(status: StatusMessage): void;
  /** No frame came that it could go with. */
  flushStatus(): void;
  /** Versions count from 0 again. */
  onEpoch(): void;
  /** The process serves no rate faster than this now. */
  onCeiling(ceilingHz: number): void;
}

/**
 * A clock, a source and an engine, and everybody who watches them. The live market is one timeline, a replay another; all that
 * is downstream of here is the same for both.
 *
 * Invariant: viewers hear of a new epoch or clock before any frame that is written against it.
 */
export class Timeline {
  readonly engine: Engine;
  /** Through which events pass that can be watched; null = nobody may. */
  taps: EventTaps | null = null;
  readonly #clock: Clock;
  readonly #hub: Hub;
  readonly #service: Service;
  readonly #gaps: GapTeller;
  readonly #viewers = new Map<TimelineViewer, Subscriber>();
  readonly #timers: Cancel[];
  #source!: TimelineSource;
  #history!: BarHistory;
  #map: TimelineClock;
  #epoch = newEpoch();
  /** Epoch, state and speed that viewers were told last. */
  #told = '';
  readonly #winding = new Winding();
  #cancelStatus = (): void => undefined;
  /** State of the feeds as it was told last. */
  #feedsTold = '';
  #eventsBefore = 0;
  #receivedPerSecond = 0;

  /** @param chunkViewers viewers that are served before the source is let in again */
  constructor(engine: Engine, clock: Clock, chunkViewers: number = CHUNK_VIEWERS) {
    this.engine = engine;
    this.#clock = clock;
    this.#map = { asOf: asOf(0), timeUs: clock.nowUs(), speed: 1 };
    this.#hub = new Hub(engine, (version: AsOf) => timeAt(this.#map, version));
    this.#service = new Service(clock, this.#hub, chunkViewers, (ceilingHz) => {
      for (const viewer of this.#viewers.keys()) viewer.onCeiling(ceilingHz);
    });
    this.#gaps = new GapTeller(engine.gaps, clock, (message) => {
      for (const viewer of this.#viewers.keys()) viewer.tell(message);
    });
    this.#timers = [
      clock.every(STATUS_INTERVAL_MS, () => this.#everySecond()),
      clock.every(1000 / REBASE_LOOKS_PER_SECOND, () => engine.dictionary.rebase(engine.state)),
    ];
  }

  /** Connects the source. Called once, before anybody watches. */
  drive(source: TimelineSource): void {
    this.#source = source;
    this.#history = new BarHistory(this.engine, source);
    this.remap();
  }

  get epoch(): string {
    return this.#epoch;
  }

  get clockMap(): TimelineClock {
    return this.#map;
  }

  get receivedPerSecond(): number {
    return this.#receivedPerSecond;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  get source(): TimelineSource {
    return this.#source;
  }

  /** Timeline time now. */
  nowUs(): UnixUs {
    return timeAt(this.#map, this.engine.versions.peek(this.#clock.nowUs()));
  }

  /* ---- viewers ---- */

  /**
   * @param heldAsOf version of this epoch as of which the viewer holds values; null = it holds none
   * @param switched whether it watched another timeline before
   */
  attach(viewer: TimelineViewer, heldAsOf: number | null = null, switched = false): void {
    this.#viewers.set(viewer, this.#hub.attach(viewer, heldAsOf));
    viewer.onCeiling(this.#service.ceilingHz);
    viewer.tell({
      ...this.describe(null),
      density: this.#source.density(),
      ...(switched ? { switched } : {}),
    });
    viewer.tell({ ...this.status(), stale: this.#source.stale?.() ?? [] });
    const gaps = this.#gaps.whole;
    if (gaps !== null) viewer.tell(gaps);
  }

  detach(viewer: TimelineViewer): void {
    const subscriber = this.#viewers.get(viewer);
    if (subscriber === undefined) return;
    for (const subscription of subscriber.subscriptions.values()) this.#source.onUnwatched?.(subscription);
    this.#hub.detach(subscriber);
    this.#viewers.delete(viewer);
    this.#service.update();
  }

  subscriptions(viewer: TimelineViewer): ReadonlyMap<number, Subscription> {
    return this.#viewers.get(viewer)!.subscriptions;
  }

  /** Opens a subscription: `subscribed`, then entries and values. `since` = what the viewer still holds, or null. */
  subscribe(viewer: TimelineViewer, subscription: Subscription, since: number | null): void {
    const { number, channel, rateHz } = subscription;
    this.#hub.prepare();
    const matched = this.#hub.match(subscription);
    viewer.tell({ type: 'subscribed', subscription: number, channel, maxRateHz: rateHz, ...matched });
    this.#hub.open(
      this.#viewers.get(viewer)!,
      subscription,
      since,
      this.#clock.nowUs(),
      this.#service.isHeld,
    );
    this.#service.update();
    this.#source.onWatched(subscription);
  }

  unsubscribe(viewer: TimelineViewer, subscription: Subscription): void {
    this.#hub.close(this.#viewers.get(viewer)!, subscription);
    this.#source.onUnwatched?.(subscription);
    this.#service.update();
  }

  tune(viewer: TimelineViewer, subscription: Subscription, maxRateHz: number): void {
    this.#hub.tune(this.#viewers.get(viewer)!, subscription, maxRateHz);
    this.#service.update();
  }

  /** Puts a ceiling over all rates of a viewer; returns the granted one. */
  limitRate(viewer: TimelineViewer, maxRateHz: number): number {
    const granted = this.#hub.limitRate(this.#viewers.get(viewer)!, maxRateHz);
    this.#service.update();
    return granted;
  }

  limitBandwidth(viewer: TimelineViewer, isCapped: boolean): void {
    this.#hub.limitBandwidth(this.#viewers.get(viewer)!, isCapped);
  }

  tellDictionary(viewer: TimelineViewer): void {
    this.#hub.tellDictionary(this.#viewers.get(viewer)!);
  }

  /* ---- the source's position ---- */

  command(command: TimelineCommand): ErrorName | null {
    return this.#source.command(command);
  }

  /**
   * Position, speed or state changed other than by the passing of time: announces the new map from version to time. Says nothing
   * when the old map still holds.
   */
  remap(skipped: TimelineMessage['skipped'] = null): void {
    const { state, speed } = this.#source;
    const pace = state === 'live' || state === 'playing' ? speed : 0;
    const sameSpeed = pace === this.#map.speed;
    const driftUs = Math.abs(this.nowUs() - this.#source.positionUs());
    const holds = sameSpeed && driftUs <= MAP_TOLERANCE_US * Math.max(1, speed);
    const told = `${this.#epoch} ${state} ${speed} ${JSON.stringify(this.#source.details())}`;
    if (holds && told === this.#told && skipped === null) return;
    this.#told = told;
    // What was written against the map before goes out before the new one is told.
    if (!sameSpeed || driftUs > VERSION_US * pace) this.#hub.finish();
    const version = this.engine.versions.peek(this.#clock.nowUs());
    this.#map = { asOf: version, timeUs: this.#source.positionUs(), speed: pace };
    const message = this.describe(skipped);
    for (const viewer of this.#viewers.keys()) viewer.tell(message);
  }

  /**
   * Begins a new epoch; nothing is served until `release`.
   * @param clear whether the engine's values are void too, because the events before the new position follow again
   */
  hold(clear: boolean): void {
    this.#hub.finish();
    this.#service.hold();
    this.#winding.begin();
    this.#enterEpoch();
    if (clear) {
      this.engine.reset(this.#clock.nowUs());
      this.#history.clear();
    } else {
      this.engine.renumber(this.#clock.nowUs());
    }
    this.#hub.clear();
    this.remap();
  }

  /** The state is right again: everybody gets it. */
  release(): void {
    this.#service.release();
    // What was wound through is no traffic.
    this.#eventsBefore = this.engine.eventsTaken;
    this.remap();
    this.#hub.prepare();
    this.#hub.clear();
    this.#hub.restart(this.#clock.nowUs());
    this.#winding.end();
  }

  /** Which instruments can be trusted has changed: everybody hears of it at once, with the state of the feeds. */
  tellStale(): void {
    const message = { ...this.status(), stale: this.#source.stale?.() ?? [] };
    for (const viewer of this.#viewers.keys()) viewer.tell(message);
  }

  /* ---- answers ---- */

  /** Without the density, which a viewer is told once: it is large and does not change with what this tells of. */
  describe(skipped: TimelineMessage['skipped']): TimelineMessage {
    const { mode, state, speed, recording } = this.#source;
    return {
      type: 'timeline',
      mode,
      state,
      epoch: this.#epoch,
      clock: this.#map,
      speed,
      recording,
      density: null,
      skipped,
      ...this.#source.details(),
    };
  }

  status(): StatusMessage {
    return {
      type: 'status',
      feeds: this.#source.feeds(),
      receivedPerSecond: this.#receivedPerSecond,
      counters: this.engine.counters.toRecord(),
    };
  }

  /** What this timeline does for its viewers. */
  report(): TimelineReport {
    return { ...this.#hub.report(), ...this.#service.report() };
  }

  /** The newest version that a viewer was sent. */
  servedAsOf(viewer: TimelineViewer): AsOf {
    return this.#viewers.get(viewer)!.asOf;
  }

  /** What one viewer was sent; null when it does not watch this timeline. */
  viewerReport(viewer: TimelineViewer): PeerReport | null {
    const subscriber = this.#viewers.get(viewer);
    return subscriber === undefined ? null : peerReport(subscriber);
  }

  /** @param sight what cannot be seen is answered as what does not exist */
  history(request: HistoryRequest, sight: Sight | null = null): Promise<HistoryAnswer | ErrorName> {
    return this.#winding.steady(
      () => answerHistory(this.engine, this.#history, request, sight, this.#source.positionUs()),
      () => this.#history.clears,
    );
  }

  async close(): Promise<void> {
    for (const cancel of this.#timers) cancel();
    this.#cancelStatus();
    this.#gaps.close();
    this.#service.close();
    await this.#source.close();
    this.#winding.end();
  }

  #enterEpoch(): void {
    this.#epoch = newEpoch();
    for (const viewer of this.#viewers.keys()) viewer.onEpoch();
  }

  /** The 32 bits of versions are used up after 49 days: the same state goes on under a new epoch, and nothing owed is lost. */
  #renew(): void {
    this.#hub.finish();
    this.#enterEpoch();
    this.engine.renumber(this.#clock.nowUs());
    this.remap();
    this.#hub.restart(this.#clock.nowUs());
  }

  #everySecond(): void {
    if (this.engine.versions.exhausted) this.#renew();
    this.#receivedPerSecond = this.engine.eventsTaken - this.#eventsBefore;
    this.#eventsBefore = this.engine.eventsTaken;
    const message = this.status();
    const feeds = message.feeds
      .map(({ name, state, message: sentence }) => `${name} ${state} ${sentence}`)
      .join();
    const isNews = feeds !== this.#feedsTold;
    this.#feedsTold = feeds;
    // Who watches nothing has no use for a message a second; thousands of them would cost more than those who do.
    for (const [viewer, { subscriptions }] of this.#viewers) {
      if (subscriptions.size > 0 || isNews) viewer.tellStatus(message);
    }
    this.#cancelStatus();
    const portion = Math.max(CHUNK_VIEWERS, Math.ceil(this.#viewers.size / STATUS_PORTIONS_MAX));
    this.#cancelStatus = this.#clock.after(STATUS_DELAY_MS, () =>
      this.#flushStatus(this.#viewers.keys(), portion),
    );
  }

  /** Tells those who are served too seldom to wait for a frame, some at a time: ten thousand writes in one go would be noticed. */
  #flushStatus(viewers: Iterator<TimelineViewer>, portion: number): void {
    for (let count = 0; count < portion; count += 1) {
      const { value, done } = viewers.next();
      if (done === true) return;
      value.flushStatus();
    }
    this.#cancelStatus = this.#clock.after(STATUS_PAUSE_MS, () => this.#flushStatus(viewers, portion));
  }
}

function newEpoch(): string {
  return randomBytes(9).toString('base64url');
}
