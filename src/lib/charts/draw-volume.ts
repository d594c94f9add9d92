import { candleBodyPx } from './draw-candles.ts';
import { snap, type PlotModel } from './plot-model.ts';

/** How much of the colour volume bars get: they are context, not signal. */
const VOLUME_ALPHA = 0.38;

/** Draws the volume of the bars in view as columns on the line at `bottom`, the largest `height` px high. */
export function drawVolume(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  left: number,
  bottom: number,
  height: number,
): void {
  const { series, viewport, pixelRatio, palette } = plot;
  if (!(plot.volumeMax > 0)) return;
  const { open, close, volume } = series.columns;
  const from = Math.max(series.first, viewport.fromIndex);
  const to = Math.min(series.end, viewport.toIndex);
  const pixel = 1 / pixelRatio;
  const scale = height / plot.volumeMax;
  const isDense = viewport.pxPerBar < 1;
  const wick = Math.max(pixel, Math.round(pixelRatio) * pixel);
  const width = isDense ? 1 : candleBodyPx(viewport.pxPerBar, pixelRatio, wick);
  ctx.globalAlpha = VOLUME_ALPHA;
  for (const rising of [true, false]) {
    ctx.fillStyle = rising ? palette.up : palette.down;
    let index = from;
    while (index < to) {
      const slot = index + series.base;
      const x = viewport.x(index);
      let largest = volume[slot];
      let shown = slot;
      index += 1;
      if (isDense) {
        const column = Math.floor(x);
        for (; index < to && Math.floor(viewport.x(index)) === column; index += 1) {
          if (volume[index + series.base] <= largest) continue;
          shown = index + series.base;
          largest = volume[shown];
        }
      }
      if (largest <= 0 || close[shown] >= open[shown] !== rising) continue;
      const columnHeight = Math.max(pixel, snap(largest * scale, pixelRatio));
      const barX = isDense ? Math.floor(x) : snap(x - wick / 2, pixelRatio) - (width - wick) / 2;
      ctx.fillRect(left + barX, bottom - columnHeight, width, columnHeight);
    }
  }
  ctx.globalAlpha = 1;
}
