import uFuzzy from '@leeoniya/ufuzzy';
import type { DictionaryEntry } from '#protocol';

/** Matches beyond this are not ranked: twelve are shown, and ranking is what costs. */
const RANKED_MAX = 1_000;
/** Letters that are looked for: what is longer was pasted, and its pattern, which grows with the square, would be megabytes. */
const LETTERS_MAX = 100;
/** Words whose order is tried too: `usd btc` finds BTC-USD. Two are two tries, three would be six. */
const WORDS_SWAPPED = 1;

/**
 * Fuzzy search over all symbols: letters in order with gaps, one wrong letter, words in any order. Holds one text an instrument, made
 * when the list of instruments changes. 5,000 take some 2 ms.
 */
export class SymbolSearch {
  readonly #fuzzy = new uFuzzy({ intraMode: 1, intraIns: 1 });
  readonly #gappy = new uFuzzy({ intraMode: 0, intraIns: 6 });
  #instruments: readonly DictionaryEntry[] = [];
  #texts: string[] = [];

  /** Places in `instruments`, best first. */
  find(instruments: readonly DictionaryEntry[], query: string): readonly number[] {
    if (query.length > LETTERS_MAX) return [];
    if (instruments !== this.#instruments) {
      this.#instruments = instruments;
      this.#texts = uFuzzy.latinize(
        instruments.map(({ symbol, name, venue }) => `${symbol} ${name} ${venue}`),
      );
    }
    const needle = uFuzzy.latinize(query);
    const close = this.#search(this.#fuzzy, needle);
    return close.length > 0 || query.length < 3 ? close : this.#search(this.#gappy, needle);
  }

  #search(fuzzy: uFuzzy, needle: string): readonly number[] {
    const [found, info, order] = fuzzy.search(this.#texts, needle, WORDS_SWAPPED, RANKED_MAX);
    if (found === null) return [];
    return info === null || order === null ? found.slice(0, RANKED_MAX) : order.map((at) => info.idx[at]!);
  }
}
