import { InstrumentSet } from './instrument-set.ts';

/** The instruments that a viewer is served in one lane. Viewers with the same ones share it. */
export class Watchlist {
  /** In rising order. */
  readonly ids: readonly number[];
  readonly #set = new InstrumentSet();

  constructor(ids: readonly number[]) {
    this.ids = ids;
    for (const id of ids) this.#set.add(id);
  }

  has(id: number): boolean {
    return this.#set.has(id);
  }
}
