import { UserError } from '../errors.ts';

/** What `--symbols` says, by feed: `BTC-USD` is for every venue, `coinbase:BTC-USD` for one. */
export class WantedSymbols {
  readonly #forAll: string[] = [];
  readonly #byFeed = new Map<string, string[]>();

  /**
   * @param feeds names of the feeds that are opened
   * @param known names that a prefix may be: another prefix is part of the symbol
   * @throws UserError for a symbol of a venue that is not opened
   */
  constructor(symbols: readonly string[], feeds: readonly string[], known: readonly string[]) {
    for (const text of symbols) {
      const at = text.indexOf(':');
      const feed = text.slice(0, Math.max(0, at)).toLowerCase();
      if (feeds.includes(feed)) {
        this.#byFeed.set(feed, [...(this.#byFeed.get(feed) ?? []), text.slice(at + 1)]);
      } else if (known.includes(feed)) {
        throw new UserError(`--symbols names ${text}, but there is no --feed ${feed}.`);
      } else {
        this.#forAll.push(text);
      }
    }
  }

  /** Empty = all that the venue lists. */
  of(feed: string): string[] {
    return [...new Set([...this.#forAll, ...(this.#byFeed.get(feed) ?? [])])];
  }
}
