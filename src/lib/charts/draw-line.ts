import { chartHands } from './chart-hands-loader.ts';
import type { PlotModel } from './plot-model.ts';
import type { PriceRange } from './price-range.ts';
import { priceToY } from './price-to-y.ts';

/**
 * Adds a line through the values in view to the current path. Where several bars share a column of pixels the column gets its
 * first, lowest, highest and last value, which draws the same picture as every bar would, from four points a column.
 * NaN breaks the line. Returns the x of the first and the last point, or null without any.
 */
export function traceLine(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  values: Float64Array,
  left: number,
  range: PriceRange = plot.range,
): { fromX: number; toX: number } | null {
  const { series, viewport } = plot;
  const { slope, offset, isLog } = range;
  // One bar beyond either edge, so that the line leaves the plot instead of ending at it.
  const from = Math.max(series.first, viewport.fromIndex - 1);
  const to = Math.min(series.end, viewport.toIndex + 1);
  if (to <= from || !range.isSet) return null;
  const isDense = viewport.pxPerBar < 0.5;
  let isOpen = false;
  let fromX = Number.NaN;
  let toX = Number.NaN;
  let index = from;
  while (index < to) {
    const value = values[index + series.base];
    const x = left + viewport.x(index);
    index += 1;
    if (Number.isNaN(value)) {
      isOpen = false;
      continue;
    }
    const y = priceToY(value, slope, offset, isLog);
    if (isOpen) ctx.lineTo(x, y);
    else ctx.moveTo(x, y);
    isOpen = true;
    if (Number.isNaN(fromX)) fromX = x;
    toX = x;
    if (isDense) {
      index = chartHands().traceColumn(ctx, plot, values, left, range, index, to, Math.floor(x), value);
    }
  }
  return Number.isNaN(fromX) ? null : { fromX, toX };
}

/** Bars narrower than this make a line that is all corners, px. */
const CORNERS_PX = 2;

/**
 * Wider strokes than a pixel leave the fast path of software rasterizers: with some thousand corners 1.25 px took twice as long a frame as 1,
 * and 3 px five times. So do round joins.
 */
export function strokeLine(ctx: CanvasRenderingContext2D, plot: PlotModel, colour: string): void {
  const isJagged = plot.viewport.pxPerBar < CORNERS_PX;
  ctx.strokeStyle = colour;
  ctx.lineWidth = isJagged ? 1 : 1.25;
  ctx.lineJoin = isJagged ? 'bevel' : 'round';
  ctx.stroke();
}
