import type { PlotModel } from './plot-model.ts';

/**
 * Which bar is being read, and where the crosshair stands: under the pointer, whatever bar that is by now, or on a bar
 * that the keyboard has gone to, or at a time that is read in another chart. Places in px of the whole chart; the plot begins at its left edge.
 */
export class ChartReading {
  readonly #plot: PlotModel;
  #at:
    | { kind: 'nothing' }
    | { kind: 'pointer'; x: number; y: number }
    | { kind: 'bar'; index: number }
    | { kind: 'time'; timeS: number } = { kind: 'nothing' };

  constructor(plot: PlotModel) {
    this.#plot = plot;
  }

  clear(): void {
    this.#at = { kind: 'nothing' };
  }

  /** Another set of bars has other indexes. */
  clearBar(): void {
    if (this.#at.kind === 'bar') this.clear();
  }

  pointAt(x: number, y: number): void {
    this.#at = { kind: 'pointer', x, y };
  }

  readBar(index: number): void {
    this.#at = { kind: 'bar', index };
  }

  /** Only the bar of this time is pointed at, no price. */
  readTime(timeS: number): void {
    this.#at = { kind: 'time', timeS };
  }

  /** Index of the bar that is read, always one that is held; null when none is. */
  get index(): number | null {
    const { series, viewport } = this.#plot;
    if (this.#at.kind === 'nothing' || series.length === 0) return null;
    if (this.#at.kind === 'time') {
      const found = series.indexAtOrBefore(this.#at.timeS);
      return found < series.first ? null : found;
    }
    const index = this.#at.kind === 'bar' ? this.#at.index : Math.round(viewport.indexAt(this.#at.x));
    return Math.min(series.end - 1, Math.max(series.first, index));
  }

  /** Height of the crosshair: the pointer's, or the close of the bar; NaN where only a time is read. */
  get y(): number {
    const { series, range } = this.#plot;
    if (this.#at.kind === 'time') return Number.NaN;
    if (this.#at.kind === 'pointer') return this.#at.y;
    const { index } = this;
    return index === null ? Number.NaN : range.y(series.at(index).close);
  }
}
