import type { FeedState, InstrumentDefinition, InstrumentId, MarketEvent } from '#protocol';
import { instrumentId, instrumentKey } from '#protocol';
import type { EventSink } from '../../../../../server/engine/ports.ts';

/** A sink that keeps what it was given. */
export class RecordingSink implements EventSink {
  readonly definitions: InstrumentDefinition[] = [];
  readonly events: MarketEvent[] = [];
  readonly states: [FeedState, string][] = [];
  readonly #ids = new Map<string, InstrumentId>();

  define(definition: InstrumentDefinition): InstrumentId {
    this.definitions.push(definition);
    const key = instrumentKey(definition);
    const id = this.#ids.get(key) ?? instrumentId(this.#ids.size);
    this.#ids.set(key, id);
    return id;
  }

  onEvent(event: MarketEvent): void {
    this.events.push(structuredClone(event));
  }

  onState(state: FeedState, message: string): void {
    this.states.push([state, message]);
  }
}
