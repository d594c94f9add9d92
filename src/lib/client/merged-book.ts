/** One side: flat price, size runs, best first. */
type Levels = number[];

/**
 * The levels of one instrument as the frames leave them. Not a matching book: it knows only the levels that the server
 * sends. Invariant: each side is sorted best first, and holds no level of size 0.
 */
export class MergedBook {
  bids: Levels = [];
  asks: Levels = [];

  /** Takes one entry of a book frame: the whole book, or changes in which size 0 removes a level. */
  apply(whole: boolean, bids: readonly number[], asks: readonly number[]): void {
    if (whole) {
      this.bids = [...bids];
      this.asks = [...asks];
      return;
    }
    for (let at = 0; at < bids.length; at += 2) this.bids = merge(this.bids, bids[at]!, bids[at + 1]!, -1);
    for (let at = 0; at < asks.length; at += 2) this.asks = merge(this.asks, asks[at]!, asks[at + 1]!, 1);
  }
}

/** @param direction 1 when better prices are lower (asks), -1 when they are higher (bids) */
function merge(levels: Levels, price: number, size: number, direction: 1 | -1): Levels {
  let at = 0;
  while (at < levels.length && (levels[at]! - price) * direction < 0) at += 2;
  const known = levels[at] === price;
  if (size === 0) return known ? levels.toSpliced(at, 2) : levels;
  return levels.toSpliced(at, known ? 2 : 0, price, size);
}
