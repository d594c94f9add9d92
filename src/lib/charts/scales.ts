import { Scale, type CartesianScaleOptions, type ChartArea } from 'chart.js';
import { chartFont, plotOf, snap, type PlotModel } from './plot-model.ts';

declare module 'chart.js' {
  interface CartesianScaleTypeRegistry {
    barTime: { options: CartesianScaleOptions };
    tickPrice: { options: CartesianScaleOptions };
    barVolume: { options: CartesianScaleOptions };
    studyPane: { options: CartesianScaleOptions };
  }
}

/** Half of the height that a label takes, px. */
export const LABEL_HALF_PX = 8;
/** Half of the height of the tag of the last price, px. */
const TAG_HALF_PX = 17;
export const LABEL_PX = 11;
/** Lines of a plot without prices: an odd number would put one behind the notice in the middle. */
const EMPTY_LINES = 6;

/**
 * Base of our scales: Chart.js gives them a box, they draw themselves from the plot model. What they show follows every frame
 * without `chart.update()`; only a change of their own size needs that.
 */
export abstract class PlotScale extends Scale<CartesianScaleOptions> {
  static readonly defaults = { grid: { display: false }, ticks: { display: false } };

  protected get plot(): PlotModel {
    return plotOf(this.chart.canvas);
  }

  /** Replaces the search for labels, ticks and rotation, which asks the datasets for their data. */
  override update(maxWidth: number, maxHeight: number): void {
    this.maxWidth = maxWidth;
    this.maxHeight = maxHeight;
    this.ticks = [];
    this.measure(maxWidth, maxHeight);
    this.configure();
  }

  protected abstract measure(maxWidth: number, maxHeight: number): void;

  override getPadding(): ChartArea {
    return { left: 0, right: 0, top: 0, bottom: 0, width: 0, height: 0 };
  }
}

/** Times under the plot, and the silences between bars. Bars stand at even distances (see `time-axis.ts`). */
export class BarTimeScale extends PlotScale {
  static readonly id = 'barTime';

  protected override measure(maxWidth: number): void {
    this.width = maxWidth;
    this.height = this.plot.timeAxisHeight;
    this.left = 0;
    this.right = maxWidth;
  }

  override getPixelForValue(index: number): number {
    return this.left + this.plot.viewport.x(index);
  }

  override getValueForPixel(pixel: number): number {
    return this.plot.viewport.indexAt(pixel - this.left);
  }

  override draw(area?: ChartArea): void {
    if (area === undefined) return;
    const { ctx, plot } = this;
    const { viewport, palette } = plot;
    ctx.save();
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    const y = this.top + this.height / 2;
    for (const tick of plot.timeMarks.ticks) {
      const x = viewport.x(tick.index);
      if (x < -40 || x > area.width + 40) continue;
      ctx.font = chartFont(palette, LABEL_PX, tick.major ? 600 : 450);
      ctx.fillStyle = tick.major ? palette.t2 : palette.t3;
      // A label that would be cut by an edge is left out: half a time is a wrong time.
      const half = ctx.measureText(tick.label).width / 2;
      if (x - half < 2 || x + half > area.width + 6) continue;
      ctx.fillText(tick.label, area.left + x, y);
    }
    this.#drawDays(area);
    this.#drawHoles(area);
    ctx.restore();
  }

  /** A thin line where another session, or another day, begins. */
  #drawDays(area: ChartArea): void {
    const { ctx, plot } = this;
    ctx.fillStyle = plot.palette.line;
    for (const index of plot.timeMarks.days) {
      const x = snap(area.left + plot.viewport.x(index - 0.5), plot.pixelRatio);
      if (x < area.left || x > area.right) continue;
      for (let y = area.top; y < area.bottom; y += 6) ctx.fillRect(x, y, 1, Math.min(3, area.bottom - y));
    }
  }

  #drawHoles(area: ChartArea): void {
    const { ctx, plot } = this;
    for (const hole of plot.timeMarks.holes) {
      const x = plot.viewport.x(hole.index - 0.5);
      if (x < 0 || x > area.width) continue;
      hatch(ctx, area.left + x, area.top, area.bottom, plot);
    }
  }
}

/** A narrow band of slanted lines. */
function hatch(
  ctx: CanvasRenderingContext2D,
  middle: number,
  top: number,
  bottom: number,
  plot: PlotModel,
): void {
  const half = Math.min(4, Math.max(2, plot.viewport.pxPerBar / 2));
  const left = snap(middle - half, plot.pixelRatio);
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, half * 2, bottom - top);
  ctx.clip();
  ctx.fillStyle = plot.palette.line;
  ctx.globalAlpha = 0.35;
  ctx.fillRect(left, top, half * 2, bottom - top);
  ctx.globalAlpha = 1;
  ctx.beginPath();
  for (let y = top - half * 2; y < bottom; y += 6) {
    ctx.moveTo(left, y + half * 2);
    ctx.lineTo(left + half * 2, y);
  }
  ctx.strokeStyle = plot.palette.ls;
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.restore();
}

/** Prices to the right of the plot, and the lines that lead to them. */
export class TickPriceScale extends PlotScale {
  static readonly id = 'tickPrice';

  protected override measure(_maxWidth: number, maxHeight: number): void {
    this.width = this.plot.priceAxisWidth;
    this.height = maxHeight;
    this.top = 0;
    this.bottom = maxHeight;
  }

  override getPixelForValue(ticks: number): number {
    return this.plot.range.y(ticks);
  }

  override getValueForPixel(pixel: number): number {
    return this.plot.range.priceAt(pixel);
  }

  override draw(area?: ChartArea): void {
    if (area === undefined) return;
    const { ctx, plot } = this;
    const { palette, range, pixelRatio } = plot;
    const pixel = 1 / pixelRatio;
    ctx.save();
    ctx.fillStyle = palette.line;
    const lines = range.isSet ? plot.priceTicks.map((ticks) => range.y(ticks)) : this.#emptyLines();
    for (const y of lines) {
      ctx.fillRect(area.left, snap(y, pixelRatio), area.width, pixel * Math.round(pixelRatio));
    }
    ctx.font = chartFont(palette, LABEL_PX);
    ctx.fillStyle = palette.t3;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    plot.priceLabels.forEach((label, at) => {
      const y = range.y(plot.priceTicks[at]);
      if (Math.abs(y - plot.tagY) < TAG_HALF_PX + LABEL_HALF_PX - 2) return;
      if (y < this.top + LABEL_HALF_PX - 3) return;
      ctx.fillText(label, area.right + 8, y);
    });
    ctx.restore();
  }

  /** Without prices the plot has lines all the same, so that it does not jump into being. */
  #emptyLines(): number[] {
    const step = (this.bottom - this.top) / (EMPTY_LINES - 1);
    return Array.from({ length: EMPTY_LINES }, (_, at) => this.top + at * step);
  }
}

/** The lower part of the plot. Chart.js stacks it below the prices; it shows nothing of its own. */
export class BarVolumeScale extends PlotScale {
  static readonly id = 'barVolume';

  protected override measure(_maxWidth: number, maxHeight: number): void {
    this.width = this.plot.priceAxisWidth;
    this.height = maxHeight;
    this.top = 0;
    this.bottom = maxHeight;
  }

  override draw(): void {}
}
