import { priceTicks, sizeLots, type QuoteEvent, type StatisticsEvent, type UnixUs } from '#protocol';
import type { IsoTime } from '../iso-time.ts';
import type { VenueInstrument, VenuePort } from '../venue/ports.ts';
import { openOf, plainDecimal, timeOf } from './map.ts';
import type { KrakenRow } from './wire.ts';

/** The 24 h numbers of one symbol as they came last. */
interface Told {
  last: unknown;
  change: unknown;
  high: unknown;
  low: unknown;
  volume: unknown;
}

/**
 * Tickers of one connection: a quote of each, and statistics when they say something new. Not a store of prices.
 * KR5: a price of 0 is none.
 */
export class KrakenTickers {
  readonly #port: VenuePort;
  readonly #time: IsoTime;
  readonly #told = new Map<string, Told>();
  readonly #quote = { type: 'quote' } as QuoteEvent;
  readonly #statistics = { type: 'statistics' } as StatisticsEvent;

  constructor(port: VenuePort, time: IsoTime) {
    this.#port = port;
    this.#time = time;
  }

  forget(symbol: string): void {
    this.#told.delete(symbol);
  }

  take(row: KrakenRow, receiveTimeUs: UnixUs): void {
    const { symbol } = row;
    if (typeof symbol !== 'string') return this.#port.malformed('A ticker without a symbol.');
    const instrument = this.#port.instrument(symbol);
    if (instrument === null) return this.#port.unexpected(`ticker of ${symbol}`);
    const venueTimeUs = timeOf(row, this.#time, receiveTimeUs);
    this.#takeQuote(instrument, row, venueTimeUs, receiveTimeUs);
    return this.#takeStatistics(instrument, row, venueTimeUs, receiveTimeUs);
  }

  #takeQuote(instrument: VenueInstrument, row: KrakenRow, venueTimeUs: UnixUs, receiveTimeUs: UnixUs): void {
    const quote = this.#quote;
    const bid = instrument.price(plainDecimal(row.bid) ?? '');
    const ask = instrument.price(plainDecimal(row.ask) ?? '');
    const bidSize = instrument.size(plainDecimal(row.bid_qty) ?? '');
    const askSize = instrument.size(plainDecimal(row.ask_qty) ?? '');
    // A comparison with NaN is false.
    if (!(bid >= 0 && ask >= 0 && bidSize >= 0 && askSize >= 0))
      return this.#port.malformed(`A ticker of ${instrument.symbol} without its best prices.`);
    if (bid === 0 && ask === 0) return undefined;
    quote.instrument = instrument.id;
    quote.venueTimeUs = venueTimeUs;
    quote.receiveTimeUs = receiveTimeUs;
    quote.bid = priceTicks(bid || Number.NaN);
    quote.bidSize = sizeLots(bid === 0 ? Number.NaN : bidSize);
    quote.ask = priceTicks(ask || Number.NaN);
    quote.askSize = sizeLots(ask === 0 ? Number.NaN : askSize);
    return this.#port.event(quote);
  }

  #takeStatistics(
    instrument: VenueInstrument,
    row: KrakenRow,
    venueTimeUs: UnixUs,
    receiveTimeUs: UnixUs,
  ): void {
    if (!this.#isNews(instrument.symbol, row)) return;
    const statistics = this.#statistics;
    const open = instrument.price(openOf(row) ?? '');
    const high = instrument.price(plainDecimal(row.high) ?? '');
    const low = instrument.price(plainDecimal(row.low) ?? '');
    const volume = instrument.size(plainDecimal(row.volume) ?? '');
    // Nothing traded in 24 h: highest and lowest are 0.
    if (!(high > 0 && low > 0)) return;
    statistics.instrument = instrument.id;
    statistics.venueTimeUs = venueTimeUs;
    statistics.receiveTimeUs = receiveTimeUs;
    statistics.open = priceTicks(open);
    statistics.high = priceTicks(high);
    statistics.low = priceTicks(low);
    statistics.volume = sizeLots(volume);
    this.#port.event(statistics);
  }

  /** With each change of a best price all 24 h numbers come again. */
  #isNews(symbol: string, { last, change, high, low, volume }: KrakenRow): boolean {
    const told = this.#told.get(symbol);
    if (told === undefined) {
      this.#told.set(symbol, { last, change, high, low, volume });
      return true;
    }
    if (
      told.volume === volume &&
      told.change === change &&
      told.last === last &&
      told.high === high &&
      told.low === low
    )
      return false;
    Object.assign(told, { last, change, high, low, volume });
    return true;
  }
}
