import type { InstrumentId } from '#protocol';
import type { Dictionary } from '../engine/dictionary.ts';

/** The instrument that a link names: `coinbase:BTC-USD`, or a bare symbol, which means the most active one of that name. */
export function findInstrument(dictionary: Dictionary, text: string): InstrumentId | null {
  const exact = dictionary.find(text) ?? dictionary.named(text)[0];
  if (exact !== undefined) return exact;
  // Links are typed by hand: case counts only when it has to.
  const lower = text.toLowerCase();
  for (const id of dictionary.ids()) {
    const { venue, symbol } = dictionary.definition(id);
    if (symbol.toLowerCase() === lower || `${venue}:${symbol}`.toLowerCase() === lower) return id;
  }
  return null;
}
