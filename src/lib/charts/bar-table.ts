import { stepsToNumber, stepsToText, type DictionaryEntry } from '#protocol';
import { formatPercent, formatPrice, formatVolumeCompact } from '../format/index.ts';
import { barTimeText } from './chart-speech.ts';
import { barsInView } from './plot-fit.ts';
import type { PlotModel } from './plot-model.ts';
import { lineCount, type PlottedStudy } from './plotted-studies.ts';
import { studyValueText } from './study-text.ts';

/** The bars in view as text, newest first. */
export interface BarTable {
  columns: string[];
  rows: string[][];
  /** Bars in view; the table may hold fewer. */
  total: number;
}

const PRICES = ['Open', 'High', 'Low', 'Close'] as const;
/** Names of the columns of a study with more than one. */
const COLUMN_NAMES: Readonly<Partial<Record<string, readonly string[]>>> = {
  bb: ['middle', 'upper', 'lower'],
  macd: ['line', 'signal', 'histogram'],
};

interface StudyColumn {
  name: string;
  plotted: PlottedStudy;
  at: number;
}

function studyColumns({ studies }: PlotModel): StudyColumn[] {
  return studies.all.flatMap((plotted) => {
    const names = COLUMN_NAMES[plotted.kind];
    return Array.from({ length: names?.length ?? lineCount(plotted.kind) }, (_, at) => ({
      name: names === undefined ? plotted.label : `${plotted.label} ${names[at]}`,
      plotted,
      at,
    }));
  });
}

/** @param rowsMax rows that the table has at most: the newest */
export function barTable(plot: PlotModel, entry: DictionaryEntry, rowsMax: number): BarTable {
  const { series, intervalS, zone, compared } = plot;
  const { from, to } = barsInView(plot);
  const studies = studyColumns(plot);
  const columns = [
    'Time',
    ...PRICES,
    'Volume',
    ...studies.map(({ name }) => name),
    ...compared.map(({ label }) => label),
  ];
  const rows: string[][] = [];
  for (let index = to - 1; index >= Math.max(from, to - rowsMax); index -= 1) {
    const bar = series.at(index);
    rows.push([
      barTimeText(bar.startS, intervalS, zone),
      ...[bar.open, bar.high, bar.low, bar.close].map((ticks) => formatPrice(ticks, entry)),
      formatVolumeCompact(bar.volume, entry),
      ...studies.map(({ plotted, at }) =>
        studyValueText(plotted, plotted.study.line(at)[index + series.base], plot),
      ),
      ...compared.map((other) => formatPercent(other.changeAt(bar.startS))),
    ]);
  }
  return { columns, rows, total: Math.max(0, to - from) };
}

/**
 * The bars in view as CSV, oldest first: times in ISO 8601 UTC, prices and volumes exact, studies with two digits more than a price.
 * Compared symbols come as their change since the first bar, a ratio.
 */
export function barsCsv(plot: PlotModel, entry: DictionaryEntry): string {
  const { series, compared } = plot;
  const { from, to } = barsInView(plot);
  const studies = studyColumns(plot);
  const head = [
    'time',
    ...PRICES.map((name) => name.toLowerCase()),
    'volume',
    ...studies.map(({ name }) => name),
    ...compared.map(({ label }) => `${label} change`),
  ];
  const lines = [head.map(csvText).join(',')];
  for (let index = from; index < to; index += 1) {
    const { startS, open, high, low, close, volume } = series.at(index);
    const cells = [
      new Date(startS * 1000).toISOString(),
      ...[open, high, low, close].map((ticks) => stepsToText(ticks, entry.tick)),
      stepsToText(volume, entry.lot),
      ...studies.map(({ plotted, at }) => {
        const value = plotted.study.line(at)[index + series.base];
        if (!Number.isFinite(value)) return '';
        if (plotted.kind === 'rsi') return value.toFixed(2);
        return stepsToNumber(value, entry.tick).toFixed(Math.min(entry.tick.decimals + 2, 20));
      }),
      ...compared.map((other) => {
        const change = other.changeAt(startS);
        return Number.isFinite(change) ? change.toFixed(6) : '';
      }),
    ];
    lines.push(cells.join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** Names come from feeds: none may end its cell, or be taken for a formula by a spreadsheet. */
function csvText(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
