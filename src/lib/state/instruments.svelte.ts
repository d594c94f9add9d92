import type { DictionaryEntry } from '#protocol';
import type { InstrumentsView } from './market.ts';

/** The list of known instruments, for lists and searches. Their values are in the quote store. */
export class Instruments implements InstrumentsView {
  all = $state.raw<readonly DictionaryEntry[]>([]);
  #held: readonly DictionaryEntry[] = [];

  /** @param entries by id, with holes */
  set(entries: readonly (DictionaryEntry | undefined)[]): void {
    const all = entries.filter((entry) => entry !== undefined);
    if (all.length === this.#held.length && all.every((entry, at) => entry === this.#held[at])) return;
    this.all = this.#held = all;
  }
}
