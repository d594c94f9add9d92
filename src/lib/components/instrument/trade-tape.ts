import type { Trade, TradeListener } from '../../state/market.ts';

/** Rows shown: more than the tallest screen has room for. */
const ROWS_MAX = 256;
/** Trades and marks kept, so that a filter still finds enough. */
const HELD_MAX = 2_048;
/** Prints of one price and side that follow each other so closely may stand as one, us. */
const TOGETHER_US = 100_000;
/** A print is big from so many times the median of those held. */
const BIG_TIMES = 10;
/** The median is reckoned anew after so many changes: it moves slowly. */
const MEDIAN_CHANGES = 32;
/** Fewer trades say nothing of what is big. */
const MEDIAN_TRADES_MIN = 20;

/** One row of the tape: a trade, several that stand as one, or how many were lost at this place. */
export type TapeRow =
  { readonly trade: Trade; readonly prints: number; readonly isBig: boolean } | { readonly lost: number };

/**
 * The last trades of the selected instrument, newest first. Not the recording: 2,048 trades and no more.
 * Invariant: `version` rises with every change, so that a painter knows when there is nothing to do.
 */
export class TradeTape implements TradeListener {
  /** Newest first. */
  #held: (Trade | { lost: number })[] = [];
  #version = 0;
  #lost = 0;
  #minLots = 0;
  #isSummed = false;
  #rows: readonly TapeRow[] = [];
  #rowsVersion = 0;
  #median = 0;
  #medianVersion = Number.NEGATIVE_INFINITY;

  get rows(): readonly TapeRow[] {
    if (this.#rowsVersion === this.#version) return this.#rows;
    this.#rowsVersion = this.#version;
    this.#rows = this.#shown();
    return this.#rows;
  }

  get version(): number {
    return this.#version;
  }

  /** Trades lost since the last reset. */
  get lost(): number {
    return this.#lost;
  }

  /** Smallest trade that is shown, lots; 0 = all. */
  get minLots(): number {
    return this.#minLots;
  }

  set minLots(lots: number) {
    this.#minLots = lots;
    this.#version += 1;
  }

  /** Prints of one order stand as one. */
  get isSummed(): boolean {
    return this.#isSummed;
  }

  set isSummed(isSummed: boolean) {
    this.#isSummed = isSummed;
    this.#version += 1;
  }

  /** Median size of the trades held, lots; 0 while there are too few. */
  get medianLots(): number {
    if (this.#version - this.#medianVersion >= MEDIAN_CHANGES || this.#median === 0) {
      this.#medianVersion = this.#version;
      const sizes = this.#held.flatMap((row) => ('lost' in row ? [] : [row.size]));
      sizes.sort((one, other) => one - other);
      this.#median = sizes.length < MEDIAN_TRADES_MIN ? 0 : sizes[sizes.length >> 1]!;
    }
    return this.#median;
  }

  /** For another instrument: sizes are in other units. */
  clear(): void {
    this.#minLots = 0;
    this.onReset([]);
  }

  onReset(trades: readonly Trade[]): void {
    this.#held = trades.slice(-HELD_MAX).toReversed();
    this.#lost = 0;
    this.#median = 0;
    this.#version += 1;
  }

  onTrades(trades: readonly Trade[]): void {
    this.#held = [...trades.slice(-HELD_MAX).toReversed(), ...this.#held].slice(0, HELD_MAX);
    this.#version += 1;
  }

  onLost(count: number): void {
    this.#held = [{ lost: count }, ...this.#held].slice(0, HELD_MAX);
    this.#lost += count;
    this.#version += 1;
  }

  #shown(): readonly TapeRow[] {
    const bigLots = this.medianLots === 0 ? Number.POSITIVE_INFINITY : BIG_TIMES * this.medianLots;
    const rows: TapeRow[] = [];
    let at = 0;
    while (at < this.#held.length && rows.length < ROWS_MAX) {
      const row = this.#held[at]!;
      at += 1;
      if ('lost' in row) {
        rows.push(row);
        continue;
      }
      let { size } = row;
      let prints = 1;
      let oldest = row;
      for (let next = this.#held[at]; this.#isSummed && next !== undefined; next = this.#held[at]) {
        if ('lost' in next || !isTogether(oldest, next)) break;
        size += next.size;
        prints += 1;
        oldest = next;
        at += 1;
      }
      if (size < this.#minLots) continue;
      rows.push({ trade: prints === 1 ? row : { ...row, size }, prints, isBig: size >= bigLots });
    }
    return rows;
  }
}

function isTogether(newer: Trade, older: Trade): boolean {
  return (
    newer.price === older.price &&
    newer.aggressor === older.aggressor &&
    newer.venueTimeUs - older.venueTimeUs <= TOGETHER_US
  );
}
