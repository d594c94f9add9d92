import type { DictionaryEntry } from '#protocol';
import type { ChartCommands } from './chart-input.ts';
import type { ChartReading } from './chart-reading.ts';
import { barSentence, rangeSentence } from './chart-speech.ts';
import { barsInView } from './plot-fit.ts';
import type { PlotModel } from './plot-model.ts';
import type { ChartAction, PriceChartHost } from './price-chart-host.ts';

/** What the controls need of the chart that they move. */
export interface ControlledChart {
  readonly plot: PlotModel;
  readonly reading: ChartReading;
  readonly host: Pick<PriceChartHost, 'onAction' | 'onLevel' | 'onReset' | 'onSpeak'>;
  readonly entry: DictionaryEntry | null;
  /** Right and lower end of the plot, px. */
  readonly plotRight: number;
  readonly plotBottom: number;
  /** The viewer moved the view: draw, and fit the prices without hysteresis. */
  viewMoved(): void;
  /** The crosshair moved: the chart itself need not be drawn. */
  crosshairMoved(): void;
}

/** Carries out what gestures and keys ask for. Changes the viewport, the price range and the reading, and nothing else. */
export class ChartControls implements ChartCommands {
  readonly #chart: ControlledChart;

  constructor(chart: ControlledChart) {
    this.#chart = chart;
  }

  partAt(x: number, y: number): 'plot' | 'price-axis' | 'time-axis' {
    if (x > this.#chart.plotRight) return 'price-axis';
    return y > this.#chart.plotBottom ? 'time-axis' : 'plot';
  }

  panBy(deltaX: number, deltaY: number): void {
    const { viewport, range } = this.#chart.plot;
    viewport.panBy(deltaX);
    range.shiftBy(deltaY);
    this.#chart.viewMoved();
  }

  zoomBy(factor: number, x?: number): void {
    const { viewport, series } = this.#chart.plot;
    const newestX = Math.min(viewport.width, Math.max(0, viewport.x(series.end - 1)));
    viewport.zoomAt(factor, x ?? newestX);
    this.#chart.viewMoved();
  }

  resetView(): void {
    this.#chart.plot.range.clear();
    this.#chart.host.onReset?.();
    this.#chart.plot.viewport.reset();
    this.#chart.viewMoved();
  }

  scalePriceBy(factor: number): void {
    this.#chart.plot.range.scaleBy(factor);
    this.#chart.viewMoved();
  }

  fitPrice(): void {
    this.#chart.plot.range.clear();
    this.#chart.viewMoved();
  }

  pointAt(place: { x: number; y: number } | null): void {
    if (place === null || this.partAt(place.x, place.y) !== 'plot') this.#chart.reading.clear();
    else this.#chart.reading.pointAt(place.x, place.y);
    this.#chart.crosshairMoved();
  }

  readBy(bars: number): void {
    const { plot, reading, entry } = this.#chart;
    const { series, viewport } = plot;
    if (series.length === 0 || entry === null) return;
    const view = barsInView(plot);
    const { index: read } = reading;
    const isRead = read !== null && read >= view.from && read < view.to;
    // Reading begins at the last bar in view: a key to the left reads that bar itself.
    const from = isRead ? read : bars < 0 ? view.to : view.to - 1;
    const index = Math.min(series.end - 1, Math.max(series.first, from + bars));
    reading.readBar(index);
    viewport.reveal(index);
    this.#chart.host.onSpeak(barSentence(series.at(index), entry, plot.intervalS, plot.zone));
    this.#chart.viewMoved();
    this.#chart.crosshairMoved();
  }

  panByViews(views: number): void {
    const { viewport } = this.#chart.plot;
    viewport.panBy(-views * viewport.width);
    this.#chart.viewMoved();
  }

  speakSummary(): void {
    const { plot, entry } = this.#chart;
    const { series, intervalS, zone } = plot;
    const { from, to } = barsInView(plot);
    if (to <= from || entry === null) return;
    const extent = series.extent(from, to, { low: 0, high: 0, volume: 0 });
    this.#chart.host.onSpeak(
      rangeSentence(series.at(from), series.at(to - 1), extent, to - from, entry, intervalS, zone),
    );
  }

  act(action: ChartAction): void {
    this.#chart.host.onAction?.(action);
  }

  /** Nothing below the prices: volume and studies have no price. */
  chooseLevel(y: number): void {
    const { range } = this.#chart.plot;
    if (!range.isSet || y > range.y(range.min)) return;
    this.#chart.host.onLevel?.(Math.round(range.priceAt(y)));
  }
}
