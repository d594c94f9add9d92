import type { DictionaryEntry, InstrumentsMessage, ReferenceColumns } from '#protocol';
import { grownCapacity } from './quote-columns.ts';

/** No frame names this generation. */
const NO_GENERATION = -1;

/**
 * The instruments of a timeline by id, and what data frames are written against. Not a catalogue: it knows only what the
 * server named. Invariant: `reference` covers every id below `capacity`.
 */
export class Dictionary {
  generation = NO_GENERATION;
  /** By id; holes are possible. */
  entries: (DictionaryEntry | undefined)[] = [];
  readonly reference: ReferenceColumns = { price: new Float64Array(64), volume: new Float64Array(64) };
  #void = true;

  /** One more than the highest id that was named. */
  get capacity(): number {
    return this.entries.length;
  }

  /** A new connection is told everything it needs anew; until then no frame can be read. */
  forgetGeneration(): void {
    this.generation = NO_GENERATION;
  }

  /** Another epoch on another connection may number the instruments anew: the next message replaces all there is. */
  discard(): void {
    this.#void = true;
    this.generation = NO_GENERATION;
  }

  /** Takes entries in, new ones and changed ones. True when they replaced everything that was there. */
  apply(message: InstrumentsMessage): boolean {
    const whole = this.#void;
    if (whole) this.entries = [];
    this.#void = false;
    for (const entry of message.entries) this.#put(entry);
    if (message.references !== undefined) this.#refer(message.references);
    this.generation = message.generation;
    return whole;
  }

  /**
   * Takes new references: id, price, volume, flat. They are for reading frames alone, so `entries` keeps those of its own; an
   * instrument that was never named is passed over.
   */
  #refer(references: readonly number[]): void {
    for (let at = 0; at < references.length; at += 3) {
      const id = references[at]!;
      if (this.entries[id] === undefined) continue;
      this.reference.price[id] = references[at + 1]!;
      this.reference.volume[id] = references[at + 2]!;
    }
  }

  #put(entry: DictionaryEntry): void {
    const capacity = grownCapacity(this.reference.price.length, entry.id + 1);
    if (capacity > this.reference.price.length) {
      for (const field of ['price', 'volume'] as const) {
        const longer = new Float64Array(capacity);
        longer.set(this.reference[field]);
        this.reference[field] = longer;
      }
    }
    while (this.entries.length <= entry.id) this.entries.push(undefined);
    this.entries[entry.id] = entry;
    this.reference.price[entry.id] = entry.referencePrice;
    this.reference.volume[entry.id] = entry.referenceVolume;
  }
}
