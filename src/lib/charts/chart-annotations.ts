import type { Chart } from 'chart.js';
import type { DictionaryEntry } from '#protocol';
import { changeRatio, formatPercent, formatPrice } from '../format/index.ts';
import type { Bar } from './bar-series.ts';
import { chartHands } from './chart-hands-loader.ts';
import { tagHeightPx, type OverlayState } from './chart-overlay.ts';
import type { ChartReading } from './chart-reading.ts';
import { LEGEND_ROW_PX, type LegendPart, type LegendRow } from './overlay-legend.ts';
import type { PlotModel } from './plot-model.ts';
import type { LegendValues } from './price-chart-host.ts';
import { studyKit } from './study-kit-loader.ts';

/** Where the first row of a legend stands, px below the upper end of its part; on small charts a reading stands above it. */
const LEGEND_TOP_PX = 12;
const LEGEND_TOP_COMPACT_PX = 28;

/** A price as the axis has prices: as such, or in percent of where the view begins. */
export function priceLabel(plot: PlotModel, ticks: number, decimals: number): string {
  return plot.scale === 'percent'
    ? formatPercent(changeRatio(ticks, plot.percentBase), decimals)
    : formatPrice(Math.round(ticks), plot);
}

/**
 * What a chart says besides its lines: tags, crosshair, legends. Works it out from the plot model and from where Chart.js put the scales;
 * draws nothing itself.
 */
export class ChartAnnotations {
  /** Time left of the bar in progress; empty = not counted. */
  countdown = '';
  /** Length of the bars shown, where several of the interval are merged into one; else empty. */
  merged = '';
  /** Stands in the plot while there is nothing to draw. */
  notice = '';
  readonly #chart: Pick<Chart, 'chartArea' | 'scales'>;
  readonly #plot: PlotModel;
  readonly #reading: ChartReading;

  constructor(chart: Pick<Chart, 'chartArea' | 'scales'>, plot: PlotModel, reading: ChartReading) {
    this.#chart = chart;
    this.#plot = plot;
    this.#reading = reading;
  }

  /** Middle of the tag of the last price, px; NaN without one. */
  tagY(): number {
    const last = this.#lastBar();
    if (last === null || !this.#plot.range.isSet) return Number.NaN;
    const { price } = this.#chart.scales;
    const half = tagHeightPx(this.countdown) / 2;
    return Math.min(price.bottom - half, Math.max(price.top + half, this.#plot.range.y(last.close)));
  }

  overlay(entry: DictionaryEntry | null): OverlayState {
    const last = this.#lastBar();
    return {
      area: this.#chart.chartArea,
      priceBottom: this.#chart.scales.price.bottom,
      notice: this.notice,
      crosshair:
        entry === null || this.#reading.index === null
          ? null
          : chartHands().placeCrosshair(this.#chart, this.#plot, this.#reading),
      legend: last === null ? [] : this.#legendRows(),
      tags:
        last === null || this.#plot.compared.length === 0
          ? []
          : studyKit().comparedTags(this.#plot, last, this.#chart.scales.price),
      lastPrice:
        last === null || entry === null
          ? null
          : {
              label: priceLabel(this.#plot, last.close, 2),
              countdown: this.countdown,
              isRising: last.close >= last.open,
              isInRange: last.close >= this.#plot.range.min && last.close <= this.#plot.range.max,
            },
    };
  }

  legendValues(): LegendValues | null {
    const { series, studies, liveBar } = this.#plot;
    if (series.length === 0) return null;
    const readIndex = this.#reading.index;
    const index = readIndex ?? series.end - 1;
    const vwap = studies.overlays.find(({ kind }) => kind === 'vwap');
    return {
      bar: readIndex === null && liveBar !== null ? liveBar : series.at(index),
      vwap: vwap?.study.line(0)[index + series.base] ?? Number.NaN,
      isReading: readIndex !== null,
    };
  }

  #lastBar(): Bar | null {
    const { series, liveBar } = this.#plot;
    return liveBar ?? (series.length === 0 ? null : series.at(series.end - 1));
  }

  #legendRows(): LegendRow[] {
    const { studies, compared, series, isCompact } = this.#plot;
    const { scales, chartArea } = this.#chart;
    const index = this.#reading.index ?? series.end - 1;
    const x = chartArea.left + 10;
    let y = scales.price.top + (isCompact ? LEGEND_TOP_COMPACT_PX : LEGEND_TOP_PX);
    const rows: LegendRow[] = [];
    const over: LegendPart[][] = [
      ...(this.merged === ''
        ? []
        : [
            [
              { text: 'Each bar', colour: '', isName: true },
              { text: this.merged, colour: this.#plot.palette.t2, isName: false },
            ],
          ]),
      // The line above the chart tells the average price already, where there is one.
      ...studies.overlays
        .filter(({ kind }) => kind !== 'vwap')
        .map((plotted) => studyKit().studyParts(this.#plot, plotted, index)),
      ...(compared.length === 0 ? [] : studyKit().comparedParts(this.#plot, index)),
    ];
    for (const parts of over) {
      rows.push({ x, y, parts });
      y += LEGEND_ROW_PX;
    }
    for (const { id, plotted } of studies.panes) {
      rows.push({ x, y: scales[id].top + 12, parts: studyKit().studyParts(this.#plot, plotted, index) });
    }
    return rows;
  }
}
