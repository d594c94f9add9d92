import type { InstrumentId } from '#protocol';
import type { Dictionary } from '../engine/dictionary.ts';
import type { Sight } from '../engine/selector.ts';

/**
 * The instrument that a link names: `coinbase:BTC-USD`, or a bare symbol, which means the most active one of that name.
 * @param sight what cannot be seen is not found; null = everything can be
 */
export function findInstrument(
  dictionary: Dictionary,
  text: string,
  sight: Sight | null = null,
): InstrumentId | null {
  const isSeen = (id: InstrumentId): boolean => sight === null || sight.sees(dictionary.definition(id));
  const known = dictionary.find(text);
  const exact = [...(known === undefined ? [] : [known]), ...dictionary.named(text)].find(isSeen);
  if (exact !== undefined) return exact;
  // Links are typed by hand: case counts only when it has to.
  const lower = text.toLowerCase();
  for (const id of dictionary.ids()) {
    const { venue, symbol } = dictionary.definition(id);
    const isNamed = symbol.toLowerCase() === lower || `${venue}:${symbol}`.toLowerCase() === lower;
    if (isNamed && isSeen(id)) return id;
  }
  return null;
}
