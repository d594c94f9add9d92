import type { BookEvent, UnixUs } from '#protocol';
import type { VenueInstrument, VenuePort } from '../venue/ports.ts';
import type { BookRows } from './map.ts';
import type { BitstampLevel } from './wire.ts';

const DECIMAL = /^\d+(?:\.\d+)?$/;

/**
 * Rows as an event of the engine; null when a price or an amount is no number. A number that is too large to be exact in the pair's
 * steps (112,716,000 XRP beside 0.00000001 in a real book: above 2^53) leaves its level out, and that is counted.
 */
export function bookEvent(
  port: VenuePort,
  instrument: VenueInstrument,
  rows: BookRows,
  snapshot: boolean,
  receiveTimeUs: UnixUs,
): BookEvent | null {
  const bids: number[] = [];
  const asks: number[] = [];
  if (instrument.levels(rows.bids, bids) + instrument.levels(rows.asks, asks) > 0) {
    const isNumber = (level: BitstampLevel): boolean => DECIMAL.test(level[0]) && DECIMAL.test(level[1]);
    if (!rows.bids.every(isNumber) || !rows.asks.every(isNumber)) return null;
    port.malformed(`A level of ${instrument.symbol} has more digits than can be exact, and was left out.`);
  }
  return {
    type: 'book',
    instrument: instrument.id,
    venueTimeUs: rows.timeUs,
    receiveTimeUs,
    snapshot,
    bids,
    asks,
  };
}
