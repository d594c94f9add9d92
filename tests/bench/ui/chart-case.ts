/** Whose chart is measured, and how. No DOM here: this is what the page and the process that drives it share. */
export type ContenderName =
  'tickwire' | 'uplot' | 'lightweight-charts' | 'chart.js' | 'chartjs-chart-financial';

export interface ChartCase {
  readonly contender: ContenderName;
  readonly form: 'line' | 'candles';
  readonly points: number;
}

export interface ChartRun {
  readonly frames: number;
  readonly elapsedMs: number;
}
