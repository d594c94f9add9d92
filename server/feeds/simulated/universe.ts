import { invariant } from '#protocol';
import { generateInstruments } from './generated-universe.ts';
import { type InstrumentModel, crypto, equity, future, fx } from './instrument-model.ts';

export const SYMBOLS_MAX = 10_000;

/**
 * Instruments with names that people know and prices of about the size of late 2026, most active first, asset classes mixed
 * so that the first few already show each of them. Names only: no price that the simulation shows is a market's.
 */
const NAMED: readonly InstrumentModel[] = [
  crypto('BTC-USD', 'Bitcoin', '0.01', '0.00001', {
    price: 94_218.4,
    dailyVolatility: 0.023,
    spreadTicks: 9,
    gapTicks: 55,
  }),
  equity('NVDA', 'NVIDIA', 'technology', { price: 187.24, dailyVolatility: 0.024, spreadTicks: 1.3 }),
  future('ES', 'E-mini S&P 500 future', '0.25', 'index', {
    price: 6_912,
    dailyVolatility: 0.009,
    spreadTicks: 1.1,
    marketLoad: 0.9,
    sectorLoad: 0.36,
    tradeLots: 3.2,
    quoteLots: 48,
  }),
  fx('EUR/USD', 'Euro / US dollar', '0.00001', 0.82, {
    price: 1.17345,
    dailyVolatility: 0.0046,
    spreadTicks: 3,
  }),
  crypto('ETH-USD', 'Ether', '0.01', '0.0001', {
    price: 3_164.1,
    dailyVolatility: 0.032,
    spreadTicks: 4,
    gapTicks: 8,
  }),
  equity('SPY', 'SPDR S&P 500 ETF', 'index', { price: 689.3, dailyVolatility: 0.009, spreadTicks: 1.1 }),
  equity('TSLA', 'Tesla', 'consumer', { price: 441.6, dailyVolatility: 0.029, spreadTicks: 3 }),
  equity('AAPL', 'Apple', 'technology', { price: 274.15, dailyVolatility: 0.015, spreadTicks: 1.4 }),
  crypto('SOL-USD', 'Solana', '0.01', '0.001', { price: 142.37, dailyVolatility: 0.038, spreadTicks: 2 }),
  fx('USD/JPY', 'US dollar / Japanese yen', '0.001', -0.66, {
    price: 155.412,
    dailyVolatility: 0.0056,
    spreadTicks: 4,
  }),
  future('NQ', 'E-mini Nasdaq-100 future', '0.25', 'index', {
    price: 25_460,
    dailyVolatility: 0.012,
    spreadTicks: 2.2,
    marketLoad: 0.85,
    sectorLoad: 0.38,
    tradeLots: 2.1,
    quoteLots: 7,
  }),
  equity('MSFT', 'Microsoft', 'technology', { price: 486.7, dailyVolatility: 0.014, spreadTicks: 3 }),
  equity('AMD', 'Advanced Micro Devices', 'technology', {
    price: 218.4,
    dailyVolatility: 0.029,
    spreadTicks: 2,
  }),
  crypto('XRP-USD', 'XRP', '0.0001', '0.1', { price: 2.1534, dailyVolatility: 0.037, spreadTicks: 2 }),
  future('CL', 'WTI crude oil future', '0.01', 'energy', {
    price: 58.46,
    dailyVolatility: 0.021,
    spreadTicks: 1.2,
    marketLoad: 0.15,
    sectorLoad: 0.75,
    tradeLots: 1.9,
    quoteLots: 14,
  }),
  equity('QQQ', 'Invesco QQQ Trust', 'index', { price: 622.8, dailyVolatility: 0.012, spreadTicks: 1.2 }),
  fx('GBP/USD', 'British pound / US dollar', '0.00001', 0.76, {
    price: 1.34218,
    dailyVolatility: 0.005,
    spreadTicks: 5,
  }),
  equity('AMZN', 'Amazon', 'consumer', { price: 231.55, dailyVolatility: 0.018, spreadTicks: 1.6 }),
  future('GC', 'Gold future', '0.1', 'metals', {
    price: 4_352.6,
    dailyVolatility: 0.013,
    spreadTicks: 1.8,
    marketLoad: -0.05,
    sectorLoad: 0.82,
    tradeLots: 1.8,
    quoteLots: 9,
  }),
  equity('META', 'Meta Platforms', 'technology', { price: 655.2, dailyVolatility: 0.02, spreadTicks: 6 }),
  crypto('DOGE-USD', 'Dogecoin', '0.00001', '1', {
    price: 0.14862,
    dailyVolatility: 0.044,
    spreadTicks: 2,
  }),
  equity('GOOGL', 'Alphabet', 'technology', { price: 312.45, dailyVolatility: 0.017, spreadTicks: 2 }),
  fx('AUD/USD', 'Australian dollar / US dollar', '0.00001', 0.7, {
    price: 0.66384,
    dailyVolatility: 0.0056,
    spreadTicks: 4,
  }),
  future('ZN', '10-year US Treasury note future', '0.015625', 'rates', {
    price: 112.5,
    dailyVolatility: 0.0034,
    spreadTicks: 1.02,
    marketLoad: -0.2,
    sectorLoad: 0.8,
    tradeLots: 9,
    quoteLots: 1_400,
  }),
  future('VIX', 'Cboe Volatility Index future', '0.05', 'volatility', {
    price: 16.85,
    dailyVolatility: 0.055,
    spreadTicks: 1.1,
    marketLoad: -0.82,
    sectorLoad: 0.3,
    tradeLots: 4,
    quoteLots: 90,
  }),
  equity('PLTR', 'Palantir Technologies', 'technology', {
    price: 178.3,
    dailyVolatility: 0.034,
    spreadTicks: 2,
  }),
  crypto('BNB-USD', 'BNB', '0.01', '0.001', { price: 891.4, dailyVolatility: 0.027, spreadTicks: 5 }),
  fx('USD/CAD', 'US dollar / Canadian dollar', '0.00001', -0.7, {
    price: 1.37452,
    dailyVolatility: 0.0041,
    spreadTicks: 5,
  }),
  equity('AVGO', 'Broadcom', 'technology', { price: 352.1, dailyVolatility: 0.026, spreadTicks: 5 }),
  crypto('ADA-USD', 'Cardano', '0.0001', '0.1', { price: 0.4623, dailyVolatility: 0.041, spreadTicks: 1.4 }),
  future('NG', 'Natural gas future', '0.001', 'energy', {
    price: 4.126,
    dailyVolatility: 0.036,
    spreadTicks: 1.6,
    marketLoad: 0.05,
    sectorLoad: 0.45,
    tradeLots: 1.8,
    quoteLots: 11,
  }),
  equity('JPM', 'JPMorgan Chase', 'finance', { price: 318.2, dailyVolatility: 0.013, spreadTicks: 3 }),
  fx('USD/CHF', 'US dollar / Swiss franc', '0.00001', -0.78, {
    price: 0.79512,
    dailyVolatility: 0.0051,
    spreadTicks: 6,
  }),
  equity('COIN', 'Coinbase Global', 'finance', { price: 252.7, dailyVolatility: 0.038, spreadTicks: 7 }),
  crypto('LINK-USD', 'Chainlink', '0.001', '0.01', {
    price: 14.212,
    dailyVolatility: 0.042,
    spreadTicks: 3,
  }),
  future('SI', 'Silver future', '0.005', 'metals', {
    price: 61.84,
    dailyVolatility: 0.023,
    spreadTicks: 1.8,
    marketLoad: 0.1,
    sectorLoad: 0.8,
    tradeLots: 1.6,
    quoteLots: 8,
  }),
  equity('NFLX', 'Netflix', 'consumer', { price: 95.3, dailyVolatility: 0.019, spreadTicks: 1.5 }),
  fx('NZD/USD', 'New Zealand dollar / US dollar', '0.00001', 0.68, {
    price: 0.57816,
    dailyVolatility: 0.0058,
    spreadTicks: 6,
  }),
  crypto('AVAX-USD', 'Avalanche', '0.001', '0.01', {
    price: 14.926,
    dailyVolatility: 0.044,
    spreadTicks: 3,
  }),
  crypto('LTC-USD', 'Litecoin', '0.01', '0.001', { price: 84.31, dailyVolatility: 0.035, spreadTicks: 1.6 }),
];

/** The first `symbols` instruments. The same ones at the same place for every number asked for. */
export function universe(symbols: number): readonly InstrumentModel[] {
  invariant(
    Number.isInteger(symbols) && symbols >= 1 && symbols <= SYMBOLS_MAX,
    `a simulation has 1 to ${SYMBOLS_MAX} instruments`,
  );
  if (symbols <= NAMED.length) return NAMED.slice(0, symbols);
  return [...NAMED, ...generateInstruments(symbols - NAMED.length, new Set(NAMED.map(rootOf)))];
}

function rootOf(instrument: InstrumentModel): string {
  return instrument.symbol.split('-')[0]!;
}
