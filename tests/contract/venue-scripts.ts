import { alpacaScript } from '../support/fake-venue/alpaca.ts';
import { binanceScript } from '../support/fake-venue/binance.ts';
import { bitfinexScript } from '../support/fake-venue/bitfinex.ts';
import { bitstampScript } from '../support/fake-venue/bitstamp.ts';
import { coinbaseScript } from '../support/fake-venue/coinbase.ts';
import { geminiScript } from '../support/fake-venue/gemini.ts';
import { krakenScript } from '../support/fake-venue/kraken.ts';
import type { VenueScript } from '../support/fake-venue/script.ts';
import { tinyScript } from '../support/fake-venue/tiny/tiny-script.ts';

/** Every venue with a script for its fake: a line here, and it is held to the contract. */
export const VENUE_SCRIPTS: Readonly<Record<string, () => VenueScript>> = {
  alpaca: () => alpacaScript(),
  'alpaca as JSON': () => alpacaScript({ codec: 'json' }),
  binance: binanceScript,
  bitfinex: bitfinexScript,
  bitstamp: bitstampScript,
  coinbase: coinbaseScript,
  gemini: geminiScript,
  kraken: krakenScript,
  tiny: () => tinyScript(),
};
