import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DictionaryEntry } from '../../../../../src/protocol/index.ts';
import { barsCsv, barTable } from '../../../../../src/lib/charts/bar-table.ts';
import { ComparedSeries } from '../../../../../src/lib/charts/compared-series.ts';
import { parseStudies } from '../../../../../src/lib/charts/indicators/study-choice.ts';
import { barsInView, fitPlot } from '../../../../../src/lib/charts/plot-fit.ts';
import { loadStudyKit } from '../../../../../src/lib/charts/study-kit-loader.ts';
import { makePlotModel, type PlotModel } from '../../../../../src/lib/charts/plot-model.ts';
import { countingRows } from './rows.ts';

const FIRST_S = Date.UTC(2026, 10, 12, 14) / 1000;
const entry = {
  symbol: 'BTC-USD',
  tick: { units: 1, decimals: 2 },
  lot: { units: 1, decimals: 3 },
} as DictionaryEntry;

describe('the bars in view', () => {
  let plot: PlotModel;

  beforeAll(loadStudyKit);
  beforeEach(() => {
    plot = makePlotModel();
    plot.viewport.resize(160);
    plot.viewport.eased = false;
    plot.series.reset(countingRows(100, FIRST_S));
    plot.viewport.restart(0, 100, null);
    plot.range.place(0, 400);
    plot.studies.choose(parseStudies('sma:3,bb:3:1,rsi:5'));
    fitPlot(plot, true);
  });

  it('are a table, newest first, with what is drawn over and below them', () => {
    const { columns, rows, total } = barTable(plot, entry, 5);
    expect(columns.slice(0, 7)).toEqual(['Time', 'Open', 'High', 'Low', 'Close', 'Volume', 'SMA 3']);
    expect(columns.slice(7)).toEqual(['BB 3 1 middle', 'BB 3 1 upper', 'BB 3 1 lower', 'RSI 5']);
    expect(rows).toHaveLength(5);
    const { from, to } = barsInView(plot);
    expect(total).toBe(to - from);
    expect(rows[0]!.slice(0, 7)).toEqual([
      '2026-11-12 15:39',
      '10.99',
      '11.01',
      '10.97',
      '10.99',
      '0.11',
      '10.98',
    ]);
    expect(rows[0]!.at(-1)).toBe('100.0');
  });

  it('are CSV, oldest first, exact, with times that everybody reads alike', () => {
    plot.zone = 'America/New_York';
    const lines = barsCsv(plot, entry).trimEnd().split('\r\n');
    const { from, to } = barsInView(plot);
    expect(lines).toHaveLength(to - from + 1);
    expect(lines[0]).toBe(
      'time,open,high,low,close,volume,SMA 3,BB 3 1 middle,BB 3 1 upper,BB 3 1 lower,RSI 5',
    );
    expect(lines.at(-1)).toMatch(/^2026-11-12T15:39:00\.000Z,10\.99,11\.01,10\.97,10\.99,0\.109,10\.9800,/);
  });

  it('keep the names of symbols from breaking cells or becoming formulas', () => {
    const other = new ComparedSeries('x:y', '=cmd(),"x"');
    other.series.reset(countingRows(100, FIRST_S));
    plot.compared = [other];
    fitPlot(plot, true);
    const [head = '', first = ''] = barsCsv(plot, entry).split('\r\n');
    expect(head).toContain(`,"'=cmd(),""x"" change"`);
    expect(first).toMatch(/,0\.000000$/);
  });
});
