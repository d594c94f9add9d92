import type { DictionaryEntry } from '#protocol';
import type { InstrumentsView } from './market.ts';

/** The list of known instruments, for lists and searches. Their values are in the quote store. */
export class Instruments implements InstrumentsView {
  all = $state.raw<readonly DictionaryEntry[]>([]);

  /** @param entries by id, with holes */
  set(entries: readonly (DictionaryEntry | undefined)[]): void {
    this.all = entries.filter((entry) => entry !== undefined);
  }
}
