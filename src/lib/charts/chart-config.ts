import { BasicPlatform, type ChartConfiguration, type ChartDataset, type ChartOptions } from 'chart.js';
import type { PlotType } from './plot-model.ts';
import type { StudyPane } from './plotted-studies.ts';

/** Part of the prices and volume together that belongs to the volume, and what a pane has beside them. */
const VOLUME_PART = 0.18;
const PANE_PART = 0.25;

export type PlotChartType =
  'tickCandle' | 'tickLine' | 'tickArea' | 'tickVolume' | 'tickOverlay' | 'tickPane';
const CHART_TYPES: Readonly<Record<PlotType, PlotChartType>> = {
  candle: 'tickCandle',
  heikin: 'tickCandle',
  line: 'tickLine',
  area: 'tickArea',
};

/** The datasets say which controller draws on which scale, front to back. They hold no data: the plot model does. */
export function plotDatasets(type: PlotType, panes: readonly StudyPane[]): ChartDataset<PlotChartType>[] {
  return [
    ...panes.map(({ id }) => ({ type: 'tickPane' as const, data: [], xAxisID: 'time', yAxisID: id })),
    { type: 'tickOverlay', data: [], xAxisID: 'time', yAxisID: 'price' },
    { type: CHART_TYPES[type], data: [], xAxisID: 'time', yAxisID: 'price' },
    { type: 'tickVolume', data: [], xAxisID: 'time', yAxisID: 'volume' },
  ];
}

/** Prices, volume below them, and below that a scale for each pane. Of a stack, the greatest weight lies lowest. */
export function plotScales(panes: readonly StudyPane[]): NonNullable<ChartOptions<PlotChartType>['scales']> {
  const stacked = (type: string, stackWeight: number, weight: number): object => ({
    type,
    axis: 'y',
    position: 'right',
    stack: 'plot',
    stackWeight,
    weight,
  });
  return {
    time: { type: 'barTime', axis: 'x', position: 'bottom' },
    ...Object.fromEntries(panes.map(({ id }, at) => [id, stacked('studyPane', PANE_PART, 3 + at)])),
    volume: stacked('barVolume', VOLUME_PART, 2),
    price: stacked('tickPrice', 1 - VOLUME_PART, 1),
  } as NonNullable<ChartOptions<PlotChartType>['scales']>;
}

/**
 * `BasicPlatform` instead of the DOM one: it reads no computed styles, sets none, and leaves resizing and events to us.
 */
export function plotConfig(
  type: PlotType,
  panes: readonly StudyPane[],
  pixelRatio: number,
  drawAbove: () => void,
): ChartConfiguration<PlotChartType> {
  return {
    type: CHART_TYPES[type],
    platform: BasicPlatform,
    data: { datasets: plotDatasets(type, panes) },
    plugins: [{ id: 'above', afterDraw: drawAbove }],
    options: {
      animation: false,
      responsive: false,
      maintainAspectRatio: false,
      devicePixelRatio: pixelRatio,
      events: [],
      parsing: false,
      normalized: true,
      layout: { padding: 0, autoPadding: false },
      scales: plotScales(panes),
    },
  } as ChartConfiguration<PlotChartType>;
}
