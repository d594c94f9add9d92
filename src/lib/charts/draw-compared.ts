import type { ChartArea } from 'chart.js';
import { formatPercent } from '../format/index.ts';
import type { Bar } from './bar-series.ts';
import { strokeLine, traceLine } from './draw-line.ts';
import type { LegendPart } from './overlay-legend.ts';
import { chartFont, type PlotModel } from './plot-model.ts';
import { seriesColour } from './series-colours.ts';

const TAG_PX = 18;

/** Name and value of a line, at its right end. */
export interface EndTag {
  y: number;
  name: string;
  value: string;
  colour: string;
}

export function drawCompared(ctx: CanvasRenderingContext2D, plot: PlotModel, left: number): void {
  plot.compared.forEach((compared, at) => {
    ctx.beginPath();
    traceLine(ctx, plot, compared.values, left);
    strokeLine(ctx, plot, seriesColour(plot.palette, at));
  });
}

/** Names and changes at a bar, for a legend. */
export function comparedParts({ compared, palette, series }: PlotModel, index: number): LegendPart[][] {
  const timeS = series.startAt(index);
  return compared.map((other, at) => [
    { text: other.label, colour: palette.t3, isName: true },
    { text: formatPercent(other.changeAt(timeS)), colour: seriesColour(palette, at), isName: false },
  ]);
}

/** Where compared symbols end: beside the last bar, within the prices. */
export function comparedTags(
  { compared, palette, range, percentBase }: PlotModel,
  last: Bar,
  price: Pick<ChartArea, 'top' | 'bottom'>,
): EndTag[] {
  if (!range.isSet) return [];
  return compared.flatMap((other, at) => {
    const change = other.changeAt(last.startS);
    if (!Number.isFinite(change)) return [];
    const y = range.y(percentBase + change * Math.abs(percentBase));
    return [
      {
        y: Math.min(price.bottom - TAG_PX / 2, Math.max(price.top + TAG_PX / 2, y)),
        name: other.label,
        value: formatPercent(change),
        colour: seriesColour(palette, at),
      },
    ];
  });
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
