import type { Chart } from 'chart.js';
import type { DictionaryEntry } from '#protocol';
import { formatPercent, formatPrice } from '../format/index.ts';
import type { Bar } from './bar-series.ts';
import { tagHeightPx, type OverlayState } from './chart-overlay.ts';
import type { ChartReading } from './chart-reading.ts';
import { barTimeText } from './chart-speech.ts';
import { LEGEND_ROW_PX, type EndTag, type LegendPart, type LegendRow } from './overlay-legend.ts';
import { percentDecimals } from './percent-axis.ts';
import type { PlotModel } from './plot-model.ts';
import { lineCount, studyColour, type PlottedStudy } from './plotted-studies.ts';
import type { LegendValues } from './price-chart-host.ts';
import { seriesColour } from './series-colours.ts';
import { studyValueText } from './study-text.ts';

/** Columns that a legend tells: the lines, and MACD's histogram. */
const LEGEND_COLUMNS: Readonly<Record<string, number>> = { macd: 3 };
/** Where the first row of a legend stands, px below the upper end of its part; on small charts a reading stands above it. */
const LEGEND_TOP_PX = 12;
const LEGEND_TOP_COMPACT_PX = 28;

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
      crosshair: entry === null ? null : this.#crosshair(),
      legend: last === null ? [] : this.#legendRows(),
      tags: last === null ? [] : this.#tags(last),
      lastPrice:
        last === null || entry === null
          ? null
          : {
              label: this.#priceLabel(last.close, 2),
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

  /** A price as the axis has prices: as such, or in percent of where the view begins. */
  #priceLabel(ticks: number, decimals: number): string {
    const { scale, percentBase } = this.#plot;
    return scale === 'percent'
      ? formatPercent(ticks / percentBase - 1, decimals)
      : formatPrice(Math.round(ticks), this.#plot);
  }

  #crosshair(): OverlayState['crosshair'] {
    const { index, y } = this.#reading;
    if (index === null) return null;
    const { series, viewport, intervalS, zone } = this.#plot;
    const x = this.#chart.chartArea.left + viewport.x(index);
    // The view was moved away from the bar that is read.
    if (x < -viewport.pxPerBar || x > viewport.width + viewport.pxPerBar) return null;
    return {
      x,
      y,
      priceLabel: this.#valueAt(y),
      timeLabel: barTimeText(series.startAt(index), intervalS, zone),
    };
  }

  /** What a height means: a price, or a value of the pane there; empty over the volume. */
  #valueAt(y: number): string {
    const { range, studies, percentBase } = this.#plot;
    const { scales } = this.#chart;
    if (y >= scales.price.top && y <= scales.price.bottom) {
      const decimals = percentDecimals((range.max - range.min) / percentBase);
      return this.#priceLabel(range.priceAt(y), decimals);
    }
    const pane = studies.panes.find(({ id }) => y > scales[id].top && y <= scales[id].bottom);
    return pane === undefined ? '' : studyValueText(pane.plotted, pane.range.priceAt(y), this.#plot);
  }

  #legendRows(): LegendRow[] {
    const { studies, series, isCompact } = this.#plot;
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
        .map((plotted) => this.#studyParts(plotted, index)),
      ...this.#comparedParts(index),
    ];
    for (const parts of over) {
      rows.push({ x, y, parts });
      y += LEGEND_ROW_PX;
    }
    for (const { id, plotted } of studies.panes) {
      rows.push({ x, y: scales[id].top + 12, parts: this.#studyParts(plotted, index) });
    }
    return rows;
  }

  #studyParts(plotted: PlottedStudy, index: number): LegendPart[] {
    const { series, palette } = this.#plot;
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
      parts.push({ text: studyValueText(plotted, value, this.#plot), colour, isName: false });
    }
    return parts;
  }

  #comparedParts(index: number): LegendPart[][] {
    const { compared, palette, series } = this.#plot;
    const timeS = series.startAt(index);
    return compared.map((other, at) => [
      { text: other.label, colour: palette.t3, isName: true },
      { text: formatPercent(other.changeAt(timeS)), colour: seriesColour(palette, at), isName: false },
    ]);
  }

  #tags(last: Bar): EndTag[] {
    const { compared, palette, range, percentBase } = this.#plot;
    const { price } = this.#chart.scales;
    if (!range.isSet) return [];
    return compared.flatMap((other, at) => {
      const change = other.changeAt(last.startS);
      if (!Number.isFinite(change)) return [];
      const y = range.y(percentBase * (1 + change));
      return [
        {
          y: Math.min(price.bottom - 9, Math.max(price.top + 9, y)),
          name: other.label,
          value: formatPercent(change),
          colour: seriesColour(palette, at),
        },
      ];
    });
  }
}
