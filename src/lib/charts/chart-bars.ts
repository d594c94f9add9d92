import { BAR_NUMBERS } from './bar-series.ts';
import type { PlotModel } from './plot-model.ts';

/** A set of bars to show in place of another of the same instrument: merged from more of them, from fewer, or of another time. */
export interface BarLevel {
  rows: Float64Array;
  intervalS: number;
  /** How many times wider a bar becomes: bars of five minutes for those of one are five times as wide. */
  widening: number;
  /** Time at the right edge, s; NaN = the newest bar, and the view follows it. */
  edgeS: number;
  /** There are newer bars than these. */
  isDetached: boolean;
}

/**
 * Puts bars into a plot and keeps the view where the viewer has it: by index while bars come in, by time when the whole set is another. Draws
 * nothing.
 */
export class ChartBars {
  readonly #plot: PlotModel;
  /** Time at the right edge of a view that does not follow, to find the place again in a new set of bars. */
  #heldS = Number.NaN;

  constructor(plot: PlotModel) {
    this.#plot = plot;
  }

  clear(intervalS: number): void {
    const plot = this.#attached();
    plot.intervalS = intervalS;
    plot.series.reset(new Float64Array(0));
    plot.viewport.restart(0, 0, null);
    plot.range.clear();
    plot.studies.clearRanges();
    this.#heldS = Number.NaN;
  }

  /** Takes a whole series. The zoom stays; so does the place, by its time, unless the view follows. */
  set(rows: Float64Array): void {
    const { series, viewport, range } = this.#attached();
    series.reset(rows);
    const held = Number.isNaN(this.#heldS) ? series.first - 1 : series.indexAtOrBefore(this.#heldS);
    const isHeld = held >= series.first && held < series.end - 1;
    viewport.restart(series.first, series.end, isHeld ? held + 0.5 : null);
    range.clear();
  }

  prepend(rows: Float64Array): void {
    const { series, viewport } = this.#plot;
    series.prepend(rows);
    viewport.setBars(series.first, series.end);
  }

  /** Newer bars, oldest first; the first may be the newest that is held. */
  append(rows: Float64Array): void {
    const { series, viewport } = this.#plot;
    for (let at = 0; at + BAR_NUMBERS <= rows.length; at += BAR_NUMBERS) {
      series.upsert(rows[at], rows[at + 1], rows[at + 2], rows[at + 3], rows[at + 4], rows[at + 5]);
    }
    viewport.setBars(series.first, series.end);
  }

  /** Shows other bars at the same times: what was at the right edge stays there. */
  showLevel({ rows, intervalS, widening, edgeS, isDetached }: BarLevel): void {
    const plot = this.#plot;
    const { series, viewport } = plot;
    plot.intervalS = intervalS;
    series.reset(rows);
    viewport.isDetached = isDetached;
    viewport.widen(widening);
    viewport.restart(series.first, series.end, Number.isNaN(edgeS) ? null : this.#rightAt(edgeS));
    plot.range.clear();
    plot.studies.clearRanges();
    this.hold();
  }

  setDetached(isDetached: boolean): void {
    this.#plot.viewport.isDetached = isDetached;
  }

  /** The viewer moved the view: remembers the place. */
  hold(): void {
    const { series, viewport } = this.#plot;
    const right = Math.min(series.end - 1, Math.max(series.first, Math.round(viewport.right - 0.5)));
    this.#heldS = series.length === 0 || viewport.follow ? Number.NaN : series.startAt(right);
  }

  /** Times at the edges of the view, s, as if bars followed each other without a gap; NaN without bars. */
  get edgesS(): { left: number; right: number } {
    const { viewport } = this.#plot;
    return { left: this.#timeAt(viewport.right - viewport.visibleBars), right: this.#timeAt(viewport.right) };
  }

  #attached(): PlotModel {
    this.#plot.viewport.isDetached = false;
    return this.#plot;
  }

  #timeAt(place: number): number {
    const { series, intervalS } = this.#plot;
    if (series.length === 0) return Number.NaN;
    const index = Math.min(series.end - 1, Math.max(series.first, Math.round(place)));
    return series.startAt(index) + (place - (index - 0.5)) * intervalS;
  }

  #rightAt(timeS: number): number {
    const { series, intervalS } = this.#plot;
    if (series.length === 0) return 0;
    const index = Math.min(series.end - 1, Math.max(series.first, series.indexAtOrBefore(timeS)));
    const part = (timeS - series.startAt(index)) / intervalS;
    return index - 0.5 + (index === series.end - 1 ? part : Math.min(1, part));
  }
}
