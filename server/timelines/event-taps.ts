import type { GapMark, InstrumentDefinition, InstrumentId, MarketEvent } from '#protocol';
import type { Engine } from '../engine/engine.ts';
import { formFault } from '../engine/event-check.ts';
import type { Cancel, EventSink } from '../engine/ports.ts';

/** Takes what the live engine took, with the engine's own ids. Must not throw, and keeps nothing of an event after the call. */
export interface EventTap {
  /** An instrument became known or changed. A tap that is added later is first told of all there are, in the order of their ids. */
  onDefine(id: InstrumentId, definition: InstrumentDefinition): void;
  onEvent(event: MarketEvent): void;
  /** Something is missing for good. */
  onGap?(mark: GapMark): void;
}

/**
 * Everything that the feeds deliver goes through here into the engine, and from there to whoever records it or watches over it.
 * Invariant: what viewers are shown of the market is what a tape can hold.
 */
export class EventTaps implements Pick<EventSink, 'define' | 'onEvent'> {
  readonly #engine: Engine;
  #taps: readonly EventTap[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  add(tap: EventTap): Cancel {
    const { dictionary } = this.#engine;
    for (let id = 0; id < dictionary.size; id += 1) {
      tap.onDefine(id as InstrumentId, dictionary.definition(id as InstrumentId));
    }
    this.#taps = [...this.#taps, tap];
    return () => {
      this.#taps = this.#taps.filter((other) => other !== tap);
    };
  }

  define(definition: InstrumentDefinition): InstrumentId {
    const id = this.#engine.define(definition);
    for (const tap of this.#taps) tap.onDefine(id, definition);
    return id;
  }

  onEvent(event: MarketEvent): void {
    const fault = formFault(event);
    if (fault !== null) return this.#engine.counters.add(fault);
    const before = this.#engine.eventsTaken;
    this.#engine.onEvent(event);
    if (this.#engine.eventsTaken === before) return;
    for (const tap of this.#taps) tap.onEvent(event);
  }

  onGap(mark: GapMark): void {
    if (!this.#engine.onGap(mark)) return;
    for (const tap of this.#taps) tap.onGap?.(mark);
  }
}
