import {
  unixUs,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
  type UnixUs,
} from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { EventTap, EventTaps } from '../timelines/event-taps.ts';
import type { Timeline } from '../timelines/timeline.ts';
import { RuleWatcher, type SeenFiring, type WatchedRule } from './rule-watcher.ts';

const LOOK_INTERVAL_MS = 1_000;

export interface ReplayWatchOptions {
  readonly timeline: Timeline;
  readonly rules: readonly WatchedRule[];
  readonly clock: Clock;
  /** In the midst of an event: notes, and does nothing slow. Times are the recording's. */
  readonly onFiring: (firing: SeenFiring) => void;
  /** The epoch is over: a seek, another round of a loop, or the replay was closed. */
  readonly onEnd: () => void;
}

/**
 * Rules over what a replay plays, for one who asked. Writes nothing, sends nothing, and changes no rule: the live market's states stay what
 * they are. Begins anew with each epoch, since a seek may lie in between. Invariant: time is the recording's, and never of another epoch.
 */
export class ReplayWatch implements EventTap {
  readonly #timeline: Timeline;
  readonly #epoch: string;
  readonly #watcher: RuleWatcher;
  readonly #onEnd: () => void;
  readonly #undo: Cancel[];
  #eventUs = 0;
  #isInEvent = false;

  constructor({ timeline, rules, clock, onFiring, onEnd }: ReplayWatchOptions, taps: EventTaps) {
    this.#timeline = timeline;
    this.#epoch = timeline.epoch;
    this.#onEnd = onEnd;
    this.#watcher = new RuleWatcher({
      engine: timeline.engine,
      clock: {
        nowUs: () => this.#nowUs(),
        after: (delayMs, run) => clock.after(delayMs, run),
        every: (intervalMs, run) => clock.every(intervalMs, run),
        soon: (run) => clock.soon(run),
      },
      recall: () => undefined,
      onChange: () => {},
      onFiring,
    });
    for (const rule of rules) this.#watcher.set(rule);
    this.#undo = [taps.add(this), clock.every(LOOK_INTERVAL_MS, () => this.#endIfOver())];
  }

  onDefine(id: InstrumentId, definition: InstrumentDefinition): void {
    this.#watcher.onDefine(id, definition);
  }

  onEvent(event: MarketEvent): void {
    if (this.#endIfOver()) return;
    this.#eventUs = event.receiveTimeUs;
    this.#isInEvent = true;
    this.#watcher.onEvent(event);
    this.#isInEvent = false;
  }

  close(): void {
    for (const cancel of this.#undo.splice(0)) cancel();
    this.#watcher.close();
  }

  #endIfOver(): boolean {
    if (this.#undo.length === 0) return true;
    if (this.#timeline.epoch === this.#epoch) return false;
    this.close();
    this.#onEnd();
    return true;
  }

  #nowUs(): UnixUs {
    return unixUs(
      this.#isInEvent ? this.#eventUs : Math.max(this.#eventUs, this.#timeline.source.positionUs()),
    );
  }
}
