import type { DictionaryEntry } from '#protocol';
import type { IanaZone } from '../format/index.ts';

/** Where shares and indexes in a currency are traded. Euros are not here: their exchanges keep one clock, but not one city. */
const SHARE_ZONES: Readonly<Record<string, IanaZone>> = {
  USD: 'America/New_York',
  CAD: 'America/Toronto',
  GBP: 'Europe/London',
  GBX: 'Europe/London',
  CHF: 'Europe/Zurich',
  JPY: 'Asia/Tokyo',
  HKD: 'Asia/Hong_Kong',
  CNY: 'Asia/Shanghai',
  INR: 'Asia/Kolkata',
  AUD: 'Australia/Sydney',
};

/**
 * Time zone of an instrument's exchange, by its class and currency: sources do not tell it. Null where trading keeps no city's hours
 * (crypto, currencies) or the city cannot be told.
 */
export function exchangeZone({ assetClass, currency }: DictionaryEntry): IanaZone | null {
  if (assetClass === 'equity' || assetClass === 'index') return SHARE_ZONES[currency] ?? null;
  return assetClass === 'future' && currency === 'USD' ? 'America/Chicago' : null;
}
