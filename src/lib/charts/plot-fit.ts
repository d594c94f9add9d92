import { formatPrice } from '../format/index.ts';
import type { PlotModel } from './plot-model.ts';
import { logPriceTicks, priceTicks } from './price-axis.ts';

/** Distances of labels, px. */
const PRICE_LABEL_PX = 48;
const PRICE_LABEL_COMPACT_PX = 26;
const TIME_LABEL_PX = 84;
const TIME_LABEL_COMPACT_PX = 62;
const PRICE_AXIS_MIN_PX = 72;
/** The price axis gets narrower only by at least so much, px: widths must not jitter. */
const PRICE_AXIS_SLACK_PX = 12;
/** How much higher than the bars the range may become to hold the average price too. */
const VWAP_SPAN_MAX = 1.6;

/** The bars of which something is in view: index of the first, index after the last. */
export function barsInView({ series, viewport }: PlotModel): { from: number; to: number } {
  return { from: Math.max(series.first, viewport.fromIndex), to: Math.min(series.end, viewport.toIndex) };
}

/** Works out what a frame shows: averages, the price range, marks of time. `isExact` = the viewer moved the view. */
export function fitPlot(plot: PlotModel, isExact: boolean): void {
  const { series, viewport, extent } = plot;
  const { from, to } = barsInView(plot);
  if (plot.showsVwap) plot.vwap.sync(series, plot.intervalS);
  series.extent(from, to, extent);
  plot.volumeMax = extent.volume;
  if (plot.showsVwap) includeVwap(plot, from, to);
  plot.range.fit(extent.low, extent.high, isExact);
  plot.timeMarks = plot.timeMarksCache.marks(series, viewport.fromIndex, viewport.toIndex, {
    intervalS: plot.intervalS,
    pxPerBar: viewport.pxPerBar,
    labelPx: plot.isCompact ? TIME_LABEL_COMPACT_PX : TIME_LABEL_PX,
    zone: plot.zone,
  });
}

function includeVwap(plot: PlotModel, from: number, to: number): void {
  const { series, vwap, extent } = plot;
  let { low, high } = extent;
  for (let index = from; index < to; index += 1) {
    const value = vwap.values[index + series.base];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (high - low > (extent.high - extent.low) * VWAP_SPAN_MAX) return;
  extent.low = low;
  extent.high = high;
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
    const key = `${range.min} ${range.max} ${heightPx} ${tick.units} ${tick.decimals}`;
    if (key === this.#key) return false;
    this.#key = key;
    const apartPx = plot.isCompact ? PRICE_LABEL_COMPACT_PX : PRICE_LABEL_PX;
    const count = Math.max(2, Math.floor(heightPx / apartPx));
    const choose = range.isLog ? logPriceTicks : priceTicks;
    plot.priceTicks = range.isSet ? choose(range.min, range.max, count, tick) : [];
    plot.priceLabels = plot.priceTicks.map((ticks) => formatPrice(ticks, plot));
    const widest = plot.priceLabels.reduce((width, label) => Math.max(width, measure(label)), 0);
    const needed = Math.max(PRICE_AXIS_MIN_PX, Math.ceil(widest) + 16);
    if (needed <= plot.priceAxisWidth && needed > plot.priceAxisWidth - PRICE_AXIS_SLACK_PX) return false;
    plot.priceAxisWidth = needed;
    return true;
  }
}
