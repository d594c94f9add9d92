import type { Trade, TradeListener } from '../../state/market.ts';

/** Rows kept: more than the tallest screen shows. */
const ROWS_MAX = 256;

/** One row of the tape: a trade, or how many were lost at this place. */
export type TapeRow = { trade: Trade } | { lost: number };

/**
 * The last trades of the selected instrument, newest first. Not the recording: 256 rows and no more.
 * Invariant: `version` rises with every change, so that a painter knows when there is nothing to do.
 */
export class TradeTape implements TradeListener {
  #rows: TapeRow[] = [];
  #version = 0;
  #lost = 0;

  get rows(): readonly TapeRow[] {
    return this.#rows;
  }

  get version(): number {
    return this.#version;
  }

  /** Trades lost since the last reset. */
  get lost(): number {
    return this.#lost;
  }

  clear(): void {
    this.onReset([]);
  }

  onReset(trades: readonly Trade[]): void {
    this.#rows = newestFirst(trades);
    this.#lost = 0;
    this.#version += 1;
  }

  onTrades(trades: readonly Trade[]): void {
    this.#rows = [...newestFirst(trades), ...this.#rows].slice(0, ROWS_MAX);
    this.#version += 1;
  }

  onLost(count: number): void {
    this.#rows = [{ lost: count }, ...this.#rows].slice(0, ROWS_MAX);
    this.#lost += count;
    this.#version += 1;
  }
}

function newestFirst(trades: readonly Trade[]): TapeRow[] {
  return trades
    .slice(-ROWS_MAX)
    .toReversed()
    .map((trade) => ({ trade }));
}
