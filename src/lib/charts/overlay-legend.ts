import type { ChartArea } from 'chart.js';
import { chartFont, type PlotModel } from './plot-model.ts';

/** A word of a legend: a name in the text's colour, or a value in its line's. */
export interface LegendPart {
  text: string;
  colour: string;
  isName: boolean;
}

/** Parts one after the other from a place on, px of the whole chart. */
export interface LegendRow {
  x: number;
  y: number;
  parts: readonly LegendPart[];
}

/** Name and value of a line, at its right end. */
export interface EndTag {
  y: number;
  name: string;
  value: string;
  colour: string;
}

export const LEGEND_ROW_PX = 18;
const TAG_PX = 18;
const GAP_PX = 6;

export function paintLegend(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  rows: readonly LegendRow[],
): void {
  const { palette, isCompact } = plot;
  const sizePx = isCompact ? 10 : 11;
  const fontOf = (isName: boolean): string => chartFont(palette, sizePx, isName ? 450 : 500);
  ctx.textAlign = 'left';
  for (const { x, y, parts } of rows) {
    let width = 0;
    const places = parts.map(({ text, isName }) => {
      ctx.font = fontOf(isName);
      const at = width;
      width += ctx.measureText(text).width + GAP_PX;
      return at;
    });
    // Candles may lie behind: a ground of the panel's colour, most of it.
    ctx.fillStyle = palette.bg1;
    ctx.globalAlpha = 0.85;
    ctx.fillRect(x - 4, y - LEGEND_ROW_PX / 2, width - GAP_PX + 8, LEGEND_ROW_PX);
    ctx.globalAlpha = 1;
    parts.forEach(({ text, colour, isName }, at) => {
      ctx.font = fontOf(isName);
      ctx.fillStyle = isName ? palette.t3 : colour;
      ctx.fillText(text, x + places[at], y + 0.5);
    });
  }
}

/** Tags on the price axis with their names left of it, moved apart where they would touch. */
export function paintTags(
  ctx: CanvasRenderingContext2D,
  plot: PlotModel,
  tags: readonly EndTag[],
  area: ChartArea,
): void {
  const { palette, priceAxisWidth } = plot;
  let lowest = Number.NEGATIVE_INFINITY;
  for (const tag of [...tags].sort((a, b) => a.y - b.y)) {
    const y = Math.max(tag.y, lowest + TAG_PX + 1);
    lowest = y;
    const top = Math.round(y - TAG_PX / 2);
    ctx.font = chartFont(palette, 11, 600);
    const nameWidth = ctx.measureText(tag.name).width + 10;
    ctx.fillStyle = palette.bg1;
    ctx.globalAlpha = 0.85;
    ctx.fillRect(area.right - nameWidth, top, nameWidth, TAG_PX);
    ctx.globalAlpha = 1;
    ctx.fillStyle = tag.colour;
    ctx.textAlign = 'right';
    ctx.fillText(tag.name, area.right - 5, y + 0.5);
    ctx.beginPath();
    ctx.roundRect(area.right + 1, top, priceAxisWidth - 2, TAG_PX, [0, 3, 3, 0]);
    ctx.fill();
    ctx.fillStyle = palette.bg1;
    ctx.textAlign = 'left';
    ctx.fillText(tag.value, area.right + 8, y + 0.5);
  }
}
