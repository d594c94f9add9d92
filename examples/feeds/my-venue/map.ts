import type { UnixUs, VenueInstrument, VenueTrade, BookEvent } from '../../../server/feeds/kit/feed-api.ts';
import type * as wire from './wire.ts';

// From the venue's frames to events: no clock, no state, no floats. Prices and sizes stay text until the instrument reads them.

/** Microseconds since 1970; this venue sends milliseconds. */
const timesOf = (ms: number, receiveTimeUs: UnixUs) => ({
  venueTimeUs: (ms * 1000) as UnixUs,
  receiveTimeUs,
});

const AGGRESSOR = { buy: 1, sell: 2 } as const;

export function tradeOf(trade: wire.Trade, receiveTimeUs: UnixUs): VenueTrade {
  return {
    symbol: trade.symbol,
    id: String(trade.id),
    price: trade.price,
    size: trade.size,
    // 0 = the venue does not say. Never guess.
    aggressor: AGGRESSOR[trade.side] ?? 0,
    ...timesOf(trade.time, receiveTimeUs),
  };
}

/** The event, and how many levels were no numbers. */
export function bookOf(
  book: wire.Book,
  instrument: VenueInstrument,
  receiveTimeUs: UnixUs,
): { event: BookEvent; refused: number } {
  const event: BookEvent = {
    type: 'book',
    instrument: instrument.id,
    ...timesOf(book.time, receiveTimeUs),
    snapshot: book.snapshot === true,
    bids: [],
    asks: [],
  };
  const refused = instrument.levels(book.bids, event.bids) + instrument.levels(book.asks, event.asks);
  return { event, refused };
}
