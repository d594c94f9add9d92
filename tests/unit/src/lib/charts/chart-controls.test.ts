import { beforeEach, describe, expect, it } from 'vitest';
import type { DictionaryEntry } from '../../../../../src/protocol/index.ts';
import { ChartControls } from '../../../../../src/lib/charts/chart-controls.ts';
import { ChartReading } from '../../../../../src/lib/charts/chart-reading.ts';
import { presetStudy } from '../../../../../src/lib/charts/indicators/study-choice.ts';
import { barsInView, fitPlot, PriceLabels } from '../../../../../src/lib/charts/plot-fit.ts';
import { makePlotModel } from '../../../../../src/lib/charts/plot-model.ts';
import { countingRows } from './rows.ts';

const entry = {
  symbol: 'BTC-USD',
  tick: { units: 1, decimals: 2 },
  lot: { units: 1, decimals: 0 },
} as DictionaryEntry;

function chartOf(bars: number) {
  const plot = makePlotModel();
  plot.viewport.resize(600);
  plot.viewport.eased = false;
  plot.series.reset(countingRows(bars, Date.UTC(2026, 0, 5) / 1000));
  plot.viewport.restart(0, bars, null);
  plot.range.place(0, 400);
  fitPlot(plot, true);
  const spoken: string[] = [];
  return {
    plot,
    spoken,
    reading: new ChartReading(plot),
    entry,
    plotRight: 600,
    plotBottom: 500,
    viewMoved: () => fitPlot(plot, true),
    crosshairMoved: () => {},
    host: { onSpeak: (sentence: string) => void spoken.push(sentence) },
  };
}

describe('ChartControls', () => {
  let chart: ReturnType<typeof chartOf>;
  let controls: ChartControls;
  beforeEach(() => {
    chart = chartOf(500);
    controls = new ChartControls(chart);
  });

  it('reads bar by bar from the newest, in words', () => {
    controls.readBy(-1);
    expect(chart.reading.index).toBe(499);
    controls.readBy(-1);
    expect(chart.reading.index).toBe(498);
    expect(chart.spoken.at(-1)).toBe(
      '2026-01-05 08:18 UTC. Open 14.98, high 15.00, low 14.96, close 14.98, volume 508.',
    );
    controls.readBy(5);
    expect(chart.reading.index).toBe(499);
  });

  it('moves the view along when reading leaves it, and reads what is in view after a pan', () => {
    controls.readBy(-100);
    const { from, to } = barsInView(chart.plot);
    expect(from).toBe(400);
    expect(to).toBeGreaterThan(470);
    controls.panByViews(-2);
    controls.readBy(-1);
    expect(chart.reading.index).toBe(barsInView(chart.plot).to - 1);
  });

  it('follows the bars under a resting pointer', () => {
    controls.pointAt({ x: 300, y: 100 });
    const { index } = chart.reading;
    controls.panBy(80, 0);
    expect(chart.reading.index).toBe(index! - 10);
    expect(chart.reading.y).toBe(100);
    controls.pointAt({ x: 650, y: 100 });
    expect(chart.reading.index).toBeNull();
  });

  it('sums up what is in view', () => {
    controls.speakSummary();
    expect(chart.spoken[0]).toMatch(
      /^BTC-USD, 7\d bars from .* Rising, \+5\.\d\d%\. High 15\.01, low 14\.\d\d, last 14\.99\.$/,
    );
  });

  it('comes back to the newest bar and fitted prices', () => {
    controls.panBy(3000, 0);
    controls.scalePriceBy(3);
    controls.resetView();
    expect(chart.plot.viewport.follow).toBe(true);
    expect(chart.plot.range.isAuto).toBe(true);
  });
});

const measure = (label: string): number => label.length * 30;

describe('PriceLabels', () => {
  it('widen the axis for long prices at once, and then leave it alone', () => {
    const { plot } = chartOf(100);
    const labels = new PriceLabels();
    expect(labels.fit(plot, 400, measure)).toBe(true);
    expect(plot.priceAxisWidth).toBe(5 * 30 + 16);
    expect(labels.fit(plot, 400, measure)).toBe(false);
    expect(plot.priceLabels).toHaveLength(plot.priceTicks.length);
  });

  it('keep the average price in view only where the bars stay readable', () => {
    const { plot } = chartOf(500);
    plot.studies.choose([presetStudy('vwap')]);
    fitPlot(plot, true);
    expect(plot.extent.low).toBe(
      plot.series.extent(barsInView(plot).from, 500, { low: 0, high: 0, volume: 0 }).low,
    );
  });
});
