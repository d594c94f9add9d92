import { alpacaScript } from './alpaca.ts';
import { binanceScript } from './binance.ts';
import { bitfinexScript } from './bitfinex.ts';
import { bitstampScript } from './bitstamp.ts';
import { coinbaseScript } from './coinbase.ts';
import { geminiScript } from './gemini.ts';
import { krakenScript } from './kraken.ts';
import type { VenueScript } from './script.ts';
import { tinyScript } from './tiny/tiny-script.ts';

/** Every venue of ours with a script, by its name. */
export const NAMED_SCRIPTS: Readonly<Record<string, () => VenueScript>> = {
  alpaca: () => alpacaScript(),
  binance: binanceScript,
  bitfinex: bitfinexScript,
  bitstamp: bitstampScript,
  coinbase: coinbaseScript,
  gemini: geminiScript,
  kraken: krakenScript,
};

/** Every venue with a script for its fake: a line here, and it is held to the contract. */
export const VENUE_SCRIPTS: Readonly<Record<string, () => VenueScript>> = {
  ...NAMED_SCRIPTS,
  'alpaca as JSON': () => alpacaScript({ codec: 'json' }),
  tiny: () => tinyScript(),
};
