import { beforeEach, describe, expect, it } from 'vitest';
import { ComparedSeries } from '../../../../../src/lib/charts/compared-series.ts';
import { priceLabel } from '../../../../../src/lib/charts/chart-annotations.ts';
import { barsInView, fitPlot, PriceLabels } from '../../../../../src/lib/charts/plot-fit.ts';
import { makePlotModel, type PlotModel } from '../../../../../src/lib/charts/plot-model.ts';
import { countingRows, rowsOf } from './rows.ts';

const flat = (startS: number, close: number): number[] => [startS, close, close, close, close, 1];

describe('a compared symbol', () => {
  let plot: PlotModel;
  let other: ComparedSeries;

  beforeEach(() => {
    plot = makePlotModel();
    plot.viewport.resize(400);
    plot.viewport.eased = false;
    plot.series.reset(countingRows(500));
    plot.viewport.restart(0, 500, null);
    plot.range.place(0, 400);
    other = new ComparedSeries('sim:ETH-USD', 'ETH-USD');
    plot.compared = [other];
    plot.scale = 'percent';
  });

  it('stands at the same price as the chart at the first bar in view, and moves by its own percentage from there', () => {
    const { from } = barsInView(plot);
    const startS = plot.series.startAt(from);
    other.series.reset(rowsOf(flat(startS, 50), flat(startS + 60, 60), flat(startS + 120, 45)));
    fitPlot(plot, true);
    const base = plot.series.at(from).close;
    expect(plot.percentBase).toBe(base);
    const slot = from + plot.series.base;
    expect([...other.values.subarray(slot, slot + 3)]).toEqual([base, base * 1.2, base * 0.9]);
    expect(other.changeAt(startS + 60)).toBeCloseTo(0.2);
    expect(plot.range.max).toBeGreaterThan(base * 1.2);
    expect(plot.range.min).toBeLessThan(base * 0.9);
  });

  it('rises where its price below zero rises, and is no line from a price of zero', () => {
    const { from } = barsInView(plot);
    const startS = plot.series.startAt(from);
    const slot = from + plot.series.base;
    other.series.reset(rowsOf(flat(startS, -50), flat(startS + 60, -40)));
    fitPlot(plot, true);
    const base = plot.percentBase;
    expect([...other.values.subarray(slot, slot + 2)]).toEqual([base, base * 1.2]);
    expect(other.changeAt(startS + 60)).toBeCloseTo(0.2);
    other.series.reset(rowsOf(flat(startS, 0), flat(startS + 60, 40)));
    fitPlot(plot, true);
    expect(other.values[slot + 1]).toBeNaN();
    expect(plot.range.max).toBeLessThan(base * 2);
  });

  it('keeps its last close where it has no bar, and is nothing before its first', () => {
    const { from, to } = barsInView(plot);
    const startS = plot.series.startAt(from + 3);
    other.series.reset(rowsOf(flat(startS, 10), flat(startS + 300, 11)));
    fitPlot(plot, true);
    const slot = from + plot.series.base;
    expect(other.values[slot + 2]).toBeNaN();
    expect(other.values[slot + 3]).toBe(other.values[slot + 7]);
    expect(other.values[slot + 8]).toBeCloseTo(plot.percentBase * 1.1);
    expect(other.values[to - 1 + plot.series.base]).toBeCloseTo(plot.percentBase * 1.1);
  });

  it('counts up where the chart’s own price below zero rises', () => {
    const bars = Array.from({ length: 500 }, (_, at) => flat(60 * at, at - 1_000));
    plot.series.reset(rowsOf(...bars));
    other.series.reset(rowsOf(...bars));
    fitPlot(plot, true);
    const { from, to } = barsInView(plot);
    expect(other.values[to - 1 + plot.series.base]).toBeCloseTo(plot.series.at(to - 1).close);
    new PriceLabels().fit(plot, 400, () => 40);
    expect(plot.priceLabels.length).toBeGreaterThan(2);
    expect(plot.priceTicks.toSorted((a, b) => a - b)).toEqual(plot.priceTicks);
    const last = plot.series.at(to - 1).close;
    const rise = (last - plot.percentBase) / -plot.percentBase;
    expect([plot.series.at(from).close, priceLabel(plot, last, 2)]).toEqual([
      plot.percentBase,
      `+${(100 * rise).toFixed(2)}%`,
    ]);
  });

  it('has true values one bar beyond either edge, where lines leave the plot', () => {
    other.series.reset(countingRows(500));
    plot.viewport.panBy(800);
    fitPlot(plot, true);
    const { from, to } = barsInView(plot);
    for (const index of [from - 1, from, to - 1, to]) {
      expect(other.values[index + plot.series.base]).toBeCloseTo(plot.series.at(index).close);
    }
  });

  it('without bars it is nowhere and widens nothing', () => {
    fitPlot(plot, true);
    expect(other.base).toBeNaN();
    expect(other.changeAt(60)).toBeNaN();
    expect(plot.range.isSet).toBe(true);
  });
});
