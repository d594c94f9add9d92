import { instrumentKey, type InstrumentDefinition } from '#protocol';
import { commonIncrement, stepsIn } from './common-increment.ts';
import type { UnitFactors } from './decoded-events.ts';
import type { TapeDictionary } from './dictionary-content.ts';

/** How the events of one state of the dictionary are read. */
export interface DictionaryView extends UnitFactors {
  readonly instruments: number;
  /** 1 where the definition is known, by id of the file. */
  readonly isKnown: Uint8Array;
}

/**
 * All states of a tape's dictionary that can be read. Every dictionary block is whole, so any later one tells of an earlier state what
 * has not changed since: the loss of a block loses a definition only where it was replaced before it was written again.
 *
 * Invariant: an instrument's tick and lot over the whole tape are such that each unit it ever had is a whole number of them.
 */
export class DictionaryHistory {
  /** By revision, rising. */
  readonly #states: TapeDictionary[] = [];
  #definitions: InstrumentDefinition[] = [];
  #views = new Map<number, DictionaryView>();

  /** Latest definitions by id of the file, in the units of the whole tape. */
  get definitions(): readonly InstrumentDefinition[] {
    return this.#definitions;
  }

  get latest(): TapeDictionary | undefined {
    return this.#states.at(-1);
  }

  /** Whether this state can be read already. */
  has(revision: number): boolean {
    return this.#states.some((state) => state.revision === revision);
  }

  /** False when it tells nothing new. */
  add(dictionary: TapeDictionary): boolean {
    const { revision } = dictionary;
    const place = this.#states.findIndex((state) => state.revision >= revision);
    if (place >= 0 && this.#states[place]!.revision === revision) return false;
    this.#states.splice(place < 0 ? this.#states.length : place, 0, dictionary);
    this.#views = new Map();
    this.#settle();
    return true;
  }

  /** How to read events that were written at a state of the dictionary. */
  view(revision: number): DictionaryView {
    const known = this.#views.get(revision);
    if (known !== undefined) return known;
    const size = this.#definitions.length;
    const view = {
      instruments: size,
      isKnown: new Uint8Array(size),
      price: new Float64Array(size).fill(1),
      size: new Float64Array(size).fill(1),
    };
    for (const state of this.#states) {
      if (state.revision < revision) continue;
      for (const [id, { definition, since }] of state.instruments.entries()) {
        if (since > revision || view.isKnown[id] === 1) continue;
        view.isKnown[id] = 1;
        view.price[id] = stepsIn(definition.tick, this.#definitions[id]!.tick);
        view.size[id] = stepsIn(definition.lot, this.#definitions[id]!.lot);
      }
    }
    this.#views.set(revision, view);
    return view;
  }

  #settle(): void {
    const definitions: InstrumentDefinition[] = [];
    for (const { instruments } of this.#states) {
      for (const [id, { definition }] of instruments.entries()) {
        const before = definitions[id];
        definitions[id] =
          before === undefined || instrumentKey(before) !== instrumentKey(definition)
            ? definition
            : {
                ...definition,
                tick: commonIncrement(before.tick, definition.tick),
                lot: commonIncrement(before.lot, definition.lot),
              };
      }
    }
    this.#definitions = definitions;
  }
}
