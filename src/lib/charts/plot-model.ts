import type { ChartArea } from 'chart.js';
import type { Increment } from '#protocol';
import { invariant } from '../../protocol/invariant.ts';
import type { TimeZone } from '../format/index.ts';
import { BarSeries, type Bar, type Extent } from './bar-series.ts';
import type { ComparedSeries } from './compared-series.ts';
import type { PlottedGap } from './draw-gaps.ts';
import { HeikinAshi } from './indicators/heikin-ashi.ts';
import { DARK_PALETTE, type Palette } from './palette.ts';
import { PlottedStudies } from './plotted-studies.ts';
import { PriceRange } from './price-range.ts';
import { TimeMarksCache, type TimeMarks } from './time-axis.ts';
import { Viewport } from './viewport.ts';

/** `heikin` = candles of averaged bars. */
export type PlotType = 'candle' | 'heikin' | 'line' | 'area';
/** `percent` counts from the close of the first bar in view. */
export type PriceScaleKind = 'linear' | 'log' | 'percent';

/**
 * All that the controllers, scales and the overlay of one chart draw from. Written by the host between frames, only read
 * while drawing.
 */
export interface PlotModel {
  readonly series: BarSeries;
  readonly viewport: Viewport;
  readonly range: PriceRange;
  readonly studies: PlottedStudies;
  readonly heikin: HeikinAshi;
  readonly timeMarksCache: TimeMarksCache;
  palette: Palette;
  /** Pixels of the canvas a CSS pixel. */
  pixelRatio: number;
  intervalS: number;
  zone: TimeZone;
  /** Of the exchange whose sessions are told apart; null = there are none. */
  sessionZone: TimeZone | null;
  tick: Increment;
  type: PlotType;
  scale: PriceScaleKind;
  /** The newest bar, while the series ends before it; else null. */
  liveBar: Bar | null;
  /** Close of the first bar in view, ticks, where percentages begin; NaN without bars. */
  percentBase: number;
  compared: readonly ComparedSeries[];
  /** A low chart on a narrow screen: smaller axes. */
  isCompact: boolean;
  /** Prices with a line and a label, ticks. */
  priceTicks: readonly number[];
  priceLabels: readonly string[];
  timeMarks: TimeMarks;
  /** Width that the price labels need, px. */
  priceAxisWidth: number;
  timeAxisHeight: number;
  /** Middle of the tag of the last price, px; NaN without one. Labels that it would half cover are left out. */
  tagY: number;
  /** Prices that alerts wait for, ticks; halves where one lies between two. */
  alertLevels: readonly number[];
  /** Where something is missing. */
  gaps: readonly PlottedGap[];
  /** Draws both of these; null = there was none yet. */
  paintMarks:
    ((ctx: CanvasRenderingContext2D, plot: PlotModel, area: ChartArea, priceBottom: number) => void) | null;
  /** Largest volume in view, lots. */
  volumeMax: number;
  /** Of the bars in view. */
  extent: Extent;
}

export function makePlotModel(): PlotModel {
  return {
    series: new BarSeries(),
    viewport: new Viewport(),
    range: new PriceRange(),
    studies: new PlottedStudies(),
    heikin: new HeikinAshi(),
    timeMarksCache: new TimeMarksCache(),
    palette: DARK_PALETTE,
    pixelRatio: 1,
    intervalS: 60,
    zone: 'utc',
    sessionZone: null,
    tick: { units: 1, decimals: 2 },
    type: 'candle',
    scale: 'linear',
    liveBar: null,
    percentBase: Number.NaN,
    compared: [],
    isCompact: false,
    priceTicks: [],
    priceLabels: [],
    timeMarks: { ticks: [], holes: [], days: [] },
    priceAxisWidth: 72,
    timeAxisHeight: 24,
    tagY: Number.NaN,
    alertLevels: [],
    gaps: [],
    paintMarks: null,
    volumeMax: 0,
    extent: { low: Number.NaN, high: Number.NaN, volume: Number.NaN },
  };
}

const plots = new WeakMap<HTMLCanvasElement, PlotModel>();

/**
 * Ties a model to the canvas of a chart before the chart is made. Not through Chart.js options: those are handed out as
 * proxies, resolved at each access, behind which a class with private fields does not work.
 */
export function bindPlot(canvas: HTMLCanvasElement, plot: PlotModel): void {
  plots.set(canvas, plot);
}

export function plotOf(canvas: HTMLCanvasElement): PlotModel {
  const plot = plots.get(canvas);
  invariant(plot !== undefined, 'this canvas has no plot bound to it');
  return plot;
}

/** Px of `size` that is `weight` of the chart's face. */
export function chartFont(palette: Palette, sizePx: number, weight = 450): string {
  return `${weight} ${sizePx}px ${palette.face}`;
}

/** A length or place in CSS px, moved to the canvas' own pixels, so that thin lines are sharp. */
export function snap(value: number, pixelRatio: number): number {
  return Math.round(value * pixelRatio) / pixelRatio;
}
