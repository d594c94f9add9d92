import type { DictionaryEntry } from '#protocol';
import { instrumentKey } from '../../protocol/instrument.ts';

/**
 * The instrument that a link names: `coinbase:BTC-USD`, or a bare symbol, which means the most active one of that name.
 * Case counts only when it has to: an exact spelling wins.
 */
export function findInstrument(entries: readonly DictionaryEntry[], text: string): DictionaryEntry | null {
  const lower = text.toLowerCase();
  let best: DictionaryEntry | null = null;
  let bestRank = Infinity;
  for (const entry of entries) {
    const key = instrumentKey(entry);
    const rank =
      key === text
        ? 0
        : entry.symbol === text
          ? 1
          : key.toLowerCase() === lower
            ? 2
            : entry.symbol.toLowerCase() === lower
              ? 3
              : Infinity;
    if (rank < bestRank) {
      best = entry;
      bestRank = rank;
    }
  }
  return best;
}
