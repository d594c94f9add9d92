import { type InstrumentModel, crypto, equity, future } from './instrument-model.ts';
import { hash32, normalOf, unitOf } from './random.ts';

const CONSONANTS = 'BCDFGHJKLMNPQRSTVWXZ';
const VOWELS = 'AEIOU';
/** Tickers of the form consonant, vowel, consonant, vowel: easy to say, and enough for the largest simulation. */
const TICKERS = (CONSONANTS.length * VOWELS.length) ** 2;
/** Prime to TICKERS, so that stepping by it meets each ticker once before any comes again. */
const TICKER_STEP = 3_967;

const ENDINGS = ['ra', 'lis', 'nex', 'tek', 'via', 'mont', 'dyne', 'gen'] as const;
const TRADES: Readonly<Record<(typeof EQUITY_SECTORS)[number], readonly string[]>> = {
  technology: ['Software', 'Semiconductor', 'Networks', 'Robotics'],
  consumer: ['Foods', 'Retail', 'Motors', 'Hotels'],
  finance: ['Bancorp', 'Insurance', 'Capital', 'Trust'],
  energy: ['Petroleum', 'Pipelines', 'Solar', 'Power'],
};
const EQUITY_SECTORS = ['technology', 'consumer', 'finance', 'energy'] as const;
const GOODS = {
  energy: ['fuel', 'biogas', 'coal'],
  metals: ['copper', 'nickel', 'zinc'],
} as const;

/** Any fixed number: the invented instruments are the same for every seed of the simulation. */
const NAMING = 0x7157;

/** Invented instruments with unique names: about 72 % equities, 22 % crypto and 6 % futures. */
export function generateInstruments(count: number, taken: ReadonlySet<string>): InstrumentModel[] {
  const made: InstrumentModel[] = [];
  for (let step = 1; made.length < count; step += 1) {
    const ticker = tickerAt((step * TICKER_STEP) % TICKERS);
    if (!taken.has(ticker)) made.push(instrumentOf(ticker, made.length));
  }
  return made;
}

function tickerAt(place: number): string {
  const pairs = CONSONANTS.length * VOWELS.length;
  return syllable(Math.floor(place / pairs)) + syllable(place % pairs);
}

function syllable(place: number): string {
  return `${CONSONANTS[Math.floor(place / VOWELS.length)]!}${VOWELS[place % VOWELS.length]!}`;
}

function instrumentOf(ticker: string, index: number): InstrumentModel {
  const kind = hash32(NAMING, index, 1) % 100;
  const word = ticker.charAt(0) + ticker.slice(1).toLowerCase();
  if (kind < 72) return inventedEquity(ticker, word, index);
  if (kind < 94) return inventedCrypto(ticker, word, index);
  return inventedFuture(ticker, word, index);
}

function pick<T>(list: readonly T[], index: number, salt: number): T {
  return list[hash32(NAMING, index, salt) % list.length]!;
}

/** A price whose logarithm is normal around `median`, at most e^1.8 times away. */
function priceNear(median: number, index: number): number {
  const spread = Math.max(-1.8, Math.min(1.8, 0.8 * normalOf(hash32(NAMING, index, 2))));
  return median * Math.exp(spread);
}

function inventedEquity(ticker: string, word: string, index: number): InstrumentModel {
  const sector = pick(EQUITY_SECTORS, index, 3);
  const price = priceNear(64, index);
  const dailyVolatility = 0.012 + 0.022 * unitOf(hash32(NAMING, index, 4));
  const name = `${word}${pick(ENDINGS, index, 5)} ${pick(TRADES[sector], index, 6)}`;
  return equity(ticker, name, sector, { price, dailyVolatility, spreadTicks: 1.5 + price / 40 });
}

function inventedCrypto(ticker: string, word: string, index: number): InstrumentModel {
  const price = priceNear(3, index);
  const dailyVolatility = 0.035 + 0.03 * unitOf(hash32(NAMING, index, 4));
  const [tick, lot] = price < 1 ? ['0.00001', '1'] : ['0.0001', '0.1'];
  return crypto(`${ticker}-USD`, `${word} token`, tick, lot, {
    price,
    dailyVolatility,
    spreadTicks: 4 + price * 2,
    gapTicks: 2 + Math.round(price),
  });
}

function inventedFuture(ticker: string, word: string, index: number): InstrumentModel {
  const sector = pick(['energy', 'metals'] as const, index, 3);
  return future(ticker, `${word} ${pick(GOODS[sector], index, 6)} future`, '0.25', sector, {
    price: priceNear(620, index),
    dailyVolatility: 0.01 + 0.012 * unitOf(hash32(NAMING, index, 4)),
    spreadTicks: 1.5,
    marketLoad: 0.15,
    sectorLoad: 0.5,
    tradeLots: 2.2,
    quoteLots: 16,
  });
}
