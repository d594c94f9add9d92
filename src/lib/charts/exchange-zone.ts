import type { DictionaryEntry } from '#protocol';
import { tradingHours } from '../../protocol/market-hours.ts';
import type { IanaZone } from '../format/index.ts';

/**
 * Time zone of an instrument's exchange, by its class and currency: sources do not tell it. Null where trading keeps no city's hours
 * (crypto, currencies) or the city cannot be told.
 */
export function exchangeZone(entry: DictionaryEntry): IanaZone | null {
  const { assetClass, currency } = entry;
  return (
    tradingHours(entry)?.zone ?? (assetClass === 'future' && currency === 'USD' ? 'America/Chicago' : null)
  );
}
