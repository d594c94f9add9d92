import type { BarListener, BookListener, Trade, TradeListener } from '../state/market.ts';

/** Opened during a pause: what comes first is shown, or there would be nothing to see, and stands still from then on. */
type AwaitsFirst = boolean;

type Bar = [startS: number, open: number, high: number, low: number, close: number, volume: number];

/** Bars for a view that may be paused: what comes meanwhile is merged per bar and handed on at the release. */
export class HeldBars implements BarListener {
  readonly #listener: BarListener;
  readonly #bars = new Map<number, Bar>();
  #older: { rows: Float64Array; more: boolean }[] = [];
  #series: { rows: Float64Array; more: boolean } | null = null;
  #holding: boolean;
  #awaitsFirst: AwaitsFirst;

  constructor(listener: BarListener, isPaused = false) {
    this.#listener = listener;
    this.#holding = isPaused;
    this.#awaitsFirst = isPaused;
  }

  hold(): void {
    this.#holding = true;
  }

  release(): void {
    this.#holding = false;
    this.#awaitsFirst = false;
    if (this.#series !== null) this.#listener.onRows(this.#series.rows, this.#series.more);
    for (const { rows, more } of this.#older) this.#listener.onOlder(rows, more);
    for (const bar of this.#bars.values()) this.#listener.onBar(...bar);
    this.#series = null;
    this.#older = [];
    this.#bars.clear();
  }

  onRows(rows: Float64Array, more: boolean): void {
    if (!this.#holding || this.#awaitsFirst) {
      this.#awaitsFirst = false;
      return this.#listener.onRows(rows, more);
    }
    this.#series = { rows, more };
    this.#older = [];
    this.#bars.clear();
  }

  onOlder(rows: Float64Array, more: boolean): void {
    // Older bars belong to the series that is shown, unless a new series waits: looking back works during a pause.
    if (this.#series === null) this.#listener.onOlder(rows, more);
    else this.#older.push({ rows, more });
  }

  onBar(startS: number, open: number, high: number, low: number, close: number, volume: number): void {
    if (!this.#holding) return this.#listener.onBar(startS, open, high, low, close, volume);
    this.#bars.set(startS, [startS, open, high, low, close, volume]);
  }
}

/** Trades kept during a pause; a tape shows fewer. */
const HELD_TRADES_MAX = 512;

/** Trades for a view that may be paused: the newest are kept in order, together with the losses between them. */
export class HeldTrades implements TradeListener {
  readonly #listener: TradeListener;
  /** A number stands for that many lost trades. */
  #kept: (Trade | number)[] = [];
  #anew = false;
  #holding: boolean;
  #awaitsFirst: AwaitsFirst;

  constructor(listener: TradeListener, isPaused = false) {
    this.#listener = listener;
    this.#holding = isPaused;
    this.#awaitsFirst = isPaused;
  }

  hold(): void {
    this.#holding = true;
  }

  release(): void {
    this.#holding = false;
    this.#awaitsFirst = false;
    const kept = this.#kept;
    this.#kept = [];
    if (this.#anew) this.#listener.onReset(kept.filter((item) => typeof item !== 'number'));
    else this.#replay(kept);
    this.#anew = false;
  }

  onReset(trades: readonly Trade[]): void {
    if (!this.#holding || this.#awaitsFirst) {
      this.#awaitsFirst &&= trades.length === 0;
      this.#kept = [];
      return this.#listener.onReset(trades);
    }
    this.#kept = trades.slice(-HELD_TRADES_MAX);
    this.#anew = true;
  }

  onTrades(trades: readonly Trade[]): void {
    if (!this.#holding) return this.#listener.onTrades(trades);
    this.#kept.push(...trades);
    const excess = this.#kept.length - HELD_TRADES_MAX;
    if (excess <= 0) return;
    // More than a tape can show: the view starts anew from the newest, which loses nothing that would be seen.
    this.#kept.splice(0, excess);
    this.#anew = true;
  }

  onLost(count: number): void {
    if (!this.#holding) return this.#listener.onLost(count);
    this.#kept.push(count);
  }

  #replay(kept: readonly (Trade | number)[]): void {
    let run: Trade[] = [];
    for (const item of kept) {
      if (typeof item !== 'number') {
        run.push(item);
        continue;
      }
      if (run.length > 0) this.#listener.onTrades(run);
      run = [];
      this.#listener.onLost(item);
    }
    if (run.length > 0) this.#listener.onTrades(run);
  }
}

/** A book for a view that may be paused: each one is whole, so only the newest counts. */
export class HeldBook implements BookListener {
  readonly #listener: BookListener;
  #book: [bids: readonly number[], asks: readonly number[]] | null = null;
  #holding: boolean;
  #awaitsFirst: AwaitsFirst;

  constructor(listener: BookListener, isPaused = false) {
    this.#listener = listener;
    this.#holding = isPaused;
    this.#awaitsFirst = isPaused;
  }

  hold(): void {
    this.#holding = true;
  }

  release(): void {
    this.#holding = false;
    this.#awaitsFirst = false;
    if (this.#book !== null) this.#listener.onBook(...this.#book);
    this.#book = null;
  }

  onBook(bids: readonly number[], asks: readonly number[]): void {
    if (this.#holding && !this.#awaitsFirst) {
      this.#book = [bids.slice(), asks.slice()];
      return;
    }
    this.#awaitsFirst &&= bids.length + asks.length === 0;
    this.#listener.onBook(bids, asks);
  }
}
