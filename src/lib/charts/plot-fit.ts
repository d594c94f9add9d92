import { changeRatio, formatPrice } from '../format/index.ts';
import { percentTicks } from './percent-axis.ts';
import type { PlotModel } from './plot-model.ts';
import { widenBy } from './plotted-studies.ts';
import { logPriceTicks, priceTicks } from './price-axis.ts';

/** Distances of labels, px. */
const PRICE_LABEL_PX = 48;
const PRICE_LABEL_COMPACT_PX = 26;
const TIME_LABEL_PX = 84;
const TIME_LABEL_COMPACT_PX = 62;
const PRICE_AXIS_MIN_PX = 72;
/** The price axis gets narrower only by at least so much, px: widths must not jitter. */
const PRICE_AXIS_SLACK_PX = 12;

/** The bars of which something is in view: index of the first, index after the last. */
export function barsInView({ series, viewport }: PlotModel): { from: number; to: number } {
  return { from: Math.max(series.first, viewport.fromIndex), to: Math.min(series.end, viewport.toIndex) };
}

/** Works out what a frame shows: studies, compared lines, ranges, marks of time. `isExact` = the viewer moved the view. */
export function fitPlot(plot: PlotModel, isExact: boolean): void {
  const { series, viewport, extent, studies } = plot;
  const { from, to } = barsInView(plot);
  studies.sync(series, plot.intervalS);
  series.extent(from, to, extent);
  plot.volumeMax = extent.volume;
  plot.percentBase = from < to ? series.columns.close[from + series.base] : Number.NaN;
  if (plot.type === 'heikin') {
    plot.heikin.sync(series, plot.intervalS);
    widenBy(extent, plot.heikin.line(1), series, from, to);
    widenBy(extent, plot.heikin.line(2), series, from, to);
  }
  studies.widen(extent, series, from, to);
  for (const compared of plot.compared) compared.align(series, from, to, plot.percentBase, extent);
  plot.range.fit(extent.low, extent.high, isExact);
  studies.fitPanes(series, from, to, isExact);
  plot.timeMarks = plot.timeMarksCache.marks(series, viewport.fromIndex, viewport.toIndex, {
    intervalS: plot.intervalS,
    pxPerBar: viewport.pxPerBar,
    labelPx: plot.isCompact ? TIME_LABEL_COMPACT_PX : TIME_LABEL_PX,
    zone: plot.zone,
    sessionZone: plot.sessionZone,
  });
}

/**
 * Chooses the labels of the price axis, anew only when the range, the height or the tick size has changed.
 * Not a cache of anything drawn.
 */
export class PriceLabels {
  #key = '';

  forget(): void {
    this.#key = '';
  }

  /** `measure` gives the width of a label, px. Returns true when the axis needs another width, which then stands in the plot. */
  fit(plot: PlotModel, heightPx: number, measure: (label: string) => number): boolean {
    const { range, tick } = plot;
    const isPercent = plot.scale === 'percent';
    const { percentBase } = plot;
    const base = isPercent ? percentBase : '';
    const key = `${range.min} ${range.max} ${heightPx} ${tick.units} ${tick.decimals} ${plot.scale} ${base}`;
    if (key === this.#key) return false;
    this.#key = key;
    const apartPx = plot.isCompact ? PRICE_LABEL_COMPACT_PX : PRICE_LABEL_PX;
    const count = Math.max(2, Math.floor(heightPx / apartPx));
    if (isPercent) {
      const { ratios, labels } = percentTicks(
        changeRatio(range.min, percentBase),
        changeRatio(range.max, percentBase),
        count,
      );
      plot.priceTicks = ratios.map((ratio) => percentBase + ratio * Math.abs(percentBase));
      plot.priceLabels = labels;
    } else {
      const choose = range.isLog ? logPriceTicks : priceTicks;
      plot.priceTicks = range.isSet ? choose(range.min, range.max, count, tick) : [];
      plot.priceLabels = plot.priceTicks.map((ticks) => formatPrice(ticks, plot));
    }
    const widest = plot.priceLabels.reduce((width, label) => Math.max(width, measure(label)), 0);
    const needed = Math.max(PRICE_AXIS_MIN_PX, Math.ceil(widest) + 16);
    if (needed <= plot.priceAxisWidth && needed > plot.priceAxisWidth - PRICE_AXIS_SLACK_PX) return false;
    plot.priceAxisWidth = needed;
    return true;
  }
}
