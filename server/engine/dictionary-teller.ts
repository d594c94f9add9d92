import { instrumentId, type InstrumentId } from '#protocol';
import type { Dictionary, Sealed } from './dictionary.ts';
import type { Subscriber } from './subscriber.ts';

/**
 * Tells viewers what they need of the dictionary.
 *
 * Invariant: an instrument's entry of the current generation reaches a viewer before any frame that needs it. With a bandwidth cap
 * it is only noted here that something is lacking: who makes the frame tells it then.
 */
export class DictionaryTeller {
  readonly #dictionary: Dictionary;

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary;
  }

  /** Instruments that a viewer is about to be served. */
  tellNew(subscriber: Subscriber, ids: readonly number[]): void {
    const { generation } = this.#dictionary;
    const fresh = ids.filter((id) => !subscriber.told.has(id));
    if (fresh.length === 0 && subscriber.generation === generation) return;
    if (subscriber.isCapped) subscriber.lacksEntries = true;
    else this.#tell(subscriber, fresh);
  }

  /** All that a viewer lacks: its bandwidth cap is gone. */
  tellMissing(subscriber: Subscriber): void {
    if (!subscriber.lacksEntries) return;
    subscriber.lacksEntries = false;
    const missing = new Set<number>();
    for (const members of subscriber.placements.values()) {
      for (const { watchlist } of members) {
        for (const id of watchlist.ids)
          if (!subscriber.told.has(id) || subscriber.stale.has(id)) missing.add(id);
      }
    }
    this.#tell(subscriber, [...missing]);
  }

  /** All that a viewer was ever told, because it asks for it. */
  tellAgain(subscriber: Subscriber): void {
    this.#tell(subscriber, subscriber.told.ids());
  }

  /** A new generation. */
  announce(subscribers: Iterable<Subscriber>, { entries, references }: Sealed): void {
    const { generation } = this.#dictionary;
    if (entries.length + references.length === 0) return;
    for (const subscriber of subscribers) {
      if (subscriber.subscriptions.size > 0 && !subscriber.isCapped) {
        const known = (id: InstrumentId): boolean => subscriber.told.has(id);
        subscriber.generation = generation;
        subscriber.peer.tellInstruments(generation, entries.filter(known), references.filter(known));
      } else {
        // Nothing is served to it now, or it is told when it is needed.
        for (const id of entries) subscriber.told.delete(id);
        for (const id of references) {
          if (subscriber.isCapped) subscriber.stale.add(id);
          else subscriber.told.delete(id);
        }
        if (subscriber.isCapped) subscriber.lacksEntries = true;
      }
    }
  }

  #tell(subscriber: Subscriber, ids: readonly number[]): void {
    const { generation } = this.#dictionary;
    for (const id of ids) {
      subscriber.told.add(id);
      subscriber.stale.delete(id);
    }
    subscriber.generation = generation;
    subscriber.peer.tellInstruments(generation, ids.map(instrumentId), []);
  }
}
