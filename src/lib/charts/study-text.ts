import type { Increment } from '#protocol';
import { fixedFormat, formatPrice, NO_VALUE } from '../format/index.ts';
import type { LegendPart } from './overlay-legend.ts';
import type { PlotModel } from './plot-model.ts';
import { lineCount, type PlottedStudy } from './plotted-studies.ts';
import { studyColour } from './series-colours.ts';

/** Columns that a legend tells: the lines, and MACD's histogram. */
const LEGEND_COLUMNS: Readonly<Record<string, number>> = { macd: 3 };

/** A value of a study as text: prices as prices, differences of averages with a digit more, RSI with one decimal. */
export function studyValueText(
  { kind }: Pick<PlottedStudy, 'kind'>,
  value: number,
  { tick }: { tick: Increment },
): string {
  if (!Number.isFinite(value)) return NO_VALUE;
  if (kind === 'rsi') return fixedFormat(1).format(value);
  if (kind !== 'macd') return formatPrice(Math.round(value), { tick });
  const finer = { units: tick.units, decimals: tick.decimals + 1 };
  return formatPrice(Math.round(value * 10), { tick: finer });
}

/** Name and values of a study at a bar, for a legend. */
export function studyParts(plot: PlotModel, plotted: PlottedStudy, index: number): LegendPart[] {
  const { series, palette } = plot;
  const columns = LEGEND_COLUMNS[plotted.kind] ?? lineCount(plotted.kind);
  const parts: LegendPart[] = [{ text: plotted.label, colour: palette.t3, isName: true }];
  for (let column = 0; column < columns; column += 1) {
    const value = plotted.study.line(column)[index + series.base];
    const isHistogram = plotted.kind === 'macd' && column === 2;
    const colour = isHistogram
      ? value < 0
        ? palette.down
        : palette.up
      : studyColour(plotted, palette, column);
    parts.push({ text: studyValueText(plotted, value, plot), colour, isName: false });
  }
  return parts;
}
