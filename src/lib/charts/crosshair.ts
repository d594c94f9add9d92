import type { Chart, ChartArea } from 'chart.js';
import { priceLabel } from './chart-annotations.ts';
import { TAG_WIDTH_PX } from './chart-overlay.ts';
import type { ChartReading } from './chart-reading.ts';
import { barTimeText } from './chart-speech.ts';
import { percentDecimals } from './percent-axis.ts';
import { chartFont, snap, type PlotModel } from './plot-model.ts';
import { studyKit } from './study-kit-loader.ts';

const LABEL_HEIGHT_PX = 20;

/** Middle of the bar that is read; `y` is NaN where only the bar is pointed at, `priceLabel` empty where its height is no value. */
export interface Crosshair {
  x: number;
  y: number;
  priceLabel: string;
  timeLabel: string;
}

/** Null where nothing is read, or what is read is out of view. */
export function placeCrosshair(
  chart: Pick<Chart, 'chartArea' | 'scales'>,
  plot: PlotModel,
  { index, y }: ChartReading,
): Crosshair | null {
  if (index === null) return null;
  const { series, viewport, intervalS, zone } = plot;
  const x = chart.chartArea.left + viewport.x(index);
  // The view was moved away from the bar that is read.
  if (x < -viewport.pxPerBar || x > viewport.width + viewport.pxPerBar) return null;
  return {
    x,
    y,
    priceLabel: valueAt(chart, plot, y),
    timeLabel: barTimeText(series.startAt(index), intervalS, zone),
  };
}

/** What a height means: a price, or a value of the pane there; empty over the volume. */
function valueAt({ scales }: Pick<Chart, 'scales'>, plot: PlotModel, y: number): string {
  const { range, studies, percentBase } = plot;
  if (y >= scales.price.top && y <= scales.price.bottom) {
    const decimals = percentDecimals((range.max - range.min) / Math.abs(percentBase));
    return priceLabel(plot, range.priceAt(y), decimals);
  }
  const pane = studies.panes.find(({ id }) => y > scales[id].top && y <= scales[id].bottom);
  return pane === undefined ? '' : studyKit().studyValueText(pane.plotted, pane.range.priceAt(y), plot);
}

export function paintCrosshair(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  area: ChartArea,
  cross: Crosshair,
): void {
  const { palette, pixelRatio } = plot;
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
    hidePriceLabels(ctx, plot, y, area);
    paintAxisLabel(ctx, plot, cross.priceLabel, area.right + 1, y, 'left', area);
  }
  paintAxisLabel(ctx, plot, cross.timeLabel, x, area.bottom + plot.timeAxisHeight / 2, 'center', area);
}

function paintAxisLabel(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  label: string,
  x: number,
  y: number,
  align: 'left' | 'center',
  area: ChartArea,
): void {
  const { palette, priceAxisWidth, timeAxisHeight } = plot;
  ctx.font = chartFont(palette, 11, 500);
  const textWidth = ctx.measureText(label).width;
  const width = align === 'left' ? Math.max(TAG_WIDTH_PX, priceAxisWidth - 2) : textWidth + 16;
  const height = align === 'left' ? LABEL_HEIGHT_PX : Math.min(LABEL_HEIGHT_PX, timeAxisHeight - 2);
  const left = align === 'left' ? x : Math.min(Math.max(x - width / 2, area.left), area.right - width);
  if (align === 'center') hideTimeLabels(ctx, plot, left, left + width, area);
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
function hideTimeLabels(
  ctx: CanvasRenderingContext2D,
  { timeMarks, viewport, palette, timeAxisHeight }: PlotModel,
  from: number,
  to: number,
  area: ChartArea,
): void {
  ctx.fillStyle = palette.bg1;
  for (const { index, label } of timeMarks.ticks) {
    const middle = area.left + viewport.x(index);
    const half = ctx.measureText(label).width / 2 + 4;
    if (middle + half < from || middle - half > to) continue;
    ctx.fillRect(middle - half, area.bottom + 1, half * 2, timeAxisHeight);
  }
}

function hidePriceLabels(
  ctx: CanvasRenderingContext2D,
  { priceTicks, range, palette, priceAxisWidth, tagY }: PlotModel,
  y: number,
  area: ChartArea,
): void {
  ctx.fillStyle = palette.bg1;
  for (const ticks of priceTicks) {
    const labelY = range.y(ticks);
    if (Math.abs(labelY - y) > 17 || Math.abs(labelY - tagY) < 25) continue;
    ctx.fillRect(area.right + 1, labelY - 8, priceAxisWidth, 16);
  }
}
