import type { InstrumentId, PriceTicks, SizeLots, UnixUs } from './units.ts';

/** Who crossed the spread. `AGGRESSOR_UNKNOWN` is never turned into a guess. */
export const AGGRESSOR_UNKNOWN = 0;
export const AGGRESSOR_BUY = 1;
export const AGGRESSOR_SELL = 2;
export type Aggressor = typeof AGGRESSOR_UNKNOWN | typeof AGGRESSOR_BUY | typeof AGGRESSOR_SELL;

export const AGGRESSOR_NAMES = ['unknown', 'buy', 'sell'] as const;

interface EventBase {
  instrument: InstrumentId;
  /** The venue's own time. Equal to `receiveTimeUs` where the venue sends none. */
  venueTimeUs: UnixUs;
  /** When it arrived at the machine that received it first. May lie before `venueTimeUs`: clocks differ. */
  receiveTimeUs: UnixUs;
}

export interface TradeEvent extends EventBase {
  type: 'trade';
  price: PriceTicks;
  size: SizeLots;
  aggressor: Aggressor;
  /** The venue's id as text (it may exceed 2^53 or be a UUID); empty when the venue has none. */
  tradeId: string;
}

/** Top of book. NaN on a side means that the message holds nothing about this side. */
export interface QuoteEvent extends EventBase {
  type: 'quote';
  bid: PriceTicks;
  bidSize: SizeLots;
  ask: PriceTicks;
  askSize: SizeLots;
}

/** Book levels as flat runs of price, size, price, size, ... Size 0 removes a level. */
export interface BookEvent extends EventBase {
  type: 'book';
  /** True when the levels are the whole book: everything known before is dropped. */
  snapshot: boolean;
  bids: number[];
  asks: number[];
}

/** What the venue says of the session or the last 24 h. NaN where it does not say. Volume is in lots. */
export interface StatisticsEvent extends EventBase {
  type: 'statistics';
  open: PriceTicks;
  high: PriceTicks;
  low: PriceTicks;
  volume: SizeLots;
}

/** A finished bar from a source that only has bars. */
export interface BarEvent extends EventBase {
  type: 'bar';
  intervalSeconds: number;
  startTimeUs: UnixUs;
  open: PriceTicks;
  high: PriceTicks;
  low: PriceTicks;
  close: PriceTicks;
  volume: SizeLots;
}

/**
 * One thing that happened in a market. An event belongs to whoever sends it: a sink copies what it keeps and holds no
 * reference after the call, so that a source may reuse the object.
 */
export type MarketEvent = TradeEvent | QuoteEvent | BookEvent | StatisticsEvent | BarEvent;
export type MarketEventType = MarketEvent['type'];
