import type { TimeZone } from '../format/index.ts';
import type { Bar } from './bar-series.ts';
import type { Palette } from './palette.ts';
import type { PlotType } from './plot-model.ts';

export interface LegendValues {
  bar: Bar;
  /** Ticks; NaN while not shown or not known. */
  vwap: number;
  /** The bar under the crosshair, not the newest. */
  isReading: boolean;
}

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
  onLegend(values: LegendValues | null): void;
  /** A sentence for a screen reader, after a key. */
  onSpeak(sentence: string): void;
  /** The view comes near the oldest bar held. Called again and again while it is. */
  onNearStart(): void;
}

export interface PriceChartSettings {
  type: PlotType;
  log: boolean;
  vwap: boolean;
  zone: TimeZone;
}
