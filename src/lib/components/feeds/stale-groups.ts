import type { DictionaryEntry } from '#protocol';

export interface StaleGroup {
  /** One sentence of the feed. */
  readonly reason: string;
  readonly symbols: readonly string[];
}

/** Instruments of a venue that cannot be trusted now, those with the same reason together, the largest group first. */
export function staleGroups(
  stale: ReadonlyMap<number, string>,
  instruments: readonly DictionaryEntry[],
  venue: string,
): StaleGroup[] {
  const groups = new Map<string, string[]>();
  for (const { id, symbol, venue: itsVenue } of instruments) {
    const reason = stale.get(id);
    if (reason === undefined || itsVenue !== venue) continue;
    const symbols = groups.get(reason);
    if (symbols === undefined) groups.set(reason, [symbol]);
    else symbols.push(symbol);
  }
  return [...groups]
    .map(([reason, symbols]) => ({ reason, symbols }))
    .toSorted((one, other) => other.symbols.length - one.symbols.length);
}
