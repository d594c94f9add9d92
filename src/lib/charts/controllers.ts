import { DatasetController, Element } from 'chart.js';
import { drawCandles } from './draw-candles.ts';
import { strokeLine, traceLine } from './draw-line.ts';
import { drawOverlays } from './draw-overlays.ts';
import { drawVolume } from './draw-volume.ts';
import { plotOf, type PlotModel } from './plot-model.ts';
import { studyKit } from './study-kit-loader.ts';

declare module 'chart.js' {
  interface ChartTypeRegistry {
    tickLine: TickChartType;
    tickArea: TickChartType;
    tickCandle: TickChartType;
    tickVolume: TickChartType;
    tickOverlay: TickChartType;
    tickPane: TickChartType;
  }
}

/** What Chart.js' types want to know of a chart type. Data lie in the plot model, so there are no parsed points. */
interface TickChartType {
  chartOptions: object;
  datasetOptions: { xAxisID: string; yAxisID: string };
  defaultDataPoint: never;
  metaExtensions: object;
  parsedDataType: never;
  scales: 'barTime' | 'tickPrice' | 'barVolume' | 'studyPane';
}

/** Chart.js insists that a controller names an element; ours never makes one. */
export class NoElement extends Element {
  static readonly id = 'none';
}

/** Base of our controllers: no parsing, no elements, no animation; `draw` reads the plot model and nothing else. */
abstract class PlotController extends DatasetController {
  static readonly defaults = { datasetElementType: false, dataElementType: 'none' };

  protected get plot(): PlotModel {
    return plotOf(this.chart.canvas);
  }

  override buildOrUpdateElements(): void {}
  override update(): void {}
  override parse(): void {}

  /** Draws within the dataset's part of the chart. */
  protected clipped(draw: (ctx: CanvasRenderingContext2D) => void): void {
    const { ctx, chartArea } = this.chart;
    ctx.save();
    ctx.beginPath();
    const top = this.plotTop;
    ctx.rect(chartArea.left, top, chartArea.width, this.plotBottom - top);
    ctx.clip();
    draw(ctx);
    ctx.restore();
  }

  protected get plotTop(): number {
    return this._cachedMeta.yScale?.top ?? this.chart.chartArea.top;
  }

  protected get plotBottom(): number {
    return this._cachedMeta.yScale?.bottom ?? this.chart.chartArea.bottom;
  }
}

export class TickCandleController extends PlotController {
  static readonly id = 'tickCandle';

  override draw(): void {
    this.clipped((ctx) => drawCandles(ctx, this.plot, this.chart.chartArea.left));
  }
}

/** A line through the closes. */
export class TickLineController extends PlotController {
  static readonly id = 'tickLine';

  override draw(): void {
    const { plot } = this;
    this.clipped((ctx) => {
      ctx.beginPath();
      traceLine(ctx, plot, plot.series.columns.close, this.chart.chartArea.left);
      strokeLine(ctx, plot, plot.palette.t1);
    });
  }
}

/** The closes as a line over a surface that fades downwards. */
export class TickAreaController extends PlotController {
  static readonly id = 'tickArea';

  override draw(): void {
    const { plot } = this;
    const { left } = this.chart.chartArea;
    this.clipped((ctx) => {
      ctx.beginPath();
      const ends = traceLine(ctx, plot, plot.series.columns.close, left);
      if (ends === null) return;
      ctx.lineTo(ends.toX, this.plotBottom);
      ctx.lineTo(ends.fromX, this.plotBottom);
      ctx.closePath();
      const fade = ctx.createLinearGradient(0, this.plotTop, 0, this.plotBottom);
      fade.addColorStop(0, plot.palette.t1);
      fade.addColorStop(1, faded(ctx, plot.palette.t1));
      ctx.globalAlpha = 0.16;
      ctx.fillStyle = fade;
      ctx.fill();
      ctx.globalAlpha = 1;
      ctx.beginPath();
      traceLine(ctx, plot, plot.series.columns.close, left);
      strokeLine(ctx, plot, plot.palette.t1);
    });
  }
}

export class TickVolumeController extends PlotController {
  static readonly id = 'tickVolume';

  override draw(): void {
    if (!(this.plot.volumeMax > 0)) return;
    const top = this.plotTop;
    const bottom = this.plotBottom;
    this.clipped((ctx) =>
      drawVolume(ctx, this.plot, this.chart.chartArea.left, bottom, (bottom - top) * 0.94),
    );
  }
}

/** Studies over the prices, and compared symbols. */
export class TickOverlayController extends PlotController {
  static readonly id = 'tickOverlay';

  override draw(): void {
    const { plot } = this;
    if (plot.studies.overlays.length + plot.compared.length === 0) return;
    this.clipped((ctx) => drawOverlays(ctx, plot, this.chart.chartArea.left));
  }
}

/** A study in a part of the chart of its own: the one whose scale it is on. */
export class TickPaneController extends PlotController {
  static readonly id = 'tickPane';

  override draw(): void {
    const { plot } = this;
    const pane = plot.studies.panes.find(({ id }) => id === this._cachedMeta.yAxisID);
    if (pane !== undefined)
      this.clipped((ctx) => studyKit().drawPane(ctx, plot, pane, this.chart.chartArea.left));
  }
}

/**
 * The same colour without any of it: fading to `transparent`, which is black, goes through grey. A canvas hands opaque
 * colours of any notation back as #rrggbb.
 */
function faded(ctx: CanvasRenderingContext2D, colour: string): string {
  ctx.fillStyle = colour;
  const hex = ctx.fillStyle;
  return hex.length === 7 ? `${hex}00` : 'transparent';
}
