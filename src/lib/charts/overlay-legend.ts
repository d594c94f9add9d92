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

export const LEGEND_ROW_PX = 18;
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
