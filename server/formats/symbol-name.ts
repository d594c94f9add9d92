import type { AssetClass } from '#protocol';
import { quoteCurrency } from './quote-currency.ts';

const CURRENCIES =
  'USD EUR GBP JPY CHF AUD NZD CAD CNH HKD SGD SEK NOK DKK PLN CZK HUF TRY ZAR MXN INR THB'.split(' ');
/** Words of file names in capitals that are no symbol. */
const NO_SYMBOL = new Set([
  'CSV',
  'DAT',
  'ASCII',
  'UTC',
  'EST',
  'ET',
  'GMT',
  'OHLC',
  'OHLCV',
  'BID',
  'ASK',
  'T',
  'M1',
]);
/** BTC_USDT-5m.json and BTC_USDT_USDT-1h-futures.feather, BTC_USDT-trades.json of https://www.freqtrade.io: base, quote, settlement, length. */
const PAIR_OF_FREQTRADE = /^([A-Z\d]{2,})_([A-Z\d]{3,})(?:_[A-Z\d]+)?-(?:\d{1,3}[smhdwM]|trades)(?=[-.])/;
/** okx_BTC-USDT-trades-2024-01-01.csv: what a pair is paid in stands behind a dash. */
const DASHED_PAIR =
  /(?:^|[^A-Za-z\d-])([A-Z\d]{2,}-(?:USDT?|USDC|EUR|GBP|JPY|BTC|ETH)(?:-SWAP|-PERP)?)(?=[-_.]|$)/;
/** HistData (https://www.histdata.com) names who the form of a file is for. */
const HISTDATA_FORM = /^DAT_(?:ASCII|MT|MS|NT|XLSX)_/;
/** Shares have five letters at most, so longer names that end in a currency are pairs. */
const SHARE_LETTERS_MAX = 5;

/** Six letters, both halves of them currencies: EURUSD. */
export function isCurrencyPair(symbol: string): boolean {
  return (
    symbol.length === 6 && [symbol.slice(0, 3), symbol.slice(3)].every((code) => CURRENCIES.includes(code))
  );
}

export interface FileSymbol {
  venue: string;
  symbol: string;
  assetClass: AssetClass;
  currency: string;
}

/**
 * What a file name tells of its only instrument: the first word in capitals is the symbol, a word in small letters before it the
 * venue. `cme_6EH4_1m_2024-01.csv.gz` is 6EH4 of cme.
 */
export function symbolOfFile(fileName: string): FileSymbol {
  const [, base, quote] = PAIR_OF_FREQTRADE.exec(fileName) ?? [];
  if (base !== undefined) return instrumentOf('file', `${base}/${quote!}`);
  const [found, dashed] = DASHED_PAIR.exec(fileName) ?? [];
  if (dashed !== undefined) {
    const [, venueWord] =
      /([a-z]{2,})[^A-Za-z\d]?$/.exec(fileName.slice(0, fileName.indexOf(found!) + 1)) ?? [];
    return instrumentOf(venueWord ?? 'file', dashed);
  }
  const words = fileName
    .replace(HISTDATA_FORM, '')
    .replace(/\.(?:csv|json|jsonl|txt|parquet|gz|zst|bz2|zip)\b/gi, '')
    .split(/[^A-Za-z\d.]+/);
  const at = words.findIndex((word) => /^(?=.*[A-Z])[A-Z\d.]{2,}$/.test(word) && !NO_SYMBOL.has(word));
  // dukascopy-node writes eurusd-tick-2019-01-13.csv.
  const pair = at === -1 ? words.find((word) => isCurrencyPair(word.toUpperCase())) : undefined;
  if (pair !== undefined) return instrumentOf('file', pair.toUpperCase());
  const before = words[at - 1] ?? '';
  return instrumentOf(
    /^[a-z]{2,}$/.test(before) ? before : 'file',
    at === -1 ? words.join('_') || 'file' : words[at]!,
  );
}

/** EUR/USD is EURUSD here, as most files write it. */
export function instrumentOf(venue: string, name: string): FileSymbol {
  const symbol = name.replaceAll('/', '');
  if (isCurrencyPair(symbol)) return { venue, symbol, assetClass: 'fx', currency: symbol.slice(3) };
  const currency = symbol.length > SHARE_LETTERS_MAX ? quoteCurrency(symbol) : '';
  return { venue, symbol, assetClass: currency === '' ? 'other' : 'crypto', currency };
}
