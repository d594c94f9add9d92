import { Chart } from 'chart.js';
import type { DictionaryEntry } from '#protocol';
import { formatSpan, type TimeZone } from '../format/index.ts';
import { barCountdown, TextWatch } from './bar-countdown.ts';
import type { Bar } from './bar-series.ts';
import { ChartAnnotations } from './chart-annotations.ts';
import { ChartBars, type BarLevel } from './chart-bars.ts';
import { plotConfig, plotDatasets, plotScales, type PlotChartType } from './chart-config.ts';
import type { ControlledChart } from './chart-controls.ts';
import { ChartOverlay, type OverlayState } from './chart-overlay.ts';
import { exchangeZone } from './exchange-zone.ts';
import { ChartReading } from './chart-reading.ts';
import type { ComparedSeries } from './compared-series.ts';
import type { StudyChoice } from './indicators/study-choice.ts';
import type { ChartAction, LegendValues, PriceChartHost, PriceChartSettings } from './price-chart-host.ts';
import { FrameRequest } from './frame-request.ts';
import { PacedWrite } from './paced-write.ts';
import type { Palette } from './palette.ts';
import { fitPlot, PriceLabels } from './plot-fit.ts';
import {
  bindPlot,
  chartFont,
  makePlotModel,
  type PlotModel,
  type PlotType,
  type PriceScaleKind,
} from './plot-model.ts';
import { registerCharts } from './register.ts';
import { DAY_S } from './time-axis.ts';

export type { ChartAction, LegendValues, PriceChartHost, PriceChartSettings };

/** Canvas pixels a CSS pixel at most: a phone's 3 would cost more than twice as much as 2 and look the same. */
const PIXEL_RATIO_MAX = 2;
/** Below either, the chart is drawn with smaller axes. */
export const COMPACT_HEIGHT_PX = 300;
export const COMPACT_WIDTH_PX = 480;
/** The legend is written at most this often, ms. */
const LEGEND_INTERVAL_MS = 100;

/**
 * One price chart on two canvases: a Chart.js chart with our controllers and scales, and the overlay. Not a data source: it is
 * handed bars. One Chart instance lives as long as this does.
 *
 * Two clocks. The frame clock draws, at most once an animation frame and only when something changed and the chart can be seen; the
 * layout clock (`chart.update`) runs only when the size of a scale or of the chart changes.
 */
export class PriceChart implements ControlledChart {
  readonly plot: PlotModel = makePlotModel();
  readonly bars = new ChartBars(this.plot);
  readonly reading = new ChartReading(this.plot);
  readonly host: PriceChartHost;
  entry: DictionaryEntry | null = null;
  readonly #chart: Chart<PlotChartType>;
  readonly #overlay: ChartOverlay;
  readonly #priceLabels = new PriceLabels();
  readonly #frame = new FrameRequest((nowMs) => this.#draw(nowMs));
  readonly #legend = new PacedWrite(LEGEND_INTERVAL_MS, () =>
    this.host.onLegend(this.#annotations.legendValues()),
  );
  readonly #annotations: ChartAnnotations;
  readonly #countdown: TextWatch;
  #zone: TimeZone;
  /** The scale that was chosen; while symbols are compared it is percent whatever was chosen. */
  #scale: PriceScaleKind;
  #frameAtMs = 0;
  #isChartDirty = false;
  #isViewMoved = false;
  #isDestroyed = false;
  /** What was written in the frame that is drawn. */
  #said: OverlayState | null = null;
  #pixelRatioMax = PIXEL_RATIO_MAX;
  /** Interval that is counted down, s: the chosen one, whatever bars are shown. */
  #countedS = 60;

  constructor(host: PriceChartHost, settings: PriceChartSettings) {
    registerCharts();
    this.host = host;
    const { plot } = this;
    plot.palette = host.palette;
    plot.pixelRatio = Math.min(PIXEL_RATIO_MAX, globalThis.devicePixelRatio || 1);
    plot.viewport.eased = host.eased;
    plot.type = settings.type;
    plot.zone = settings.zone;
    this.#zone = settings.zone;
    this.#scale = settings.scale;
    plot.scale = settings.scale;
    plot.range.setLog(settings.scale === 'log');
    plot.studies.choose(settings.studies);
    bindPlot(host.chartCanvas, plot);
    const { panes } = plot.studies;
    this.#overlay = new ChartOverlay(host.overlayCanvas, plot);
    this.#chart = new Chart(
      host.chartCanvas,
      plotConfig(settings.type, panes, plot.pixelRatio, () => this.#drawAbove()),
    );
    this.#annotations = new ChartAnnotations(this.#chart, plot, this.reading);
    this.#countdown = new TextWatch(
      () => barCountdown(host.nowUs(), this.#countedS),
      (text) => {
        this.#annotations.countdown = text;
        this.redraw();
      },
    );
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#frame.stop();
    this.#legend.stop();
    this.#countdown.stop();
    this.#chart.destroy();
  }

  /* ---- bars --------------------------------------------------------------------------------------------------- */

  /** Empties the chart for another instrument or interval; `notice` stands in the plot until bars come. */
  show(entry: DictionaryEntry | null, intervalS: number, notice: string): void {
    this.entry = entry;
    if (entry !== null) this.plot.tick = entry.tick;
    this.plot.sessionZone = entry === null ? null : exchangeZone(entry);
    this.plot.liveBar = null;
    this.bars.clear(intervalS);
    this.#countedS = intervalS;
    this.#annotations.merged = '';
    this.#placeZone();
    this.reading.clear();
    this.#annotations.notice = notice;
    this.#legend.writeNow(performance.now());
    this.#viewChanged();
  }

  /** Takes a whole series. The zoom stays; so does the place, by its time, unless the view follows. */
  setBars(rows: Float64Array): void {
    this.bars.set(rows);
    this.#legend.hurry();
    this.reading.clearBar();
    if (rows.length > 0) this.#annotations.notice = '';
    this.#viewChanged();
  }

  prependBars(rows: Float64Array): void {
    this.bars.prepend(rows);
    this.#viewChanged();
  }

  appendBars(rows: Float64Array): void {
    this.bars.append(rows);
    this.#viewChanged();
  }

  upsertBar(startS: number, open: number, high: number, low: number, close: number, volume: number): void {
    this.bars.append(Float64Array.of(startS, open, high, low, close, volume));
    this.#annotations.notice = '';
    this.redraw();
  }

  /** Bars merged from more or fewer of the interval, at the same times. */
  showLevel(level: BarLevel): void {
    this.bars.showLevel(level);
    this.#annotations.merged = level.intervalS > this.#countedS ? formatSpan(level.intervalS) : '';
    this.#placeZone();
    this.reading.clearBar();
    this.#viewChanged();
  }

  /** The newest bar, while those shown end before it: its price has its tag all the same. */
  setLiveBar(bar: Bar | null): void {
    this.plot.liveBar = bar;
    this.redraw();
  }

  setNotice(notice: string): void {
    this.#annotations.notice = notice;
    this.#frame.request();
  }

  /* ---- looks -------------------------------------------------------------------------------------------------- */

  setType(type: PlotType): void {
    if (type === this.plot.type) return;
    this.plot.type = type;
    this.#rebuild();
  }

  setScale(scale: PriceScaleKind): void {
    this.#scale = scale;
    this.#placeScale();
  }

  setStudies(choices: readonly StudyChoice[]): void {
    const { studies } = this.plot;
    if (studies.choose(choices)) this.#rebuild();
    this.#viewChanged();
    this.crosshairMoved();
  }

  /** Symbols to draw as lines over this one. Whoever fills their series says so with `redraw`. */
  setCompared(compared: readonly ComparedSeries[]): void {
    this.plot.compared = compared;
    this.#placeScale();
    this.crosshairMoved();
  }

  /** Where something is missing, prices that alerts wait for, and what draws both. */
  showMarks(marks: Pick<PlotModel, 'alertLevels' | 'gaps' | 'paintMarks'>): void {
    Object.assign(this.plot, marks);
    this.redraw();
  }

  /** Something that is drawn has changed, other than by the methods of this chart. */
  redraw(): void {
    this.#isChartDirty = true;
    this.#frame.request();
  }

  setZone(zone: TimeZone): void {
    this.#zone = zone;
    this.#placeZone();
    this.#viewChanged();
  }

  setTheme(palette: Palette): void {
    this.plot.palette = palette;
    this.#priceLabels.forget();
    this.#viewChanged();
  }

  setEased(eased: boolean): void {
    this.plot.viewport.eased = eased;
  }

  /** Nothing is drawn while the chart cannot be seen. */
  setVisible(isVisible: boolean): void {
    this.#frame.setVisible(isVisible);
  }

  /** Takes the size of the element, CSS px, and draws at once: a frame later would flash stretched. */
  resize(width: number, height: number): void {
    if (width <= 0 || height <= 0 || this.#isDestroyed) return;
    const { plot } = this;
    plot.pixelRatio = Math.min(this.#pixelRatioMax, globalThis.devicePixelRatio || 1);
    plot.isCompact = this.host.light === true || height < COMPACT_HEIGHT_PX || width < COMPACT_WIDTH_PX;
    plot.timeAxisHeight = plot.isCompact ? 20 : 24;
    this.#chart.options.devicePixelRatio = plot.pixelRatio;
    this.#priceLabels.forget();
    this.#overlay.resize(width, height);
    this.#chart.resize(width, height);
    this.#placeModel();
    this.#isViewMoved = true;
    this.#draw(performance.now());
  }

  /** Fewer pixels where many charts share a page. */
  setPixelRatioMax(ratio: number): void {
    this.#pixelRatioMax = Math.min(PIXEL_RATIO_MAX, ratio);
    this.resize(this.#chart.width, this.#chart.height);
  }

  /** Shows the crosshair at a time that is read in another chart; null takes it away. */
  pointAtTime(timeS: number | null): void {
    if (timeS === null) this.reading.clear();
    else this.reading.readTime(timeS);
    this.#legend.request(performance.now());
    this.#frame.request();
  }

  /** The chart as it is, on the theme's ground, without the crosshair, below a line that says what it is. */
  async toPng(title: string): Promise<Blob | null> {
    const { chartPicture } = await import('./chart-picture.ts');
    const { palette, pixelRatio } = this.plot;
    return chartPicture(this.host.chartCanvas, palette, pixelRatio, title, (ctx) =>
      this.#overlay.paintLegend(ctx, this.#annotations.overlay(this.entry)),
    );
  }

  /* ---- for the controls --------------------------------------------------------------------------------------- */

  get plotRight(): number {
    return this.#chart.chartArea.right;
  }

  get plotBottom(): number {
    return this.#chart.chartArea.bottom;
  }

  viewMoved(): void {
    this.bars.hold();
    this.host.onView?.();
    this.#viewChanged();
  }

  crosshairMoved(): void {
    // The viewer waits for these numbers: they need not keep to the legend's pace.
    this.#legend.writeNow(performance.now());
    const { index } = this.reading;
    this.host.onCrosshair?.(index === null ? null : this.plot.series.startAt(index));
    this.#frame.request();
  }

  /* ---- the two clocks ----------------------------------------------------------------------------------------- */

  #viewChanged(): void {
    this.#isChartDirty = true;
    this.#isViewMoved = true;
    this.#frame.request();
  }

  #draw(nowMs: number): void {
    if (this.#isDestroyed || !(this.#chart.width > 0)) return;
    const { viewport, series } = this.plot;
    const wasSliding = viewport.isSliding;
    viewport.advance(nowMs - this.#frameAtMs);
    this.#frameAtMs = nowMs;
    this.#said = null;
    if (this.#isChartDirty || wasSliding) {
      this.#isChartDirty = false;
      if (this.#prepare()) this.#layout();
      else this.#chart.draw();
      const wanted = Math.max(viewport.visibleBars / 2, this.plot.studies.barsBefore);
      const isNearStart = viewport.leftShown - series.first < wanted;
      if (series.length > 0 && isNearStart) this.host.onNearStart();
    }
    this.#overlay.draw(this.#said ?? this.#annotations.overlay(this.entry));
    this.#legend.request(nowMs);
    if (viewport.isSliding) this.#frame.request();
  }

  /** After the chart itself, on its canvas. Chart.js draws once while it is made. */
  #drawAbove(): void {
    const { ctx } = this.#chart ?? {};
    if (ctx === undefined) return;
    this.#said = this.#annotations.overlay(this.entry);
    this.#overlay.paintOnChart(ctx, this.#said);
  }

  /** Brings the model up to date for a frame. Returns true when a scale needs another size. */
  #prepare(): boolean {
    fitPlot(this.plot, this.#isViewMoved);
    this.#isViewMoved = false;
    this.plot.tagY = this.#annotations.tagY();
    const { ctx, scales } = this.#chart;
    return this.#priceLabels.fit(this.plot, scales.price.bottom - scales.price.top, (label) => {
      ctx.font = chartFont(this.plot.palette, 11, 600);
      return ctx.measureText(label).width;
    });
  }

  #layout(): void {
    this.#chart.update('none');
    this.#placeModel();
    this.#prepare();
    this.#chart.draw();
  }

  /** Tells the model where Chart.js has put things. */
  #placeModel(): void {
    const { chartArea: area, scales } = this.#chart;
    const { viewport, range, studies } = this.plot;
    const width = Math.max(0, area.right - area.left);
    range.place(scales.price.top, scales.price.bottom - scales.price.top);
    for (const { id, range: own } of studies.panes) {
      own.place(scales[id].top, scales[id].bottom - scales[id].top);
    }
    this.#isChartDirty = true;
    if (width !== viewport.width) viewport.resize(width);
  }

  /** Other scales or controllers: Chart.js makes and drops its own, and the place of everything changes. */
  #rebuild(): void {
    const { type, studies } = this.plot;
    this.#chart.data.datasets = plotDatasets(type, studies.panes);
    this.#chart.options.scales = plotScales(studies.panes);
    this.#layout();
    this.#viewChanged();
  }

  #placeScale(): void {
    const { plot } = this;
    plot.scale = plot.compared.length > 0 ? 'percent' : this.#scale;
    plot.range.setLog(plot.scale === 'log');
    this.#viewChanged();
  }

  /** A bar of a day is a day of UTC, whatever the zone. */
  #placeZone(): void {
    this.plot.zone = this.plot.intervalS >= DAY_S ? 'utc' : this.#zone;
  }
}
