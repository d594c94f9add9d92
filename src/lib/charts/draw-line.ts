import type { PlotModel } from './plot-model.ts';
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
): { fromX: number; toX: number } | null {
  const { series, viewport } = plot;
  const { slope, offset, isLog } = plot.range;
  // One bar beyond either edge, so that the line leaves the plot instead of ending at it.
  const from = Math.max(series.first, viewport.fromIndex - 1);
  const to = Math.min(series.end, viewport.toIndex + 1);
  if (to <= from || !plot.range.isSet) return null;
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
    if (isDense) index = traceColumn(ctx, plot, values, left, index, to, Math.floor(x), value);
  }
  return Number.isNaN(fromX) ? null : { fromX, toX };
}

/** The rest of a column of pixels after its first value. Returns the index after it. */
function traceColumn(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  values: Float64Array,
  left: number,
  from: number,
  to: number,
  column: number,
  first: number,
): number {
  const { series, viewport } = plot;
  const { slope, offset, isLog } = plot.range;
  let lowest = first;
  let highest = first;
  let last = first;
  let index = from;
  for (; index < to && Math.floor(left + viewport.x(index)) === column; index += 1) {
    const value = values[index + series.base];
    if (Number.isNaN(value)) break;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    last = value;
  }
  if (index > from) {
    const x = column + 0.5;
    if (highest !== first) ctx.lineTo(x, priceToY(highest, slope, offset, isLog));
    if (lowest !== first) ctx.lineTo(x, priceToY(lowest, slope, offset, isLog));
    if (last !== lowest) ctx.lineTo(x, priceToY(last, slope, offset, isLog));
  }
  return index;
}
