import type { ClientMessage, ErrorName } from '#protocol';
import { plainEpoch } from '../access/entitled-epoch.ts';
import type { Entitlement } from '../access/entitlement.ts';
import { newSubscription, type Subscription } from '../engine/subscriber.ts';
import type { Timeline } from '../timelines/timeline.ts';
import type { Timelines } from '../timelines/timelines.ts';
import type { HistoryAnswers } from './history-answers.ts';
import type { Outlet } from './outlet.ts';
import type { Terms } from './terms.ts';

export interface SeatParts {
  readonly timelines: Timelines;
  /** Whether viewers may move the server's own replay. */
  readonly allowControl: boolean;
  readonly outlet: Outlet;
  readonly terms: Terms;
  readonly history: HistoryAnswers;
  readonly refuse: (error: ErrorName) => void;
  readonly onFault: (error: unknown) => void;
}

/** Which timeline a session watches, and its way to another. Invariant: it watches one at a time. */
export class Seat {
  readonly #parts: SeatParts;
  #timeline: Timeline;
  /** Counts requests for another timeline: the newest is obeyed. */
  #moves = 0;
  #isLeft = false;

  constructor(parts: SeatParts) {
    this.#parts = parts;
    this.#timeline = parts.timelines.main;
  }

  get timeline(): Timeline {
    return this.#timeline;
  }

  get subscriptions(): ReadonlyMap<number, Subscription> {
    return this.#timeline.subscriptions(this.#parts.outlet);
  }

  /** Where a viewer that comes back with this epoch belongs. */
  choose(told: string | undefined): { timeline: Timeline; isSame: boolean } {
    const { timelines, outlet } = this.#parts;
    const epoch = told === undefined ? null : plainEpoch(told, outlet.entitlement);
    const found = epoch === null ? null : timelines.find(epoch);
    this.#timeline = found ?? timelines.main;
    outlet.enter(this.#timeline.engine.dictionary);
    return { timeline: this.#timeline, isSame: found !== null };
  }

  obey(command: Extract<ClientMessage, { type: 'timeline' }>): void {
    const { timelines, allowControl, outlet, refuse, onFault } = this.#parts;
    if (command.op === 'leave') {
      this.#moves += 1;
      return this.#moveTo(timelines.main);
    }
    if (command.op === 'open') {
      const move = (this.#moves += 1);
      timelines
        .open(command, outlet.entitlement)
        .then((opened) => {
          if (this.#isLeft || move !== this.#moves) return;
          if (typeof opened === 'string') refuse(opened);
          else this.#moveTo(opened);
        })
        .catch(onFault);
      return;
    }
    const mayControl = allowControl || this.#timeline !== timelines.main;
    const error = mayControl ? this.#timeline.command(command) : 'controlNotAllowed';
    if (error !== null) refuse(error);
  }

  leave(): void {
    this.#isLeft = true;
    this.#timeline.detach(this.#parts.outlet);
  }

  /** What the viewer may see is not what it was: it begins anew where it is. What it may not see any more is void on its screen too. */
  enterAnew(entitlement: Entitlement | null): void {
    this.#parts.outlet.entitlement = entitlement;
    this.#enter(this.#timeline);
  }

  #moveTo(timeline: Timeline): void {
    if (timeline !== this.#timeline) this.#enter(timeline);
  }

  /** Watches this timeline from now on: subscriptions stay, and match what it has. */
  #enter(timeline: Timeline): void {
    const { outlet, terms, history } = this.#parts;
    const before = [...this.subscriptions.values()];
    this.#timeline.detach(outlet);
    this.#timeline = timeline;
    history.drop();
    outlet.enter(timeline.engine.dictionary);
    outlet.beginAnswer();
    timeline.attach(outlet, null, true);
    terms.begin(timeline);
    for (const { number, channel, selectors, rateHz } of before) {
      selectors.restrict(outlet.entitlement);
      timeline.subscribe(outlet, newSubscription(number, channel, selectors, rateHz), null);
    }
    outlet.endAnswer();
    terms.onRates();
  }
}
