import { Chart } from 'chart.js';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DictionaryEntry } from '../../../../../src/protocol/index.ts';
import { barCountdown } from '../../../../../src/lib/charts/bar-countdown.ts';
import { ChartControls } from '../../../../../src/lib/charts/chart-controls.ts';
import { loadChartHands } from '../../../../../src/lib/charts/chart-hands-loader.ts';
import { DARK_PALETTE } from '../../../../../src/lib/charts/palette.ts';
import { ComparedSeries } from '../../../../../src/lib/charts/compared-series.ts';
import { parseStudies, presetStudy } from '../../../../../src/lib/charts/indicators/study-choice.ts';
import { PriceChart, type LegendValues } from '../../../../../src/lib/charts/price-chart.ts';
import { loadStudyKit } from '../../../../../src/lib/charts/study-kit-loader.ts';
import { countingRows } from './rows.ts';

const entry = {
  symbol: 'BTC-USD',
  tick: { units: 1, decimals: 2 },
  lot: { units: 1, decimals: 0 },
} as DictionaryEntry;

/** A canvas of which every call does nothing and every character is 6 px wide. */
function blankCanvas(): HTMLCanvasElement {
  const canvas = { width: 0, height: 0, style: {} };
  const fields: Record<PropertyKey, unknown> = {
    canvas,
    measureText: (text: string) => ({ width: text.length * 6 }),
    createLinearGradient: () => ({ addColorStop: () => {} }),
  };
  const ctx = new Proxy(fields, { get: (target, name) => target[name] ?? (() => {}) });
  return Object.assign(canvas, { getContext: () => ctx }) as unknown as HTMLCanvasElement;
}

describe('PriceChart', () => {
  beforeAll(loadStudyKit);
  beforeAll(loadChartHands);

  let frames: FrameRequestCallback[];
  let legend: (LegendValues | null)[];
  let nearStart: number;
  let chart: PriceChart;
  let controls: ChartControls;
  let nowMs: number;
  let overlayContext: CanvasRenderingContext2D;

  /** Runs the frames that were asked for. */
  function frame(): number {
    const due = frames.splice(0);
    nowMs += 16;
    for (const run of due) run(nowMs);
    return due.length;
  }

  beforeEach(() => {
    vi.useFakeTimers();
    frames = [];
    legend = [];
    nearStart = 0;
    nowMs = 0;
    vi.stubGlobal('requestAnimationFrame', (run: FrameRequestCallback) => frames.push(run));
    vi.stubGlobal('cancelAnimationFrame', () => {});
    const overlayCanvas = blankCanvas();
    overlayContext = overlayCanvas.getContext('2d')!;
    overlayContext.clearRect = () => {};
    chart = new PriceChart(
      {
        chartCanvas: blankCanvas(),
        overlayCanvas,
        palette: DARK_PALETTE,
        eased: false,
        nowUs: () => 0,
        onLegend: (values) => void legend.push(values),
        onSpeak: () => {},
        onNearStart: () => void (nearStart += 1),
      },
      { type: 'candle', scale: 'linear', studies: [presetStudy('vwap')], zone: 'utc' },
    );
    controls = new ChartControls(chart);
    chart.show(entry, 60, 'Loading 8 h of 1m bars');
    chart.resize(686, 560);
    chart.setBars(countingRows(500));
    frame();
  });
  afterEach(() => {
    chart.destroy();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('puts the volume below the prices, and the prices left of their axis', () => {
    const { range, viewport } = chart.plot;
    expect(viewport.width).toBe(686 - 72);
    expect(range.y(range.max)).toBeCloseTo(0);
    expect(range.y(range.min)).toBeCloseTo((560 - 24) * 0.82);
    expect(chart.plotBottom).toBe(560 - 24);
  });

  it('draws once a frame however many bars come, and lays out for none of them', () => {
    const draw = vi.spyOn(Chart.prototype, 'draw');
    const update = vi.spyOn(Chart.prototype, 'update');
    for (let bar = 0; bar < 300; bar += 1) {
      for (let change = 0; change < 5; change += 1) {
        const close = 1500 + ((bar * 7 + change) % 40);
        chart.upsertBar((500 + bar) * 60, 1500, 1540, 1490, close, change);
      }
      expect(frame()).toBe(1);
    }
    expect(frame()).toBe(0);
    expect(draw).toHaveBeenCalledTimes(300);
    expect(update).not.toHaveBeenCalled();
  });

  it('draws nothing while it cannot be seen, and catches up once it can', () => {
    chart.setVisible(false);
    chart.upsertBar(500 * 60, 1, 1, 1, 1, 1);
    expect(frame()).toBe(0);
    chart.setVisible(true);
    expect(frame()).toBe(1);
  });

  it('moves the crosshair without drawing the chart below', () => {
    const draw = vi.spyOn(Chart.prototype, 'draw');
    controls.pointAt({ x: 300, y: 100 });
    expect(frame()).toBe(1);
    expect(draw).not.toHaveBeenCalled();
    expect(legend.at(-1)?.isReading).toBe(true);
  });

  it('keeps place and zoom when a reconnect brings the whole series anew', () => {
    controls.zoomBy(1.5, 300);
    controls.panBy(1500, 0);
    frame();
    const { viewport, series } = chart.plot;
    const { pxPerBar } = viewport;
    const rightS = series.startAt(Math.round(viewport.right - 0.5));
    chart.setBars(countingRows(400, 150 * 60));
    expect(viewport.pxPerBar).toBe(pxPerBar);
    expect(series.startAt(Math.round(viewport.right - 0.5))).toBe(rightS);
    expect(viewport.follow).toBe(false);
  });

  it('goes to the newest bar for another instrument', () => {
    controls.panBy(1500, 0);
    chart.show(entry, 60, '');
    chart.setBars(countingRows(50));
    expect(chart.plot.viewport.follow).toBe(true);
    expect(legend).toContain(null);
  });

  it('asks for older bars when the view comes near the oldest', () => {
    expect(nearStart).toBe(0);
    controls.panBy(3300, 0);
    frame();
    expect(nearStart).toBe(1);
    const left = chart.plot.viewport.leftShown;
    chart.prependBars(countingRows(200, -200 * 60));
    frame();
    expect(chart.plot.viewport.leftShown).toBe(left);
    expect(nearStart).toBe(1);
  });

  it('asks for as many older bars as it takes for the studies in view to be right', () => {
    const { series, viewport } = chart.plot;
    const isSettled = (): boolean => viewport.leftShown - series.first >= chart.plot.studies.barsBefore;
    chart.setStudies([...parseStudies('ema:200')]);
    frame();
    for (let page = 1; page < 20 && nearStart === page; page += 1) {
      expect(isSettled()).toBe(false);
      chart.prependBars(countingRows(100, -page * 100 * 60));
      frame();
    }
    expect(isSettled()).toBe(true);
    expect(series.length).toBeLessThan(1_500);
    expect(nearStart).toBeGreaterThan(3);
  });

  it('writes the legend ten times a second at most, the newest bar last', () => {
    const before = legend.length;
    for (let change = 0; change < 10; change += 1) {
      chart.upsertBar(500 * 60, 1, 9, 1, change, 1);
      frame();
    }
    vi.advanceTimersByTime(200);
    expect(legend.length - before).toBeLessThanOrEqual(3);
    expect(legend.at(-1)?.bar.close).toBe(9);
    expect(legend.at(-1)?.isReading).toBe(false);
  });

  it('keeps its view when it becomes a line or an area', () => {
    controls.panBy(1500, 0);
    frame();
    const left = chart.plot.viewport.leftShown;
    chart.setType('line');
    chart.setType('area');
    frame();
    expect(chart.plot.viewport.leftShown).toBe(left);
  });

  it('gives RSI and MACD panes of their own below the volume, with one layout each time, and takes them away again', () => {
    const { range, studies } = chart.plot;
    const full = range.y(range.min);
    const update = vi.spyOn(Chart.prototype, 'update');
    chart.setStudies(parseStudies('vwap,sma:20,rsi:14,macd'));
    frame();
    expect(update).toHaveBeenCalledTimes(1);
    const [rsi, macd] = studies.panes;
    const plot = 560 - 24;
    // Prices, volume and two panes share the height as 0.82 : 0.18 : 0.25 : 0.25.
    expect(range.y(range.min)).toBeCloseTo((plot * 0.82) / 1.5, 0);
    expect(rsi!.range.y(rsi!.range.max)).toBeCloseTo(plot / 1.5, 0);
    expect(macd!.range.y(macd!.range.max)).toBeCloseTo((plot * 1.25) / 1.5, 0);
    expect(macd!.range.y(macd!.range.min)).toBeCloseTo(plot, 0);
    expect(chart.plotBottom).toBe(plot);
    const kept = rsi!.plotted.study;
    chart.setStudies(parseStudies('rsi:14,sma:50'));
    frame();
    expect(studies.panes[0]!.plotted.study).toBe(kept);
    chart.setStudies(parseStudies('vwap'));
    frame();
    expect(range.y(range.min)).toBeCloseTo(full);
  });

  it('counts in percent of the first bar in view while symbols are compared, whatever scale was chosen', () => {
    chart.setScale('log');
    frame();
    expect(chart.plot.range.isLog).toBe(true);
    const other = new ComparedSeries('sim:ETH-USD', 'ETH-USD');
    other.series.reset(countingRows(500));
    chart.setCompared([other]);
    frame();
    expect([chart.plot.scale, chart.plot.range.isLog]).toEqual(['percent', false]);
    expect(chart.plot.priceLabels.every((label) => label.endsWith('%'))).toBe(true);
    chart.setCompared([]);
    frame();
    expect([chart.plot.scale, chart.plot.range.isLog]).toEqual(['log', true]);
  });

  it('tells days in UTC for bars of a day, and in the chosen zone for shorter ones', () => {
    chart.setZone('America/New_York');
    expect(chart.plot.zone).toBe('America/New_York');
    chart.show(entry, 86_400, '');
    expect(chart.plot.zone).toBe('utc');
  });

  it('redraws nothing above the chart while only prices change', () => {
    chart.setStudies([]);
    frame();
    const cleared = vi.spyOn(overlayContext, 'clearRect');
    for (let change = 0; change < 5; change += 1) {
      chart.upsertBar(500 * 60, 1, 9, 1, change, 1);
      frame();
    }
    expect(cleared).not.toHaveBeenCalled();
    controls.pointAt({ x: 300, y: 100 });
    frame();
    expect(cleared).toHaveBeenCalledTimes(1);
    controls.pointAt(null);
    frame();
    expect(cleared).toHaveBeenCalledTimes(2);
  });

  it('widens the price axis for long prices with one layout', () => {
    const update = vi.spyOn(Chart.prototype, 'update');
    chart.show({ ...entry, tick: { units: 1, decimals: 8 } }, 60, '');
    chart.setBars(countingRows(500));
    frame();
    expect(update).toHaveBeenCalledTimes(1);
    expect(chart.plot.priceAxisWidth).toBe('0.00001500'.length * 6 + 16);
    expect(chart.plot.viewport.width).toBe(686 - chart.plot.priceAxisWidth);
  });
});

it('a countdown ends with the interval of the timeline, not of a clock on the wall', () => {
  const nowUs = Date.UTC(2026, 10, 12, 14, 32, 8) * 1000;
  expect(barCountdown(nowUs, 60)).toBe('00:52');
  expect(barCountdown(nowUs, 3600)).toBe('27:52');
  expect(barCountdown(nowUs, 1)).toBe('');
  expect(barCountdown(0, 60)).toBe('');
});
