import { describe, expect, it } from 'vitest';
import { gapBands } from '../../../../../src/lib/charts/draw-gaps.ts';
import { makePlotModel, type PlotModel } from '../../../../../src/lib/charts/plot-model.ts';
import { rowsOf } from './rows.ts';

/** Bars of a minute from 0 to 4 min with a hole of two, 20 px each. */
function plotWith(gaps: readonly { fromS: number; toS: number }[]): PlotModel {
  const plot = makePlotModel();
  plot.series.reset(rowsOf(...[0, 60, 240].map((startS) => [startS, 100, 110, 90, 105, 1])));
  plot.viewport.resize(600);
  plot.viewport.pxPerBar = 20;
  plot.viewport.restart(0, plot.series.end, null);
  plot.gaps = gaps;
  return plot;
}

describe('gaps on a chart', () => {
  it('reach over the parts of the bars that they touch, and say how long they are', () => {
    const plot = plotWith([{ fromS: 90, toS: 255 }]);
    const [band] = gapBands(plot);
    // From the middle of the second bar, which ends at its right side, to a quarter of the third.
    expect(band!.left).toBeCloseTo(plot.viewport.x(1), 6);
    expect(band!.left + band!.width).toBeCloseTo(plot.viewport.x(2) - 5, 6);
    expect(band!.label).toBe('Gap 3 min');
  });

  it('of a moment are wide enough to be seen, in their middle', () => {
    const plot = plotWith([{ fromS: 30, toS: 30.05 }]);
    expect(gapBands(plot)[0]).toMatchObject({ width: 3, label: 'Gap 50 ms' });
  });

  it('begin at the first bar where they began before it, and end with the last', () => {
    const plot = plotWith([
      { fromS: -500, toS: 30 },
      { fromS: 270, toS: 9_000 },
    ]);
    const [first, last] = gapBands(plot);
    expect(first!.left).toBeCloseTo(plot.viewport.x(-0.5), 6);
    expect(first!.label).toBe('Gap 9 min');
    expect(last!.left + last!.width).toBeCloseTo(plot.viewport.x(2.5), 6);
  });

  it('that lie before all bars, behind them or out of view are not drawn', () => {
    const plot = plotWith([
      { fromS: -90, toS: -30 },
      { fromS: 300, toS: 900 },
    ]);
    expect(gapBands(plot)).toEqual([]);
    plot.gaps = [{ fromS: 10, toS: 20 }];
    expect(gapBands(plot)).toHaveLength(1);
    plot.viewport.panBy(-5_000);
    plot.viewport.panBy(0);
    expect(gapBands(makePlotModel())).toEqual([]);
  });
});
