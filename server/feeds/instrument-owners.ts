import { instrumentKey, type InstrumentDefinition } from '#protocol';
import type { Feed } from '../engine/ports.ts';

/** An instrument that another feed brings. Two feeds of one would mix prices of different steps and times. */
export class TakenInstrument extends Error {
  override name = 'TakenInstrument';

  constructor(key: string, owner: string) {
    super(`${key} comes from the feed ${owner} already: one instrument has one feed.`);
  }
}

/** Which feed brings an instrument: the first that made it known. Invariant: an instrument is one feed's for good. */
export class InstrumentOwners {
  readonly #owners = new Map<string, Feed>();

  /** @throws TakenInstrument when it is another feed's */
  claim(definition: InstrumentDefinition, feed: Feed): void {
    const key = instrumentKey(definition);
    const owner = this.#owners.get(key);
    if (owner === undefined) this.#owners.set(key, feed);
    else if (owner !== feed) throw new TakenInstrument(key, owner.name);
  }
}
