import { instrumentKey, type InstrumentDefinition } from '#protocol';
import { commonIncrement, stepsIn } from '../file/common-increment.ts';
import { EventScales } from '../file/event-scales.ts';

/** How the instruments of one tape stand in a list of several tapes. */
export interface InstrumentMapping {
  /** Place in the list by id of the tape. */
  readonly ids: readonly number[];
  /** Units of the list in one of the tape, by id of the tape. */
  readonly price: readonly number[];
  readonly size: readonly number[];
  /** By place in the list. */
  readonly scales: EventScales;
}

/**
 * The instruments of several tapes as one list, by venue and symbol. Invariant: places never change, and ticks and lots only become
 * finer, so that each value of every tape is a whole number of them.
 */
export class InstrumentList {
  readonly #definitions: InstrumentDefinition[] = [];
  readonly #places = new Map<string, number>();
  #changes = 0;

  get definitions(): readonly InstrumentDefinition[] {
    return this.#definitions;
  }

  /** Rises when a definition that was there has changed. */
  get changes(): number {
    return this.#changes;
  }

  add(definition: InstrumentDefinition): void {
    const key = instrumentKey(definition);
    const place = this.#places.get(key);
    if (place === undefined) {
      this.#places.set(key, this.#definitions.length);
      this.#definitions.push(definition);
      return;
    }
    const before = this.#definitions[place]!;
    const kept = {
      ...definition,
      tick: commonIncrement(before.tick, definition.tick),
      lot: commonIncrement(before.lot, definition.lot),
    };
    if (JSON.stringify(kept) === JSON.stringify(before)) return;
    this.#definitions[place] = kept;
    this.#changes += 1;
  }

  /** Of instruments that were all added. */
  mapping(instruments: readonly InstrumentDefinition[]): InstrumentMapping {
    const scales = new EventScales();
    const ids = instruments.map((instrument) => this.#places.get(instrumentKey(instrument))!);
    const price = instruments.map(({ tick }, id) => stepsIn(tick, this.#definitions[ids[id]!]!.tick));
    const size = instruments.map(({ lot }, id) => stepsIn(lot, this.#definitions[ids[id]!]!.lot));
    for (const [id, place] of ids.entries()) scales.set(place, price[id]!, size[id]!);
    return { ids, price, size, scales };
  }
}
