import type { BarColumns, BarSeries } from '../bar-series.ts';

/** Bars to work through, by slot. */
export interface SlotRun {
  /** Oldest bar held. */
  first: number;
  /** First bar to work out; those before it are worked out and final. */
  from: number;
  to: number;
  /** Slot of a bar = its index + base. */
  base: number;
  intervalS: number;
}

/**
 * Something worked out bar by bar along a series: lines to draw, and the state after each bar from which the next one follows. So a tick
 * costs the newest bar alone, however many lie before it. Not a cache of anything drawn.
 *
 * Invariant: after `sync` the arrays are those that a fresh study of the same bars would have, to the bit.
 */
export abstract class BarStudy {
  /** One array a line, by the series' slots, NaN where a line is not known; then the state. Replaced when the series grows. */
  columns: Float64Array[];
  /** Bars before one until its values are what they are however many more are held. */
  barsBefore = 0;
  readonly #count: number;
  #generation = -1;
  #version = -1;
  #validEnd = 0;

  /** @param count lines and arrays of state together */
  constructor(count: number) {
    this.#count = count;
    this.columns = Array.from({ length: count }, () => new Float64Array(0));
  }

  /** Lines to draw are the first of the columns. */
  line(at: number): Float64Array {
    return this.columns[at];
  }

  sync(series: BarSeries, intervalS: number): void {
    if (series.version === this.#version && series.generation === this.#generation) return;
    const size = series.columns.startS.length;
    if (this.columns[0].length !== size) {
      this.columns = Array.from({ length: this.#count }, () => new Float64Array(size));
    }
    const isWhole = series.generation !== this.#generation;
    // The bar that was newest last time may have changed since.
    const from = isWhole ? series.first : Math.max(series.first, this.#validEnd - 1);
    const { base } = series;
    this.work(series.columns, {
      first: series.first + base,
      from: from + base,
      to: series.end + base,
      base,
      intervalS,
    });
    this.#validEnd = series.end;
    this.#generation = series.generation;
    this.#version = series.version;
  }

  /** What it depends on besides the bars has changed: everything is worked out anew. */
  protected void(): void {
    this.#generation = -1;
  }

  protected abstract work(bars: BarColumns, run: SlotRun): void;
}
