import { type AssetClass, type Increment, invariant, parseIncrement, powerOfTen } from '#protocol';

/** Groups whose prices move together, beyond what the whole market does. */
export const SECTORS = [
  'crypto',
  'technology',
  'consumer',
  'finance',
  'index',
  'dollar',
  'energy',
  'metals',
  'rates',
  'volatility',
] as const;
export type Sector = (typeof SECTORS)[number];

/** What the simulation knows of one instrument. All of it is made up or rounded; no price here is a market's. */
export interface InstrumentModel {
  readonly symbol: string;
  readonly name: string;
  readonly assetClass: AssetClass;
  readonly currency: string;
  readonly tick: Increment;
  readonly lot: Increment;
  readonly sector: Sector;
  /** Price level that the simulation starts near and is pulled back to, ticks. */
  readonly anchorTicks: number;
  /** Standard deviation of a day's log return. */
  readonly dailyVolatility: number;
  /** Correlation with the market as a whole, and with the sector apart from the market; their squares sum to less than 1. */
  readonly marketLoad: number;
  readonly sectorLoad: number;
  /** Bid-ask spread in a calm market, ticks. */
  readonly spreadTicks: number;
  /** Mean distance of neighbouring book levels, ticks. */
  readonly gapTicks: number;
  /** Mean size of a trade and of a book level, lots. */
  readonly tradeLots: number;
  readonly quoteLots: number;
  /** People trade in multiples of this, lots. */
  readonly roundLots: number;
}

interface Traits {
  tick: string;
  lot: string;
  price: number;
  dailyVolatility: number;
  spreadTicks: number;
  gapTicks?: number;
  sector: Sector;
  marketLoad: number;
  sectorLoad: number;
  tradeLots: number;
  quoteLots: number;
  roundLots: number;
}

function model(
  symbol: string,
  name: string,
  assetClass: AssetClass,
  currency: string,
  traits: Traits,
): InstrumentModel {
  const tick = parseIncrement(traits.tick);
  const lot = parseIncrement(traits.lot);
  invariant(tick !== null && lot !== null, `${symbol} has a tick and a lot`);
  return {
    symbol,
    name,
    assetClass,
    currency,
    tick,
    lot,
    sector: traits.sector,
    anchorTicks: Math.round((traits.price * powerOfTen(tick.decimals)) / tick.units),
    dailyVolatility: traits.dailyVolatility,
    marketLoad: traits.marketLoad,
    sectorLoad: traits.sectorLoad,
    spreadTicks: traits.spreadTicks,
    gapTicks: traits.gapTicks ?? 1,
    tradeLots: Math.max(1.5, traits.tradeLots),
    quoteLots: Math.max(2, traits.quoteLots),
    roundLots: traits.roundLots,
  };
}

/** Mean value of a trade and of a book level in the price's currency, by which sizes follow from prices. */
const CRYPTO_TRADE_VALUE = 1_400;
const CRYPTO_LEVEL_VALUE = 16_000;
const EQUITY_TRADE_VALUE = 14_000;
const EQUITY_LEVEL_VALUE = 70_000;
const SHARES_ROUND_LOT = 100;

export function crypto(
  symbol: string,
  name: string,
  tick: string,
  lot: string,
  traits: Pick<Traits, 'price' | 'dailyVolatility' | 'spreadTicks' | 'gapTicks'>,
): InstrumentModel {
  const lotValue = Number(lot) * traits.price;
  return model(symbol, name, 'crypto', 'USD', {
    ...traits,
    tick,
    lot,
    sector: 'crypto',
    marketLoad: 0.35,
    sectorLoad: 0.68,
    tradeLots: CRYPTO_TRADE_VALUE / lotValue,
    quoteLots: CRYPTO_LEVEL_VALUE / lotValue,
    roundLots: 1,
  });
}

export function equity(
  symbol: string,
  name: string,
  sector: Sector,
  traits: Pick<Traits, 'price' | 'dailyVolatility' | 'spreadTicks'>,
): InstrumentModel {
  const isFund = sector === 'index';
  return model(symbol, name, 'equity', 'USD', {
    ...traits,
    tick: '0.01',
    lot: '1',
    sector,
    marketLoad: isFund ? 0.88 : 0.55,
    sectorLoad: isFund ? 0.35 : 0.5,
    tradeLots: EQUITY_TRADE_VALUE / traits.price,
    quoteLots: EQUITY_LEVEL_VALUE / traits.price,
    roundLots: SHARES_ROUND_LOT,
  });
}

/** `dollarLoad` is negative where a stronger dollar raises the price, as in USD/JPY. Lots are 1,000 of the first currency. */
export function fx(
  symbol: string,
  name: string,
  tick: string,
  dollarLoad: number,
  traits: Pick<Traits, 'price' | 'dailyVolatility' | 'spreadTicks'>,
): InstrumentModel {
  return model(symbol, name, 'fx', symbol.slice(4), {
    ...traits,
    tick,
    lot: '1000',
    sector: 'dollar',
    marketLoad: Math.sign(dollarLoad) * 0.2,
    sectorLoad: dollarLoad,
    tradeLots: 420,
    quoteLots: 2_600,
    roundLots: 500,
  });
}

export function future(
  symbol: string,
  name: string,
  tick: string,
  sector: Sector,
  traits: Omit<Traits, 'tick' | 'lot' | 'sector' | 'roundLots'>,
): InstrumentModel {
  return model(symbol, name, 'future', 'USD', { ...traits, tick, lot: '1', sector, roundLots: 1 });
}
