import { parseDecimal, type Aggressor } from '#protocol';
import { NO_TRADE_ID } from '../tape/event-block.ts';
import type { RecordingBuilder } from '../tape/recording-builder.ts';
import type { AnomalyCounter } from './anomaly-counter.ts';
import { compareDecimals } from './decimal-compare.ts';
import type { EventCounts } from './event-counts.ts';
import { quoteCurrency } from './quote-currency.ts';

/** What a frame should have held, for a sentence; null when all went well. */
export type FrameFault = string | null;

/** Price and size as text. */
export type TextLevel = readonly [string, string];

const NOT_A_NUMBER = 'decimal numbers of at most 15 digits in it';
const text = new TextEncoder();

/** Puts what frames say in text into a builder, exactly, and counts what is odd. Not a reader of frames: venues differ in those. */
export class FrameEvents {
  readonly anomalies: AnomalyCounter;
  readonly #builder: RecordingBuilder;
  readonly #counts: EventCounts;

  constructor(builder: RecordingBuilder, anomalies: AnomalyCounter, counts: EventCounts) {
    this.#builder = builder;
    this.anomalies = anomalies;
    this.#counts = counts;
  }

  instrument(venue: string, symbol: string): number {
    return this.#builder.instruments.number(venue, symbol, 'crypto', quoteCurrency(symbol));
  }

  trade(
    instrument: number,
    venueTimeUs: number,
    receiveTimeUs: number,
    price: string,
    size: string,
    aggressor: Aggressor,
    /** Empty where the venue gives none. */
    id: string,
  ): FrameFault {
    const priceValue = parseDecimal(price);
    const sizeValue = parseDecimal(size);
    if (priceValue === null || sizeValue === null) return NOT_A_NUMBER;
    const idBytes = text.encode(id);
    const misfit = this.#builder.trade(
      instrument,
      venueTimeUs,
      receiveTimeUs,
      priceValue.mantissa,
      priceValue.decimals,
      sizeValue.mantissa,
      sizeValue.decimals,
      aggressor,
      id === ''
        ? NO_TRADE_ID
        : Number.isSafeInteger(Number(id))
          ? Number(id)
          : this.#builder.textId(idBytes, 0, idBytes.length),
    );
    if (misfit !== 'none') return NOT_A_NUMBER;
    this.#counts.trade += 1;
    this.anomalies.row(instrument, venueTimeUs, receiveTimeUs);
    return null;
  }

  /** @param venueTimeUs NaN when the frame has none */
  quote(
    instrument: number,
    venueTimeUs: number,
    receiveTimeUs: number,
    [bidPrice, bidVolume]: TextLevel,
    [askPrice, askVolume]: TextLevel,
  ): FrameFault {
    const bid = parseDecimal(bidPrice);
    const bidSize = parseDecimal(bidVolume);
    const ask = parseDecimal(askPrice);
    const askSize = parseDecimal(askVolume);
    if (bid === null || bidSize === null || ask === null || askSize === null) return NOT_A_NUMBER;
    const misfit = this.#builder.quote(
      instrument,
      Number.isNaN(venueTimeUs) ? receiveTimeUs : venueTimeUs,
      receiveTimeUs,
      bid.mantissa,
      bid.decimals,
      bidSize.mantissa,
      bidSize.decimals,
      ask.mantissa,
      ask.decimals,
      askSize.mantissa,
      askSize.decimals,
    );
    if (misfit !== 'none') return NOT_A_NUMBER;
    this.#counts.quote += 1;
    this.anomalies.row(instrument, venueTimeUs, receiveTimeUs);
    this.anomalies.spread(compareDecimals(ask.mantissa, ask.decimals, bid.mantissa, bid.decimals));
    return null;
  }

  book(
    instrument: number,
    venueTimeUs: number,
    receiveTimeUs: number,
    isSnapshot: boolean,
    bids: readonly TextLevel[],
    asks: readonly TextLevel[],
  ): FrameFault {
    for (const [side, levels] of [
      ['bid', bids],
      ['ask', asks],
    ] as const) {
      for (const [priceText, sizeText] of levels) {
        const price = parseDecimal(priceText);
        const size = parseDecimal(sizeText);
        if (price === null || size === null || size.mantissa < 0) return NOT_A_NUMBER;
        if (
          this.#builder.level(
            instrument,
            side,
            price.mantissa,
            price.decimals,
            size.mantissa,
            size.decimals,
          ) !== 'none'
        )
          return NOT_A_NUMBER;
      }
    }
    this.#builder.book(instrument, venueTimeUs, receiveTimeUs, isSnapshot);
    this.#counts.book += 1;
    this.anomalies.row(instrument, venueTimeUs, receiveTimeUs);
    return null;
  }
}
