import type { TimeZone } from '../format/index.ts';
import type { Bar } from './bar-series.ts';
import type { StudyChoice } from './indicators/study-choice.ts';
import type { Palette } from './palette.ts';
import type { PlotType, PriceScaleKind } from './plot-model.ts';

export interface LegendValues {
  bar: Bar;
  /** Ticks; NaN while not shown or not known. */
  vwap: number;
  /** The bar under the crosshair, not the newest. */
  isReading: boolean;
}

/** Shown by whoever shows the chart: the bars in view as a table, the menu of exports, the choice of a symbol to compare with. */
export type ChartAction = 'table' | 'export' | 'compare';

export interface PriceChartHost {
  chartCanvas: HTMLCanvasElement;
  overlayCanvas: HTMLCanvasElement;
  palette: Palette;
  /** One of many charts: smaller axes, whatever its size. */
  light?: boolean;
  /** False under `prefers-reduced-motion`. */
  eased: boolean;
  /** The timeline's time, us; 0 while not known. */
  nowUs(): number;
  /** The viewer reads the bar that starts then, seconds since 1970; null = none any more. For the crosshairs of other charts. */
  onCrosshair?(timeS: number | null): void;
  /** A price was chosen, ticks. */
  onLevel?(ticks: number): void;
  onLegend(values: LegendValues | null): void;
  /** A key asks for something beside the chart. */
  onAction?(action: ChartAction): void;
  /** A sentence for a screen reader, after a key. */
  onSpeak(sentence: string): void;
  /** The viewer moved the view: other bars may fit it better. */
  onView?(): void;
  /** The viewer goes back to the newest bars, at the zoom that a chart begins with. */
  onReset?(): void;
  /** The view comes near the oldest bar held. Called again and again while it is. */
  onNearStart(): void;
}

export interface PriceChartSettings {
  type: PlotType;
  scale: PriceScaleKind;
  studies: readonly StudyChoice[];
  zone: TimeZone;
}
