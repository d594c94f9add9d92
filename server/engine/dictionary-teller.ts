import { instrumentId } from '#protocol';
import type { Dictionary, Sealed } from './dictionary.ts';
import type { Subscriber } from './subscriber.ts';

/** Ticks that begin while one is under way, and for which new references wait at most: about as long as they are apart. */
const TICKS_WAITED_MAX = 20;

/**
 * Tells viewers what they need of the dictionary, as late as it can: at their next frame. At once and to everybody, ten thousand viewers
 * would hold the event loop up for a quarter of a second whenever references move, which is every other second.
 *
 * Invariant: an instrument's entry of the current generation reaches a viewer before any frame that needs it. With a bandwidth cap
 * it is only noted here that something is lacking: who makes the frame tells it then.
 */
export class DictionaryTeller {
  readonly #dictionary: Dictionary;
  /** Number of the tick from which on new references wait; null = none do. */
  #waitsFrom: number | null = null;

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary;
  }

  /**
   * Whether a new generation is to begin now. New references are a matter of bytes, and a tick that is under way would have to be served
   * to its end first, in one go.
   * @param tick number of the newest tick
   */
  isDue(isIdle: boolean, tick: number): boolean {
    if (!this.#dictionary.hasPending) return false;
    this.#waitsFrom ??= tick;
    if (!isIdle && !this.#dictionary.isUrgent && tick - this.#waitsFrom < TICKS_WAITED_MAX) return false;
    this.#waitsFrom = null;
    return true;
  }

  /** Instruments that a viewer is about to be served. */
  tellNew(subscriber: Subscriber, ids: readonly number[]): void {
    const fresh = ids.filter((id) => !subscriber.told.has(id));
    if (fresh.length === 0 && subscriber.generation === this.#dictionary.generation) return;
    if (subscriber.isCapped) subscriber.lacksEntries = true;
    else this.#tellWith(subscriber, fresh);
  }

  /** What changed since a viewer was told last: called before it is sent a frame. Who was told nothing yet lacks nothing. */
  catchUp(subscriber: Subscriber): void {
    const { generation, isCapped } = subscriber;
    if (generation < 0 || generation === this.#dictionary.generation || isCapped) return;
    this.#tellWith(subscriber, []);
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
    this.#tell(subscriber, [...missing], []);
  }

  /** All that a viewer was ever told, because it asks for it. */
  tellAgain(subscriber: Subscriber): void {
    this.#tell(subscriber, subscriber.told.ids(), []);
  }

  /** A new generation. */
  announce(subscribers: Iterable<Subscriber>, { entries, references, isUrgent }: Sealed): void {
    if (entries.length + references.length === 0) return;
    for (const subscriber of subscribers) {
      if (subscriber.isCapped) {
        for (const id of entries) subscriber.told.delete(id);
        for (const id of references) subscriber.stale.add(id);
        subscriber.lacksEntries = true;
      } else if (isUrgent && subscriber.subscriptions.size > 0) {
        this.catchUp(subscriber);
      }
    }
  }

  /** New entries, and what changed of the others since the viewer's generation. */
  #tellWith(subscriber: Subscriber, fresh: readonly number[]): void {
    const dictionary = this.#dictionary;
    const since = subscriber.generation;
    const entries = [...fresh];
    const references: number[] = [];
    if (since !== dictionary.generation) {
      for (const id of subscriber.told.ids()) {
        if (dictionary.entryGeneration(id) > since) entries.push(id);
        else if (dictionary.referencesGeneration(id) > since) references.push(id);
      }
    }
    this.#tell(subscriber, entries, references);
  }

  #tell(subscriber: Subscriber, entries: readonly number[], references: readonly number[]): void {
    const { generation } = this.#dictionary;
    for (const id of entries) {
      subscriber.told.add(id);
      subscriber.stale.delete(id);
    }
    subscriber.generation = generation;
    subscriber.peer.tellInstruments(generation, entries.map(instrumentId), references.map(instrumentId));
  }
}
