import type { Candles } from './draw-candles.ts';
import { snap, type PlotModel } from './plot-model.ts';
import type { PriceRange } from './price-range.ts';
import { priceToY } from './price-to-y.ts';

/** One column a pixel: from the highest to the lowest price of its bars, in the colour of their way from open to close. */
export function drawColumns(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  { open, high, low, close }: Candles,
  left: number,
): void {
  const { series, viewport, pixelRatio, palette } = plot;
  const { slope, offset, isLog } = plot.range;
  const from = Math.max(series.first, viewport.fromIndex);
  const to = Math.min(series.end, viewport.toIndex);
  for (const rising of [true, false]) {
    ctx.fillStyle = rising ? palette.up : palette.down;
    let index = from;
    while (index < to) {
      const x = Math.floor(viewport.x(index));
      const opened = open[index + series.base];
      let highest = high[index + series.base];
      let lowest = low[index + series.base];
      let last = index;
      for (index += 1; index < to && Math.floor(viewport.x(index)) === x; index += 1) {
        const slot = index + series.base;
        if (high[slot] > highest) highest = high[slot];
        if (low[slot] < lowest) lowest = low[slot];
        last = index;
      }
      if (close[last + series.base] >= opened !== rising) continue;
      const top = snap(priceToY(highest, slope, offset, isLog), pixelRatio);
      const height = Math.max(1 / pixelRatio, snap(priceToY(lowest, slope, offset, isLog), pixelRatio) - top);
      ctx.fillRect(left + x, top, 1, height);
    }
  }
}

/** The rest of a column of pixels after its first value. Returns the index after it. */
export function traceColumn(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  values: Float64Array,
  left: number,
  range: PriceRange,
  from: number,
  to: number,
  column: number,
  first: number,
): number {
  const { series, viewport } = plot;
  const { slope, offset, isLog } = range;
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
