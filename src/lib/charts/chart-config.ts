import { BasicPlatform, type ChartConfiguration, type ChartDataset } from 'chart.js';
import type { PlotType } from './plot-model.ts';

/** Part of the plot that belongs to the volume. */
const VOLUME_PART = 0.18;

export type PlotChartType = 'tickCandle' | 'tickLine' | 'tickArea' | 'tickVolume';
const CHART_TYPES: Readonly<Record<PlotType, PlotChartType>> = {
  candle: 'tickCandle',
  line: 'tickLine',
  area: 'tickArea',
};

/** The datasets say which controller draws on which scale, back to front. They hold no data: the plot model does. */
export function plotDatasets(type: PlotType): ChartDataset<PlotChartType>[] {
  return [
    { type: 'tickVolume', data: [], xAxisID: 'time', yAxisID: 'volume' },
    { type: CHART_TYPES[type], data: [], xAxisID: 'time', yAxisID: 'price' },
    { type: 'tickLine', column: 'vwap', data: [], xAxisID: 'time', yAxisID: 'price' },
  ];
}

/**
 * `BasicPlatform` instead of the DOM one: it reads no computed styles, sets none, and leaves resizing and events to us.
 */
export function plotConfig(type: PlotType, pixelRatio: number): ChartConfiguration<PlotChartType> {
  return {
    type: CHART_TYPES[type],
    platform: BasicPlatform,
    data: { datasets: plotDatasets(type) },
    options: {
      animation: false,
      responsive: false,
      maintainAspectRatio: false,
      devicePixelRatio: pixelRatio,
      events: [],
      parsing: false,
      normalized: true,
      layout: { padding: 0, autoPadding: false },
      scales: {
        time: { type: 'barTime', axis: 'x', position: 'bottom' },
        volume: {
          type: 'barVolume',
          axis: 'y',
          position: 'right',
          stack: 'plot',
          stackWeight: VOLUME_PART,
          weight: 2,
        },
        price: {
          type: 'tickPrice',
          axis: 'y',
          position: 'right',
          stack: 'plot',
          stackWeight: 1 - VOLUME_PART,
          weight: 1,
        },
      },
    },
  } as ChartConfiguration<PlotChartType>;
}
