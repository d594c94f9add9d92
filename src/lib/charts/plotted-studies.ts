import type { Extent, BarSeries } from './bar-series.ts';
import type { BarStudy } from './indicators/bar-study.ts';
import type { DayOpener } from './indicators/day-opening.ts';
import { Vwap } from './indicators/vwap.ts';
import {
  STUDIES,
  studyLabel,
  studyText,
  type StudyChoice,
  type StudyKind,
} from './indicators/study-choice.ts';
import { PriceRange } from './price-range.ts';
import { studyKit } from './study-kit-loader.ts';

/** A part of the chart below the prices, with one study and a scale of its own. */
export interface StudyPane {
  /** Of its Chart.js scale. */
  readonly id: string;
  readonly plotted: PlottedStudy;
  readonly range: PriceRange;
}

export interface PlottedStudy {
  readonly text: string;
  readonly kind: StudyKind;
  readonly label: string;
  readonly study: BarStudy;
  /** Place in the list of colours, negative = from its end; the average price has the accent. */
  readonly colourAt: number;
}

/** Columns that are drawn as lines, by kind. The third of MACD is its histogram. */
const LINES: Readonly<Record<StudyKind, number>> = { vwap: 1, sma: 1, ema: 1, bb: 3, rsi: 1, macd: 2 };
/** How much higher than the bars the range of prices may become to hold a study over them too. */
const SPAN_MAX = 1.6;
/** Where RSI is called bought or sold too much. */
export const RSI_LEVELS = [30, 70] as const;

export function lineCount(kind: StudyKind): number {
  return LINES[kind];
}

/** The studies of one chart, and the panes of those that have one. What is chosen again keeps what it has worked out. */
export class PlottedStudies {
  overlays: readonly PlottedStudy[] = [];
  panes: readonly StudyPane[] = [];
  /** Knows of the day what the bars do not hold; null = nothing but the bars is known. */
  dayOpener: DayOpener | null = null;
  #all: readonly PlottedStudy[] = [];

  /** Bars left of the view that it takes for the studies in it to be right. */
  get barsBefore(): number {
    return Math.max(0, ...this.#all.map(({ study }) => study.barsBefore));
  }

  get all(): readonly PlottedStudy[] {
    return this.#all;
  }

  /** Returns true when the panes are others than before: the chart must be laid out anew. */
  choose(choices: readonly StudyChoice[]): boolean {
    const before = this.panes.map(({ plotted }) => plotted.text).join();
    // From the last colour on backwards: compared symbols take them from the other end.
    let colourAt = 0;
    this.#all = choices.map((choice) => {
      const text = studyText(choice);
      if (choice.kind !== 'vwap') colourAt -= choice.kind === 'macd' ? 2 : 1;
      const held = this.#all.find((plotted) => plotted.text === text);
      const study = held?.study ?? (choice.kind === 'vwap' ? new Vwap() : studyKit().makeStudy(choice));
      const place = choice.kind === 'macd' ? colourAt + 1 : colourAt;
      return { text, kind: choice.kind, label: studyLabel(choice), study, colourAt: place };
    });
    this.overlays = this.#all.filter(({ kind }) => STUDIES[kind].place === 'price');
    const inPanes = this.#all.filter(({ kind }) => STUDIES[kind].place === 'pane');
    this.panes = inPanes.map((plotted, at) => {
      const held = this.panes.find((pane) => pane.plotted.text === plotted.text);
      return { id: `pane${at}`, plotted, range: held?.range ?? new PriceRange() };
    });
    return inPanes.map(({ text }) => text).join() !== before;
  }

  /** Another instrument is shown. */
  clearRanges(): void {
    for (const { range } of this.panes) range.clear();
  }

  sync(series: BarSeries, intervalS: number): void {
    for (const { study } of this.#all) {
      if (study instanceof Vwap) study.open(this.dayOpener?.openingOf(series, intervalS) ?? null);
      study.sync(series, intervalS);
    }
  }

  /** Widens the extent of the bars in view to hold the studies over them, unless one would make the bars small. */
  widen(extent: Extent, series: BarSeries, from: number, to: number): void {
    const most = (extent.high - extent.low) * SPAN_MAX;
    const wanted = { ...extent };
    for (const { study, kind } of this.overlays) {
      for (let line = 0; line < LINES[kind]; line += 1) widenBy(wanted, study.line(line), series, from, to);
    }
    if (wanted.high - wanted.low > most) return;
    extent.low = wanted.low;
    extent.high = wanted.high;
  }

  /** Fits the scale of each pane to what is in view. */
  fitPanes(series: BarSeries, from: number, to: number, isExact: boolean): void {
    for (const { plotted, range } of this.panes) {
      if (plotted.kind === 'rsi') {
        range.fit(0, 100, true);
        continue;
      }
      // Zero stays in view: above or below it is what a histogram says.
      const extent = { low: 0, high: 0, volume: 0 };
      for (let line = 0; line < 3; line += 1) widenBy(extent, plotted.study.line(line), series, from, to);
      range.fit(extent.low, extent.high, isExact);
    }
  }
}

export function widenBy(
  extent: Extent,
  values: Float64Array,
  series: BarSeries,
  from: number,
  to: number,
): void {
  for (let slot = from + series.base; slot < to + series.base; slot += 1) {
    const value = values[slot];
    if (value < extent.low) extent.low = value;
    if (value > extent.high) extent.high = value;
  }
}
