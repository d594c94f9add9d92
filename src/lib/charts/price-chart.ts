import { Chart } from 'chart.js';
import type { DictionaryEntry } from '#protocol';
import { formatPrice, type TimeZone } from '../format/index.ts';
import { barCountdown } from './bar-countdown.ts';
import type { Bar } from './bar-series.ts';
import { plotConfig, plotDatasets, type PlotChartType } from './chart-config.ts';
import { ChartControls, type ControlledChart } from './chart-controls.ts';
import { ChartOverlay, tagHeightPx, type OverlayState } from './chart-overlay.ts';
import { chartPicture } from './chart-picture.ts';
import { ChartReading } from './chart-reading.ts';
import { barTimeText } from './chart-speech.ts';
import type { LegendValues, PriceChartHost, PriceChartSettings } from './price-chart-host.ts';
import { PacedWrite } from './paced-write.ts';
import type { Palette } from './palette.ts';
import { barsInView, fitPlot, PriceLabels } from './plot-fit.ts';
import { bindPlot, chartFont, makePlotModel, type PlotModel, type PlotType } from './plot-model.ts';
import { registerCharts } from './register.ts';

export type { LegendValues, PriceChartHost, PriceChartSettings };

/** Canvas pixels a CSS pixel at most: a phone's 3 would cost more than twice as much as 2 and look the same. */
const PIXEL_RATIO_MAX = 2;
/** Below either, the chart is drawn with smaller axes. */
export const COMPACT_HEIGHT_PX = 300;
export const COMPACT_WIDTH_PX = 480;
/** The legend is written at most this often, ms. */
const LEGEND_INTERVAL_MS = 100;
/** How often the countdown is looked at, ms: late by this much at most. */
const COUNTDOWN_CHECK_MS = 200;

/**
 * One price chart on two canvases: a Chart.js chart with our controllers and scales, and the overlay. Not a data source: it is
 * handed bars. One Chart instance lives as long as this does.
 *
 * Two clocks. The frame clock draws, at most once an animation frame and only when something changed and the chart can be seen; the
 * layout clock (`chart.update`) runs only when the size of a scale or of the chart changes.
 */
export class PriceChart implements ControlledChart {
  readonly plot: PlotModel = makePlotModel();
  readonly reading = new ChartReading(this.plot);
  readonly controls = new ChartControls(this);
  entry: DictionaryEntry | null = null;
  readonly #host: PriceChartHost;
  readonly #chart: Chart<PlotChartType>;
  readonly #overlay: ChartOverlay;
  readonly #priceLabels = new PriceLabels();
  readonly #legend = new PacedWrite(LEGEND_INTERVAL_MS, () => this.#writeLegend());
  readonly #countdownTimer: ReturnType<typeof setInterval>;
  #countdown = '';
  #notice = '';
  #frame = 0;
  #frameAtMs = 0;
  #isVisible = true;
  #isChartDirty = false;
  #isViewMoved = false;
  #isDestroyed = false;
  #pixelRatioMax = PIXEL_RATIO_MAX;
  /** Time at the right edge of a view that does not follow, to find the place again in a new set of bars. */
  #heldS = Number.NaN;

  constructor(host: PriceChartHost, settings: PriceChartSettings) {
    registerCharts();
    this.#host = host;
    const { plot } = this;
    plot.palette = host.palette;
    plot.pixelRatio = Math.min(PIXEL_RATIO_MAX, globalThis.devicePixelRatio || 1);
    plot.viewport.eased = host.eased;
    plot.type = settings.type;
    plot.showsVwap = settings.vwap;
    plot.zone = settings.zone;
    plot.range.setLog(settings.log);
    bindPlot(host.chartCanvas, plot);
    this.#chart = new Chart(host.chartCanvas, plotConfig(settings.type, plot.pixelRatio));
    this.#overlay = new ChartOverlay(host.overlayCanvas, plot);
    this.#countdownTimer = setInterval(() => this.#checkCountdown(), COUNTDOWN_CHECK_MS);
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    cancelAnimationFrame(this.#frame);
    this.#legend.stop();
    clearInterval(this.#countdownTimer);
    this.#chart.destroy();
  }

  /* ---- bars --------------------------------------------------------------------------------------------------- */

  /** Empties the chart for another instrument or interval; `notice` stands in the plot until bars come. */
  show(entry: DictionaryEntry | null, intervalS: number, notice: string): void {
    const { plot } = this;
    this.entry = entry;
    plot.intervalS = intervalS;
    if (entry !== null) plot.tick = entry.tick;
    plot.series.reset(new Float64Array(0));
    plot.viewport.restart(0, 0, null);
    plot.range.clear();
    this.reading.clear();
    this.#heldS = Number.NaN;
    this.#notice = notice;
    this.#legend.writeNow(performance.now());
    this.#viewChanged();
  }

  /** Takes a whole series. The zoom stays; so does the place, by its time, unless the view follows. */
  setBars(rows: Float64Array): void {
    const { series, viewport, range } = this.plot;
    series.reset(rows);
    const held = Number.isNaN(this.#heldS) ? series.first - 1 : series.indexAtOrBefore(this.#heldS);
    viewport.restart(
      series.first,
      series.end,
      held >= series.first && held < series.end - 1 ? held + 0.5 : null,
    );
    range.clear();
    this.reading.clearBar();
    if (series.length > 0) this.#notice = '';
    this.#viewChanged();
  }

  prependBars(rows: Float64Array): void {
    const { series, viewport } = this.plot;
    series.prepend(rows);
    viewport.setBars(series.first, series.end);
    this.#viewChanged();
  }

  upsertBar(startS: number, open: number, high: number, low: number, close: number, volume: number): void {
    const { series, viewport } = this.plot;
    series.upsert(startS, open, high, low, close, volume);
    viewport.setBars(series.first, series.end);
    this.#notice = '';
    this.#isChartDirty = true;
    this.#requestFrame();
  }

  setNotice(notice: string): void {
    this.#notice = notice;
    this.#requestFrame();
  }

  /** The bars in view, oldest first, for a table or an export. */
  barsInView(): Bar[] {
    const { from, to } = barsInView(this.plot);
    return Array.from({ length: Math.max(0, to - from) }, (_, at) => this.plot.series.at(from + at));
  }

  /* ---- looks -------------------------------------------------------------------------------------------------- */

  setType(type: PlotType): void {
    if (type === this.plot.type) return;
    this.plot.type = type;
    this.#chart.data.datasets = plotDatasets(type);
    this.#layout();
    this.#viewChanged();
  }

  setLog(log: boolean): void {
    this.plot.range.setLog(log);
    this.#viewChanged();
  }

  setVwap(shows: boolean): void {
    this.plot.showsVwap = shows;
    this.#viewChanged();
    this.crosshairMoved();
  }

  setZone(zone: TimeZone): void {
    this.plot.zone = zone;
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
    this.#isVisible = isVisible;
    if (isVisible) this.#requestFrame();
  }

  /** Takes the size of the element, CSS px, and draws at once: a frame later would flash stretched. */
  resize(width: number, height: number): void {
    if (width <= 0 || height <= 0 || this.#isDestroyed) return;
    const { plot } = this;
    plot.pixelRatio = Math.min(this.#pixelRatioMax, globalThis.devicePixelRatio || 1);
    plot.isCompact = this.#host.light === true || height < COMPACT_HEIGHT_PX || width < COMPACT_WIDTH_PX;
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
    this.#requestFrame();
  }

  /** The chart as it is, on the theme's ground, without the crosshair. */
  toPng(): Promise<Blob | null> {
    const { palette, pixelRatio } = this.plot;
    return chartPicture(this.#host.chartCanvas, palette.bg1, pixelRatio, (ctx) =>
      this.#overlay.paint(ctx, { ...this.#overlayState(), crosshair: null }),
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
    const { series, viewport } = this.plot;
    const right = Math.min(series.end - 1, Math.max(series.first, Math.round(viewport.right - 0.5)));
    this.#heldS = series.length === 0 || viewport.follow ? Number.NaN : series.startAt(right);
    this.#viewChanged();
  }

  crosshairMoved(): void {
    // The viewer waits for these numbers: they need not keep to the legend's pace.
    this.#legend.writeNow(performance.now());
    const { index } = this.reading;
    this.#host.onCrosshair?.(index === null ? null : this.plot.series.startAt(index));
    this.#requestFrame();
  }

  speak(sentence: string): void {
    this.#host.onSpeak(sentence);
  }

  /* ---- the two clocks ----------------------------------------------------------------------------------------- */

  #viewChanged(): void {
    this.#isChartDirty = true;
    this.#isViewMoved = true;
    this.#requestFrame();
  }

  #requestFrame(): void {
    if (this.#frame !== 0 || this.#isDestroyed || !this.#isVisible) return;
    this.#frame = requestAnimationFrame((nowMs) => {
      this.#frame = 0;
      this.#draw(nowMs);
    });
  }

  #draw(nowMs: number): void {
    if (this.#isDestroyed || !(this.#chart.width > 0)) return;
    const { viewport, series } = this.plot;
    const wasSliding = viewport.isSliding;
    viewport.advance(nowMs - this.#frameAtMs);
    this.#frameAtMs = nowMs;
    if (this.#isChartDirty || wasSliding) {
      this.#isChartDirty = false;
      if (this.#prepare()) this.#layout();
      else this.#chart.draw();
      const isNearStart = viewport.leftShown - series.first < viewport.visibleBars / 2;
      if (series.length > 0 && isNearStart) this.#host.onNearStart();
    }
    this.#overlay.draw(this.#overlayState());
    this.#legend.request(nowMs);
    if (viewport.isSliding) this.#requestFrame();
  }

  /** Brings the model up to date for a frame. Returns true when a scale needs another size. */
  #prepare(): boolean {
    fitPlot(this.plot, this.#isViewMoved);
    this.#isViewMoved = false;
    this.plot.tagY = this.#tagY();
    const { price } = this.#chart.scales;
    const { ctx } = this.#chart;
    return this.#priceLabels.fit(this.plot, price.bottom - price.top, (label) => {
      ctx.font = chartFont(this.plot.palette, 11, 600);
      return ctx.measureText(label).width;
    });
  }

  #layout(): void {
    this.#chart.update('none');
    if (!this.#placeModel()) return;
    this.#prepare();
    this.#chart.draw();
  }

  /** Tells the model where Chart.js has put things. Returns true when that changed. */
  #placeModel(): boolean {
    const { chartArea: area, scales } = this.#chart;
    const { viewport, range } = this.plot;
    const width = Math.max(0, area.right - area.left);
    range.place(scales.price.top, scales.price.bottom - scales.price.top);
    this.#isChartDirty = true;
    if (width === viewport.width) return false;
    viewport.resize(width);
    return true;
  }

  /* ---- overlay and legend ------------------------------------------------------------------------------------- */

  #lastBar(): Bar | null {
    const { series } = this.plot;
    return series.length === 0 ? null : series.at(series.end - 1);
  }

  #tagY(): number {
    const last = this.#lastBar();
    if (last === null || !this.plot.range.isSet) return Number.NaN;
    const { price } = this.#chart.scales;
    const half = tagHeightPx(this.#countdown) / 2;
    return Math.min(price.bottom - half, Math.max(price.top + half, this.plot.range.y(last.close)));
  }

  #overlayState(): OverlayState {
    const { entry } = this;
    const last = this.#lastBar();
    return {
      area: this.#chart.chartArea,
      priceBottom: this.#chart.scales.price.bottom,
      notice: this.#notice,
      crosshair: this.#crosshairState(),
      lastPrice:
        last === null || entry === null
          ? null
          : {
              label: formatPrice(last.close, entry),
              countdown: this.#countdown,
              isRising: last.close >= last.open,
            },
    };
  }

  #crosshairState(): OverlayState['crosshair'] {
    const { entry, reading } = this;
    const { index, y } = reading;
    if (index === null || entry === null) return null;
    const { series, viewport, range, intervalS, zone } = this.plot;
    const x = this.#chart.chartArea.left + viewport.x(index);
    // The view was moved away from the bar that is read.
    if (x < -viewport.pxPerBar || x > viewport.width + viewport.pxPerBar) return null;
    return {
      x,
      y,
      priceLabel: formatPrice(Math.round(range.priceAt(y)), entry),
      timeLabel: barTimeText(series.startAt(index), intervalS, zone),
    };
  }

  #checkCountdown(): void {
    const text = barCountdown(this.#host.nowUs(), this.plot.intervalS);
    if (text === this.#countdown) return;
    // The tag grows or shrinks with its second line, and hides other labels.
    if ((text === '') !== (this.#countdown === '')) this.#isChartDirty = true;
    this.#countdown = text;
    this.#requestFrame();
  }

  #writeLegend(): void {
    const { series, vwap, showsVwap } = this.plot;
    const readIndex = this.reading.index;
    const index = readIndex ?? series.end - 1;
    if (series.length === 0) {
      this.#host.onLegend(null);
      return;
    }
    this.#host.onLegend({
      bar: series.at(index),
      vwap: showsVwap ? (vwap.values[index + series.base] ?? Number.NaN) : Number.NaN,
      isReading: readIndex !== null,
    });
  }
}
