import type { ChartArea } from 'chart.js';
import { paintAlertLevels } from './draw-alert-levels.ts';
import { paintGaps } from './draw-gaps.ts';
import { paintLegend, paintTags, type EndTag, type LegendRow } from './overlay-legend.ts';
import { chartFont, snap, type PlotModel } from './plot-model.ts';

const TAG_WIDTH_PX = 70;
const TAG_HEIGHT_PX = 34;
const TAG_LOW_HEIGHT_PX = 20;
const LABEL_HEIGHT_PX = 20;

/** What lies above the chart in one frame. Places in px of the whole chart. */
export interface OverlayState {
  area: ChartArea;
  /** Lower end of the prices: the volume follows. */
  priceBottom: number;
  /** Middle of the bar that is read; `y` is NaN where only the bar is pointed at, `priceLabel` empty where its height is no value. */
  crosshair: { x: number; y: number; priceLabel: string; timeLabel: string } | null;
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
    if (state.crosshair !== null) this.#drawCrosshair(ctx, state, state.crosshair);
    paintLegend(ctx, this.#plot, legend);
    ctx.restore();
  }

  /** What belongs to the prices themselves, onto the chart's own canvas: it changes with every price, as the chart does. */
  paintOnChart(ctx: CanvasRenderingContext2D, state: OverlayState): void {
    this.#begin(ctx);
    paintGaps(ctx, this.#plot, state.area, state.priceBottom);
    paintAlertLevels(ctx, this.#plot, state.area, state.priceBottom);
    paintTags(ctx, this.#plot, state.tags, state.area);
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

  #drawCrosshair(
    ctx: CanvasRenderingContext2D,
    { area }: OverlayState,
    cross: NonNullable<OverlayState['crosshair']>,
  ): void {
    const { palette, pixelRatio } = this.#plot;
    const half = 0.5 / pixelRatio;
    ctx.strokeStyle = palette.ls;
    ctx.setLineDash([4, 3]);
    ctx.beginPath();
    const x = snap(cross.x, pixelRatio) - half;
    ctx.moveTo(x, area.top);
    ctx.lineTo(x, area.bottom);
    const y = snap(cross.y, pixelRatio) - half;
    if (cross.y >= area.top && cross.y <= area.bottom) {
      ctx.moveTo(area.left, y);
      ctx.lineTo(area.right, y);
    }
    ctx.stroke();
    ctx.setLineDash([]);
    if (cross.priceLabel !== '') {
      this.#hidePriceLabels(ctx, y, area);
      this.#drawAxisLabel(ctx, cross.priceLabel, area.right + 1, y, 'left', area);
    }
    this.#drawAxisLabel(ctx, cross.timeLabel, x, area.bottom + this.#plot.timeAxisHeight / 2, 'center', area);
  }

  #drawAxisLabel(
    ctx: CanvasRenderingContext2D,
    label: string,
    x: number,
    y: number,
    align: 'left' | 'center',
    area: ChartArea,
  ): void {
    const { palette, priceAxisWidth, timeAxisHeight } = this.#plot;
    ctx.font = chartFont(palette, 11, 500);
    const textWidth = ctx.measureText(label).width;
    const width = align === 'left' ? Math.max(TAG_WIDTH_PX, priceAxisWidth - 2) : textWidth + 16;
    const height = align === 'left' ? LABEL_HEIGHT_PX : Math.min(LABEL_HEIGHT_PX, timeAxisHeight - 2);
    const left = align === 'left' ? x : Math.min(Math.max(x - width / 2, area.left), area.right - width);
    if (align === 'center') this.#hideTimeLabels(ctx, left, left + width, area);
    ctx.fillStyle = palette.bg3;
    ctx.strokeStyle = palette.ls;
    ctx.beginPath();
    ctx.roundRect(
      Math.round(left) + 0.5,
      Math.round(y - height / 2) + 0.5,
      Math.round(width) - 1,
      height - 1,
      3,
    );
    ctx.fill();
    ctx.stroke();
    ctx.fillStyle = palette.t1;
    ctx.textAlign = 'left';
    ctx.fillText(label, align === 'left' ? left + 7 : left + 8, Math.round(y) + 0.5);
  }

  /** Covers labels of the chart below that a label of ours would half hide: half a number is a wrong number. */
  #hideTimeLabels(ctx: CanvasRenderingContext2D, from: number, to: number, area: ChartArea): void {
    const { timeMarks, viewport, palette, timeAxisHeight } = this.#plot;
    ctx.fillStyle = palette.bg1;
    for (const { index, label } of timeMarks.ticks) {
      const middle = area.left + viewport.x(index);
      const half = ctx.measureText(label).width / 2 + 4;
      if (middle + half < from || middle - half > to) continue;
      ctx.fillRect(middle - half, area.bottom + 1, half * 2, timeAxisHeight);
    }
  }

  #hidePriceLabels(ctx: CanvasRenderingContext2D, y: number, area: ChartArea): void {
    const { priceTicks, range, palette, priceAxisWidth, tagY } = this.#plot;
    ctx.fillStyle = palette.bg1;
    for (const ticks of priceTicks) {
      const labelY = range.y(ticks);
      if (Math.abs(labelY - y) > 17 || Math.abs(labelY - tagY) < 25) continue;
      ctx.fillRect(area.right + 1, labelY - 8, priceAxisWidth, 16);
    }
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
