import type { AssetClass } from '#protocol';
import { quoteCurrency } from './quote-currency.ts';
import { isCurrencyPair } from './symbol-name.ts';

/** What the names of a Lean file say of it, and what follows from them. */
export interface LeanName {
  readonly venue: string;
  readonly symbol: string;
  readonly assetClass: AssetClass;
  readonly currency: string;
  readonly ticks: 'trade' | 'quote' | 'openinterest';
  /** Seconds of a bar; 0 for ticks; NaN where only the rows tell an hour from a day. */
  readonly barSeconds: number;
  /** Midnight of the date, as if it were UTC; NaN where the rows have dates. */
  readonly dayMs: number;
  /** IANA name of the zone that the times are written in. */
  readonly zone: string;
  /** Prices are multiplied by 10,000. */
  readonly isScaled: boolean;
  /** Currencies and contracts for difference have quotes only. */
  readonly hasTrades: boolean;
}

type Security = 'equity' | 'option' | 'futureoption' | 'index' | 'forex' | 'cfd' | 'crypto' | 'future';

const ASSET_CLASS: Record<Security, AssetClass> = {
  equity: 'equity',
  option: 'other',
  futureoption: 'other',
  index: 'index',
  forex: 'fx',
  cfd: 'other',
  crypto: 'crypto',
  future: 'future',
};

/** Lean's folders data/<security>/<market>/<resolution>/..., with the two that are a kind of another. */
const SECURITY_OF_FOLDER: Readonly<Record<string, Security>> = {
  equity: 'equity',
  option: 'option',
  indexoption: 'option',
  futureoption: 'futureoption',
  index: 'index',
  forex: 'forex',
  cfd: 'cfd',
  crypto: 'crypto',
  cryptofuture: 'crypto',
  future: 'future',
};

const MARKETS =
  'usa india oanda fxcm interactivebrokers binance binanceus bitfinex bybit coinbase gdax kraken ftx ftxus dydx cbot cfe cme comex nymex ice cboe eurex hkfe sgx krx ose'.split(
    ' ',
  );
const SECURITY_OF_MARKET: Readonly<Record<string, Security>> = {
  oanda: 'forex',
  fxcm: 'forex',
  usa: 'equity',
};
const MARKET_OF_SECURITY: Readonly<Record<Security, string>> = {
  equity: 'usa',
  option: 'usa',
  futureoption: 'futures',
  index: 'usa',
  forex: 'forex',
  cfd: 'cfd',
  crypto: 'crypto',
  future: 'futures',
};

/** Data zones of https://github.com/QuantConnect/Lean/blob/master/Data/market-hours/market-hours-database.json; all else is UTC. */
const ZONES: Readonly<Record<string, string>> = {
  'equity usa': 'America/New_York',
  'option usa': 'America/New_York',
  'index usa': 'America/New_York',
  'index cboe': 'America/New_York',
  'equity india': 'Asia/Kolkata',
  'option india': 'Asia/Kolkata',
  'index india': 'Asia/Kolkata',
  'future india': 'Asia/Kolkata',
  // The sign of these names is turned round: this is UTC-05:00 the year round.
  'forex fxcm': 'Etc/GMT+5',
  'future eurex': 'Europe/Berlin',
  'index eurex': 'Europe/Berlin',
  'future hkfe': 'Asia/Hong_Kong',
  'index hkfe': 'Asia/Hong_Kong',
  'future krx': 'Asia/Seoul',
  'index krx': 'Asia/Seoul',
  'index ose': 'Asia/Tokyo',
};

/** Indices of options that trade in Chicago; no share has their names. */
const CHICAGO_INDICES = new Set(['SPX', 'VIX', 'NDX']);

const SECONDS: Readonly<Record<string, number>> = {
  tick: 0,
  second: 1,
  minute: 60,
  hour: 3_600,
  daily: 86_400,
};

/** 20231008_spy_minute_trade, 20131008_gc_tick_trade_201312, 20151224_goog_minute_quote_american_call_7500000_20160115 */
const OF_A_DAY = /^(\d{4})(\d\d)(\d\d)_(.+?)_(tick|second|minute)_(trade|quote|openinterest)(?:_(.+))?$/i;
/** 20131008_ibm_Quote_Tick: equity ticks have it the other way round. */
const EQUITY_TICKS = /^(\d{4})(\d\d)(\d\d)_(.+)_(trade|quote)_(tick)$/i;
/** gc_trade_201312, aapl_quote_american_put_1000000_20140118; spy holds trades. */
const OF_ALL_DAYS = /^(.+?)(?:_(trade|quote|openinterest)(?:_(.+))?)?$/i;

/**
 * @param name of the member, or of the file where it is none
 * @param path of the archive, whose folders and name may tell security and market
 * @param hasDates whether the rows have dates, as those of hours and days do
 */
export function leanName(name: string, path: string, hasDates: boolean): LeanName | null {
  const stem = name.replace(/\.(?:gz|zst|bz2)$/i, '').replace(/\.csv$/i, '');
  const place = leanPlace(path);
  if (hasDates) {
    const [, ticker, ticks, contract] = OF_ALL_DAYS.exec(stem) ?? [];
    return ticker === undefined
      ? null
      : described(place, ticker, ticks ?? '', contract, place.barSeconds, Number.NaN);
  }
  const parts = OF_A_DAY.exec(stem);
  const ofTicks = parts === null ? EQUITY_TICKS.exec(stem) : null;
  const [, year, month, day, ticker, ...rest] = parts ?? ofTicks ?? [];
  if (ticker === undefined) return null;
  const [resolution, ticks, contract] = ofTicks === null ? rest : [rest[1], rest[0], undefined];
  const dayMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const known = ofTicks === null ? place : { ...place, security: place.security ?? 'equity' };
  return described(known, ticker, ticks!, contract, SECONDS[resolution!.toLowerCase()]!, dayMs);
}

interface LeanPlace {
  security: Security | null;
  market: string | null;
  barSeconds: number;
}

/** From Lean's own folders, else from the words of the file's name. */
function leanPlace(path: string): LeanPlace {
  const parts = path.toLowerCase().split(/[/\\]/);
  const at = parts.findLastIndex(
    (part, index) => Object.hasOwn(SECURITY_OF_FOLDER, part) && MARKETS.includes(parts[index + 1] ?? ''),
  );
  const words = at === -1 ? parts.at(-1)!.split(/[^a-z]+/) : parts.slice(at + 1);
  return {
    security: at === -1 ? null : SECURITY_OF_FOLDER[parts[at]!]!,
    market: words.find((word) => MARKETS.includes(word)) ?? null,
    barSeconds: SECONDS[words.find((word) => word === 'hour' || word === 'daily') ?? ''] ?? Number.NaN,
  };
}

function described(
  { security: told, market }: LeanPlace,
  ticker: string,
  ticks: string,
  contract: string | undefined,
  barSeconds: number,
  dayMs: number,
): LeanName {
  const root = ticker.toUpperCase();
  const guess = securityOf(root, contract, market);
  // A folder is believed unless the member is a contract, which no folder of shares holds.
  const security = told === null || (contract !== undefined && told === 'equity') ? guess : told;
  const venue = market ?? MARKET_OF_SECURITY[security];
  const kind = ticks.toLowerCase();
  return {
    venue,
    symbol: contract === undefined ? root : `${root}-${contractName(contract)}`,
    assetClass: ASSET_CLASS[security],
    currency: currencyOf(root, security, venue),
    ticks: kind === 'quote' || kind === 'openinterest' ? kind : 'trade',
    barSeconds,
    dayMs,
    zone:
      security === 'index' && CHICAGO_INDICES.has(root)
        ? 'America/Chicago'
        : (ZONES[`${security} ${venue}`] ?? 'UTC'),
    isScaled: security === 'equity' || security === 'option',
    hasTrades: security !== 'forex' && security !== 'cfd',
  };
}

function securityOf(root: string, contract: string | undefined, market: string | null): Security {
  if (contract !== undefined) {
    if (/_(?:call|put)_/i.test(contract)) return 'option';
    return /^perp$/i.test(contract) || quoteCurrency(root) !== '' ? 'crypto' : 'future';
  }
  if (CHICAGO_INDICES.has(root)) return 'index';
  const isPair = isCurrencyPair(root);
  if (market !== null && SECURITY_OF_MARKET[market] !== undefined) {
    const security = SECURITY_OF_MARKET[market];
    return security === 'forex' && !isPair ? 'cfd' : security;
  }
  if (isPair) return 'forex';
  // Shares have five letters at most.
  return root.length > 5 && quoteCurrency(root) !== '' ? 'crypto' : 'equity';
}

/** 201312 stays; american_call_7500000_20160115 -> 20160115-C-750. */
function contractName(contract: string): string {
  const [, style, right, strike, expiry] = /^(\w+?)_(call|put)_(\d+)_(\d{8})$/i.exec(contract) ?? [];
  if (strike === undefined) return contract.toUpperCase();
  const european = /^european$/i.test(style!) ? 'E' : '';
  return `${expiry}-${right![0]!.toUpperCase()}-${Number(strike) / 10_000}${european}`;
}

function currencyOf(root: string, security: Security, venue: string): string {
  if (security === 'crypto') return quoteCurrency(root);
  if (security === 'forex' || security === 'cfd') return root.slice(-3);
  if (venue === 'india') return 'INR';
  return ['usa', 'cme', 'cbot', 'comex', 'nymex', 'cboe', 'cfe', 'ice', 'futures'].includes(venue)
    ? 'USD'
    : '';
}
