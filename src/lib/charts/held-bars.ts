import type { BarInterval } from '#protocol';
import type { BarLevels, BarSource, LeveledChart } from './bar-levels.ts';
import { chartHands } from './chart-hands-loader.ts';

/** Narrower bars than this are replaced by longer ones, px. */
export const NARROW_PX = 0.4;

/**
 * The bars of the chosen interval, as the stream brings them, until the viewer zooms out so far that longer ones are drawn: from then on
 * `BarLevels` has them. Invariant: before that the chart holds all that came, up to now.
 */
export class HeldBars {
  readonly #chart: LeveledChart;
  readonly #source: BarSource;
  readonly #interval: BarInterval;
  #levels: BarLevels | null = null;
  #hasMore = false;
  #isLoading = false;
  #isEnabled = true;

  constructor(chart: LeveledChart, source: BarSource, interval: BarInterval) {
    this.#chart = chart;
    this.#source = source;
    this.#interval = interval;
  }

  close(): void {
    this.#levels?.close();
  }

  /** Compared symbols have bars of the interval alone: with them nothing is merged. */
  setEnabled(isEnabled: boolean): void {
    this.#isEnabled = isEnabled;
    this.#levels?.setEnabled(isEnabled);
  }

  onRows(rows: Float64Array, more: boolean): void {
    if (this.#levels !== null) return this.#levels.onRows(rows, more);
    this.#took(more);
    this.#chart.setBars(rows);
  }

  onOlder(rows: Float64Array, more: boolean): void {
    if (this.#levels !== null) return this.#levels.onOlder(rows, more);
    this.#took(more);
    this.#chart.prependBars(rows);
  }

  onBar(startS: number, open: number, high: number, low: number, close: number, volume: number): void {
    if (this.#levels === null) this.#chart.upsertBar(startS, open, high, low, close, volume);
    else this.#levels.onBar(startS, open, high, low, close, volume);
  }

  /** The viewer moved the view: what does it is here, and what merges bars with it. */
  onView(): void {
    if (this.#levels === null) {
      const { series, viewport } = this.#chart.plot;
      if (!this.#isEnabled || series.length === 0 || viewport.pxPerBar >= NARROW_PX) return;
      this.#levels = new (chartHands().BarLevels)(
        this.#chart,
        this.#source,
        this.#interval,
        this.#hasMore,
        this.#isLoading,
      );
    }
    this.#levels.onView();
  }

  onNearStart(): void {
    if (this.#levels !== null) return this.#levels.onNearStart();
    if (this.#chart.plot.series.length === 0 || !this.#hasMore || this.#isLoading) return;
    this.#isLoading = true;
    this.#source.loadOlder();
  }

  toNewest(): void {
    this.#levels?.toNewest();
  }

  #took(more: boolean): void {
    this.#hasMore = more;
    this.#isLoading = false;
  }
}
