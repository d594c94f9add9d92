import type { ChartArea } from 'chart.js';
import { formatAge } from '../format/index.ts';
import type { BarSeries } from './bar-series.ts';
import { chartFont, type PlotModel } from './plot-model.ts';

/** A time of which something is missing, s. */
export interface PlottedGap {
  readonly fromS: number;
  readonly toS: number;
}

/** A gap as it is drawn, px from the left edge of the plot. */
export interface GapBand {
  readonly left: number;
  readonly width: number;
  readonly label: string;
}

/** A gap of a second in bars of a day is shown all the same. */
const WIDTH_MIN_PX = 3;
/** From one line of the hatch to the next. */
const HATCH_PX = 6;
const LABEL_ROOM_PX = 6;
/** Middle of the label above the lower end of the prices: its box covers the band's foot whole. */
const LABEL_MIDDLE_PX = 8;

/** Where the gaps of a plot lie in its view. Bars stand at even distances, so a gap is as wide as its part of the bars that it touches. */
export function gapBands({ gaps, series, viewport, intervalS }: PlotModel): GapBand[] {
  if (series.length === 0) return [];
  const bands: GapBand[] = [];
  for (const { fromS, toS } of gaps) {
    const from = placeOf(series, fromS, intervalS);
    const to = placeOf(series, toS, intervalS);
    // Before the first bar or behind the last there is nothing that could be missing here.
    const isOutside =
      toS < series.startAt(series.first) || fromS >= series.startAt(series.end - 1) + intervalS;
    if (isOutside) continue;
    const middle = (viewport.x(from) + viewport.x(to)) / 2;
    const width = Math.max(WIDTH_MIN_PX, viewport.x(to) - viewport.x(from));
    const left = middle - width / 2;
    if (left > viewport.width || left + width < 0) continue;
    bands.push({ left, width, label: `Gap ${formatAge((toS - fromS) * 1000)}` });
  }
  return bands;
}

/** Hatched bands from the upper to the lower end of the prices, each with its length where there is room for it. */
export function paintGaps(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  area: ChartArea,
  priceBottom: number,
): void {
  const bands = gapBands(plot);
  if (bands.length === 0) return;
  const { palette, pixelRatio } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(area.left, area.top, area.right - area.left, priceBottom - area.top);
  ctx.clip();
  ctx.lineWidth = 1 / pixelRatio;
  ctx.font = chartFont(palette, 11, 500);
  ctx.textAlign = 'left';
  let labelsEnd = Number.NEGATIVE_INFINITY;
  for (const { left, width, label } of bands) {
    const x = area.left + left;
    hatch(ctx, x, area.top, width, priceBottom - area.top, palette.t3);
    const textWidth = ctx.measureText(label).width;
    const labelX = Math.max(area.left + 4, x + width / 2 - textWidth / 2);
    if (labelX < labelsEnd + LABEL_ROOM_PX || labelX + textWidth > area.right) continue;
    labelsEnd = labelX + textWidth;
    const y = priceBottom - LABEL_MIDDLE_PX;
    ctx.fillStyle = palette.bg1;
    ctx.fillRect(labelX - 3, y - 8, textWidth + 6, 16);
    ctx.fillStyle = palette.t2;
    ctx.fillText(label, labelX, y + 0.5);
  }
  ctx.restore();
}

/** A place in bars, fractions of one included: bar i begins at i - 0.5. */
function placeOf(series: BarSeries, timeS: number, intervalS: number): number {
  const index = series.indexAtOrBefore(timeS);
  if (index < series.first) return series.first - 0.5;
  const share = Math.min(1, (timeS - series.startAt(index)) / intervalS);
  return index - 0.5 + share;
}

function hatch(
  ctx: CanvasRenderingContext2D,
  x: number,
  top: number,
  width: number,
  height: number,
  colour: string,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, top, width, height);
  ctx.clip();
  ctx.globalAlpha = 0.12;
  ctx.fillStyle = colour;
  ctx.fillRect(x, top, width, height);
  ctx.globalAlpha = 0.6;
  ctx.strokeStyle = colour;
  ctx.beginPath();
  for (let at = -height; at < width; at += HATCH_PX) {
    ctx.moveTo(x + at, top + height);
    ctx.lineTo(x + at + height, top);
  }
  ctx.stroke();
  ctx.restore();
}
