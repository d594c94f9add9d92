import type { ChartArea } from 'chart.js';
import { snap, type PlotModel } from './plot-model.ts';

const MARK_PX = 4;

/** A line at each price that an alert waits for, with a diamond at the axis. Levels out of view are left out. */
export function paintAlertLevels(
  ctx: CanvasRenderingContext2D,
  { alertLevels, range, palette, pixelRatio }: PlotModel,
  area: ChartArea,
  priceBottom: number,
): void {
  if (alertLevels.length === 0 || !range.isSet) return;
  ctx.strokeStyle = palette.accent;
  ctx.fillStyle = palette.accent;
  ctx.setLineDash([6, 4]);
  for (const level of alertLevels) {
    const middle = range.y(level);
    if (!(middle >= area.top && middle <= priceBottom)) continue;
    const y = snap(middle, pixelRatio) + 0.5 / pixelRatio;
    ctx.beginPath();
    ctx.moveTo(area.left, y);
    ctx.lineTo(area.right - 2 * MARK_PX, y);
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(area.right, y);
    ctx.lineTo(area.right - MARK_PX, y - MARK_PX);
    ctx.lineTo(area.right - 2 * MARK_PX, y);
    ctx.lineTo(area.right - MARK_PX, y + MARK_PX);
    ctx.fill();
  }
  ctx.setLineDash([]);
}
