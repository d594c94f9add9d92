import { priceTicks, sizeLots, instrumentId, type DictionaryEntry } from '#protocol';

/** An instrument with a tick of 0.01. */
export function alertEntry(more: Partial<DictionaryEntry> = {}): DictionaryEntry {
  return {
    id: instrumentId(0),
    venue: 'SIM',
    symbol: 'BTC-USD',
    name: 'Bitcoin',
    assetClass: 'crypto',
    currency: 'USD',
    tick: { units: 1, decimals: 2 },
    lot: { units: 1, decimals: 4 },
    referencePrice: priceTicks(0),
    referenceVolume: sizeLots(0),
    open: priceTicks(0),
    ...more,
  };
}
