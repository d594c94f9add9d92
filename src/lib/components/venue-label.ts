/** Two or three letters for venues that have a usual short form; others get their first three. */
const CODES: Readonly<Record<string, string>> = {
  binance: 'BN',
  'binance-delivery': 'BND',
  'binance-futures': 'BNF',
  bitfinex: 'BFX',
  bitmex: 'BMX',
  bitstamp: 'BST',
  bybit: 'BYB',
  cme: 'CME',
  coinbase: 'CB',
  deribit: 'DRB',
  ftx: 'FTX',
  gemini: 'GEM',
  huobi: 'HUO',
  kraken: 'KR',
  kucoin: 'KUC',
  nasdaq: 'NDQ',
  nyse: 'NYS',
  okx: 'OKX',
  sim: 'SIM',
};

const SIMULATED = 'SIM';

/** Code beside a symbol. Made-up prices say SIM, whatever their venue is called. */
export function venueCode(venue: string, simulated: boolean): string {
  if (simulated) return SIMULATED;
  return (
    CODES[venue] ??
    venue
      .replace(/[^a-z0-9]/gi, '')
      .slice(0, 3)
      .toUpperCase()
  );
}

/** A venue's key as a name: `binance-futures` -> `Binance Futures`. */
export function venueName(venue: string, simulated: boolean): string {
  if (simulated) return SIMULATED;
  return venue
    .split(/[-_\s]+/)
    .map((word) => (word.length <= 3 ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1)))
    .join(' ');
}

const ASSET_CLASS_NAMES: Readonly<Record<string, string>> = {
  crypto: 'Crypto',
  equity: 'Equity',
  fx: 'FX',
  future: 'Future',
  index: 'Index',
  other: 'Other',
};

export function assetClassName(assetClass: string): string {
  return ASSET_CLASS_NAMES[assetClass] ?? 'Other';
}
