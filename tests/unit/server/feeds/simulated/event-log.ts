import { createHash } from 'node:crypto';
import type { FeedState, InstrumentDefinition, InstrumentId, MarketEvent } from '#protocol';
import type { EventSink } from '../../../../../server/engine/ports.ts';

/** One line of text for an event, every field in it. */
export function eventLine(event: MarketEvent): string {
  return JSON.stringify(event);
}

/** Counts events and keeps a hash of the first `hashMax` of them, in order. */
export class EventDigest {
  count = 0;
  readonly #hash = createHash('sha256');
  readonly #hashMax: number;

  constructor(hashMax: number = Number.POSITIVE_INFINITY) {
    this.#hashMax = hashMax;
  }

  onEvent(event: MarketEvent): void {
    this.count += 1;
    if (this.count <= this.#hashMax) this.#hash.update(`${eventLine(event)}\n`);
  }

  hex(): string {
    return this.#hash.digest('hex');
  }
}

/** A sink that remembers everything, with copies of the events. Ids count down from `firstId`, to be unlike places in a list. */
export class EventLog implements EventSink {
  readonly definitions: InstrumentDefinition[] = [];
  readonly ids: InstrumentId[] = [];
  readonly events: MarketEvent[] = [];
  readonly states: { state: FeedState; message: string }[] = [];
  #nextId: number;

  constructor(firstId = 5_000) {
    this.#nextId = firstId;
  }

  define(instrument: InstrumentDefinition): InstrumentId {
    const id = this.#nextId as InstrumentId;
    this.#nextId -= 1;
    this.definitions.push(instrument);
    this.ids.push(id);
    return id;
  }

  onEvent(event: MarketEvent): void {
    this.events.push(structuredClone(event));
  }

  onState(state: FeedState, message: string): void {
    this.states.push({ state, message });
  }
}
