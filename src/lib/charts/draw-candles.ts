import type { BarColumns } from './bar-series.ts';
import { chartHands } from './chart-hands-loader.ts';
import { snap, type PlotModel } from './plot-model.ts';
import { priceToY } from './price-to-y.ts';

/** Below this width of a bar, px, bodies cannot be told apart and columns of high to low are drawn. */
const BODY_MIN_PX = 3;

export type Candles = Pick<BarColumns, 'open' | 'high' | 'low' | 'close'>;

/**
 * Draws the bars in view into a plot that begins at `left`: a rising bar hollow, a falling bar filled, so that direction is
 * a shape as well as a colour. Whole-pixel rectangles only: without anti-aliasing they cost a fifth of a stroked path.
 */
export function drawCandles(ctx: CanvasRenderingContext2D, plot: PlotModel, left: number): void {
  if (!plot.range.isSet) return;
  const candles = plot.type === 'heikin' ? averagedCandles(plot) : plot.series.columns;
  if (plot.viewport.pxPerBar < BODY_MIN_PX) chartHands().drawColumns(ctx, plot, candles, left);
  else {
    drawDirection(ctx, plot, candles, left, true);
    drawDirection(ctx, plot, candles, left, false);
  }
}

function averagedCandles({ heikin }: PlotModel): Candles {
  const [open, high, low, close] = heikin.columns;
  return { open, high, low, close };
}

function drawDirection(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  { open, high, low, close }: Candles,
  left: number,
  rising: boolean,
): void {
  const { series, viewport, pixelRatio } = plot;
  const { slope, offset } = plot.range;
  const isLog = plot.range.isLog;
  const from = Math.max(series.first, viewport.fromIndex);
  const to = Math.min(series.end, viewport.toIndex);
  const pixel = 1 / pixelRatio;
  const wick = Math.max(pixel, Math.round(pixelRatio) * pixel);
  const body = candleBodyPx(viewport.pxPerBar, pixelRatio, wick);
  const aside = (body - wick) / 2;

  ctx.fillStyle = rising ? plot.palette.up : plot.palette.down;
  for (let index = from; index < to; index += 1) {
    const slot = index + series.base;
    if (close[slot] >= open[slot] !== rising) continue;
    const x = snap(left + viewport.x(index) - wick / 2, pixelRatio);
    const yHigh = snap(priceToY(high[slot], slope, offset, isLog), pixelRatio);
    const yLow = snap(priceToY(low[slot], slope, offset, isLog), pixelRatio);
    const yOpen = snap(priceToY(open[slot], slope, offset, isLog), pixelRatio);
    const yClose = snap(priceToY(close[slot], slope, offset, isLog), pixelRatio);
    const top = rising ? yClose : yOpen;
    const height = Math.max(wick, Math.abs(yOpen - yClose));
    if (top > yHigh) ctx.fillRect(x, yHigh, wick, top - yHigh);
    if (yLow > top + height) ctx.fillRect(x, top + height, wick, yLow - top - height);
    const bodyX = x - aside;
    if (rising && body > 2 * wick && height > 2 * wick) {
      ctx.fillRect(bodyX, top, body, wick);
      ctx.fillRect(bodyX, top + height - wick, body, wick);
      ctx.fillRect(bodyX, top + wick, wick, height - 2 * wick);
      ctx.fillRect(bodyX + body - wick, top + wick, wick, height - 2 * wick);
    } else {
      ctx.fillRect(bodyX, top, body, height);
    }
  }
}

/** Width of a body: some seven tenths of the bar, in whole pixels, an even number more than the wick so that both centre. */
export function candleBodyPx(pxPerBar: number, pixelRatio: number, wick: number): number {
  const wickPixels = Math.round(wick * pixelRatio);
  const room = Math.max(wickPixels, Math.floor(pxPerBar * pixelRatio * 0.72));
  const aside = Math.floor((room - wickPixels) / 2);
  return (wickPixels + 2 * aside) / pixelRatio;
}
