import type { ChartArea } from 'chart.js';
import { chartHands } from './chart-hands-loader.ts';
import type { Crosshair } from './crosshair.ts';
import type { EndTag } from './draw-compared.ts';
import { paintLegend, type LegendRow } from './overlay-legend.ts';
import { chartFont, snap, type PlotModel } from './plot-model.ts';
import { studyKit } from './study-kit-loader.ts';

export const TAG_WIDTH_PX = 70;
const TAG_HEIGHT_PX = 34;
const TAG_LOW_HEIGHT_PX = 20;

/** What lies above the chart in one frame. Places in px of the whole chart. */
export interface OverlayState {
  area: ChartArea;
  /** Lower end of the prices: the volume follows. */
  priceBottom: number;
  crosshair: Crosshair | null;
  /** Names and values of studies and compared symbols. */
  legend: readonly LegendRow[];
  /** Where compared symbols end. */
  tags: readonly EndTag[];
  lastPrice: { label: string; countdown: string; isRising: boolean; isInRange: boolean } | null;
  /** Shown while there is nothing to draw. */
  notice: string;
}

/** Height of the tag of the last price: two lines, or one where nothing is counted down. */
export function tagHeightPx(countdown: string): number {
  return countdown === '' ? TAG_LOW_HEIGHT_PX : TAG_HEIGHT_PX;
}

/**
 * What a chart shows besides its lines. Crosshair, notices and legends have a canvas above the chart, which is redrawn whole whenever
 * something on it moves, and never makes the chart below draw or lay out; line and tag of the last price lie on the chart's own.
 */
export class ChartOverlay {
  readonly #canvas: HTMLCanvasElement;
  readonly #ctx: CanvasRenderingContext2D | null;
  readonly #plot: PlotModel;
  #width = 0;
  #height = 0;
  /** What stands on the canvas; null = something else. */
  #drawn: string | null = null;

  constructor(canvas: HTMLCanvasElement, plot: PlotModel) {
    this.#canvas = canvas;
    this.#ctx = canvas.getContext('2d');
    this.#plot = plot;
  }

  resize(width: number, height: number): void {
    const { pixelRatio } = this.#plot;
    this.#width = width;
    this.#height = height;
    this.#drawn = null;
    this.#canvas.width = Math.floor(width * pixelRatio);
    this.#canvas.height = Math.floor(height * pixelRatio);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
  }

  /** Draws nothing where nothing has changed: to show a canvas anew costs more than to draw on it. */
  draw(state: OverlayState): void {
    const ctx = this.#ctx;
    if (ctx === null || this.#width === 0) return;
    const { notice, legend, area } = state;
    const isBlank = notice === '' && legend.length === 0 && state.crosshair === null;
    const { pixelRatio, palette } = this.#plot;
    const key = isBlank ? '' : JSON.stringify([notice, legend, area, palette.bg1]);
    if (state.crosshair === null && key === this.#drawn) return;
    // Under a crosshair labels of the chart are hidden, which move with it.
    this.#drawn = state.crosshair === null ? key : null;
    ctx.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
    ctx.clearRect(0, 0, this.#width, this.#height);
    this.#begin(ctx);
    if (notice !== '') this.#drawNotice(ctx, state);
    if (state.crosshair !== null) chartHands().paintCrosshair(ctx, this.#plot, area, state.crosshair);
    paintLegend(ctx, this.#plot, legend);
    ctx.restore();
  }

  /** What belongs to the prices themselves, onto the chart's own canvas: it changes with every price, as the chart does. */
  paintOnChart(ctx: CanvasRenderingContext2D, state: OverlayState): void {
    this.#begin(ctx);
    this.#plot.paintMarks?.(ctx, this.#plot, state.area, state.priceBottom);
    if (state.tags.length > 0) studyKit().paintTags(ctx, this.#plot, state.tags, state.area);
    if (state.lastPrice !== null) this.#drawLastPrice(ctx, state, state.lastPrice);
    ctx.restore();
  }

  /** Names and values of the lines, for a picture to keep. */
  paintLegend(ctx: CanvasRenderingContext2D, state: OverlayState): void {
    this.#begin(ctx);
    paintLegend(ctx, this.#plot, state.legend);
    ctx.restore();
  }

  #begin(ctx: CanvasRenderingContext2D): void {
    ctx.save();
    ctx.textBaseline = 'middle';
    ctx.lineWidth = 1;
  }

  #drawLastPrice(
    ctx: CanvasRenderingContext2D,
    { area }: OverlayState,
    last: NonNullable<OverlayState['lastPrice']>,
  ): void {
    const { palette, pixelRatio, tagY, priceAxisWidth, isCompact } = this.#plot;
    if (Number.isNaN(tagY)) return;
    const colour = last.isRising ? palette.up : palette.down;
    const lineY = snap(tagY, pixelRatio) + 0.5 / pixelRatio;
    ctx.strokeStyle = colour;
    // Out of range the tag stands at the nearer end, where a line would be a price that it is not.
    if (last.isInRange) {
      ctx.setLineDash([2, 3]);
      ctx.beginPath();
      ctx.moveTo(area.left, lineY);
      ctx.lineTo(area.right, lineY);
      ctx.stroke();
      ctx.setLineDash([]);
    }

    const hasCountdown = last.countdown !== '';
    const height = tagHeightPx(last.countdown);
    const width = Math.max(TAG_WIDTH_PX, priceAxisWidth - 2);
    const left = area.right + 1;
    const top = Math.round(tagY - height / 2);
    ctx.fillStyle = colour;
    ctx.beginPath();
    ctx.roundRect(left, top, width, height, [0, 3, 3, 0]);
    ctx.fill();
    ctx.fillStyle = palette.bg1;
    ctx.textAlign = 'left';
    ctx.font = chartFont(palette, 11, 600);
    ctx.fillText(last.label, left + 7, hasCountdown ? top + 11 : top + height / 2 + 0.5);
    if (!hasCountdown) return;
    ctx.font = chartFont(palette, isCompact ? 10 : 11, 500);
    ctx.fillText(last.countdown, left + 7, top + 24.5);
  }

  #drawNotice(ctx: CanvasRenderingContext2D, { area, notice, priceBottom }: OverlayState): void {
    const { palette, pixelRatio } = this.#plot;
    const y = snap((area.top + priceBottom) / 2, pixelRatio);
    ctx.fillStyle = palette.t3;
    ctx.fillRect(area.left, y, area.width, 1);
    ctx.font = chartFont(palette, 12);
    const width = ctx.measureText(notice).width;
    const middle = area.left + area.width / 2;
    ctx.fillStyle = palette.bg1;
    ctx.fillRect(middle - width / 2 - 10, y - 10, width + 20, 20);
    ctx.fillStyle = palette.t3;
    ctx.textAlign = 'center';
    ctx.fillText(notice, middle, y + 0.5);
  }
}
