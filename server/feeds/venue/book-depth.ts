import type { BookEvent } from '#protocol';

/** Levels a side that the engine keeps. */
export const BOOK_LEVELS_MAX = 5_000;

/**
 * A whole book cut to what the engine keeps, as a new event; the same one when nothing is to be cut. Coinbase sends 40,000 levels: sorted,
 * checked and recorded whole they would cost several times what the kept ones do. A side that is not in order is left to the engine.
 */
export function cutBook(event: BookEvent): BookEvent {
  const bids = cut(event.bids, -1);
  const asks = cut(event.asks, 1);
  return bids === event.bids && asks === event.asks ? event : { ...event, bids, asks };
}

/** @param direction 1 where prices rise from the top (asks), -1 where they fall */
function cut(levels: number[], direction: 1 | -1): number[] {
  if (levels.length <= 2 * BOOK_LEVELS_MAX) return levels;
  for (let at = 2; at < levels.length; at += 2) {
    if ((levels[at]! - levels[at - 2]!) * direction <= 0) return levels;
  }
  return levels.slice(0, 2 * BOOK_LEVELS_MAX);
}
