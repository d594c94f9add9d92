import type { BarStudy } from './indicators/bar-study.ts';
import { candleBodyPx } from './draw-candles.ts';
import { strokeLine, traceLine } from './draw-line.ts';
import { snap, type PlotModel } from './plot-model.ts';
import { lineCount, RSI_LEVELS, type PlottedStudy, type StudyPane } from './plotted-studies.ts';
import { priceToY } from './price-to-y.ts';
import { studyColour } from './series-colours.ts';

/** How much of its colour the area between two bands gets: candles must be read through it. */
const BAND_ALPHA = 0.07;
const HISTOGRAM_ALPHA = 0.5;
const LEVEL_ALPHA = 0.5;

/** A study in its pane, from `top` to `bottom`. */
export function drawPane(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  pane: StudyPane,
  left: number,
): void {
  const { plotted, range } = pane;
  if (!range.isSet) return;
  if (plotted.kind === 'rsi') drawLevels(ctx, plot, pane, left, RSI_LEVELS);
  if (plotted.kind === 'macd') {
    drawLevels(ctx, plot, pane, left, [0]);
    drawHistogram(ctx, plot, pane, left);
  }
  // The signal first, so that the line that it follows lies on it.
  for (let line = lineCount(plotted.kind) - 1; line >= 0; line -= 1) {
    ctx.beginPath();
    traceLine(ctx, plot, plotted.study.line(line), left, range);
    strokeLine(ctx, plot, studyColour(plotted, plot.palette, line));
  }
}

function drawLevels(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  { range }: StudyPane,
  left: number,
  levels: readonly number[],
): void {
  const { palette, pixelRatio, viewport } = plot;
  ctx.strokeStyle = palette.ls;
  ctx.globalAlpha = LEVEL_ALPHA;
  ctx.lineWidth = 1;
  ctx.setLineDash([2, 4]);
  ctx.beginPath();
  for (const level of levels) {
    const y = snap(range.y(level), pixelRatio) + 0.5 / pixelRatio;
    ctx.moveTo(left, y);
    ctx.lineTo(left + viewport.width, y);
  }
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

/** Columns from zero to the histogram: above or below says which way, and the colour says it again. */
function drawHistogram(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  { plotted, range }: StudyPane,
  left: number,
): void {
  const { series, viewport, pixelRatio, palette } = plot;
  const values = plotted.study.line(2);
  const { slope, offset } = range;
  const from = Math.max(series.first, viewport.fromIndex);
  const to = Math.min(series.end, viewport.toIndex);
  const pixel = 1 / pixelRatio;
  const isDense = viewport.pxPerBar < 1;
  const width = isDense ? 1 : candleBodyPx(viewport.pxPerBar, pixelRatio, pixel);
  const zero = snap(priceToY(0, slope, offset, false), pixelRatio);
  ctx.globalAlpha = HISTOGRAM_ALPHA;
  for (const isAbove of [true, false]) {
    ctx.fillStyle = isAbove ? palette.up : palette.down;
    let column = Number.NaN;
    for (let index = from; index < to; index += 1) {
      const value = values[index + series.base];
      if (Number.isNaN(value) || value === 0 || value > 0 !== isAbove) continue;
      const x = viewport.x(index);
      // Where bars share a pixel its first one stands for them: there a histogram is a shape, not a reading.
      if (isDense && Math.floor(x) === column) continue;
      column = Math.floor(x);
      const y = snap(priceToY(value, slope, offset, false), pixelRatio);
      const barX = isDense ? column : snap(x - width / 2, pixelRatio);
      ctx.fillRect(left + barX, Math.min(y, zero), width, Math.max(pixel, Math.abs(y - zero)));
    }
  }
  ctx.globalAlpha = 1;
}

/** A study over the prices. */
export function drawStudy(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  plotted: PlottedStudy,
  left: number,
): void {
  if (plotted.kind === 'bb') fillBand(ctx, plot, plotted, left);
  for (let line = 0; line < lineCount(plotted.kind); line += 1) {
    ctx.beginPath();
    traceLine(ctx, plot, plotted.study.line(line), left);
    strokeLine(ctx, plot, studyColour(plotted, plot.palette));
  }
}

/** The area between two bands. */
function fillBand(ctx: CanvasRenderingContext2D, plot: PlotModel, plotted: PlottedStudy, left: number): void {
  const { series, viewport, range, palette } = plot;
  if (!range.isSet) return;
  const first = firstKnown(plotted.study, plot);
  const to = Math.min(series.end, viewport.toIndex + 1);
  // Far out a point a pixel is enough for a surface.
  const step = Math.max(1, Math.floor(1 / viewport.pxPerBar));
  if (to - first < 2) return;
  const { slope, offset, isLog } = range;
  const [, uppers, lowers] = plotted.study.columns;
  ctx.beginPath();
  for (let index = first; index < to; index += step) {
    ctx.lineTo(left + viewport.x(index), priceToY(uppers[index + series.base], slope, offset, isLog));
  }
  for (let index = first + Math.floor((to - 1 - first) / step) * step; index >= first; index -= step) {
    ctx.lineTo(left + viewport.x(index), priceToY(lowers[index + series.base], slope, offset, isLog));
  }
  ctx.closePath();
  ctx.fillStyle = studyColour(plotted, palette);
  ctx.globalAlpha = BAND_ALPHA;
  ctx.fill();
  ctx.globalAlpha = 1;
}

/** First bar in view of which the study knows something. */
function firstKnown(study: BarStudy, { series, viewport }: PlotModel): number {
  let index = Math.max(series.first, viewport.fromIndex - 1);
  while (index < series.end && Number.isNaN(study.line(0)[index + series.base])) index += 1;
  return index;
}
