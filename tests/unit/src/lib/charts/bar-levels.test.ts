import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BarsQuery } from '../../../../../src/lib/state/market.ts';
import { BAR_INTERVAL_SECONDS, mergedStartS } from '../../../../../src/protocol/channel.ts';
import type { BarSource, LeveledChart } from '../../../../../src/lib/charts/bar-levels.ts';
import type { Bar } from '../../../../../src/lib/charts/bar-series.ts';
import { loadChartHands } from '../../../../../src/lib/charts/chart-hands-loader.ts';
import { HeldBars } from '../../../../../src/lib/charts/held-bars.ts';
import { ChartBars } from '../../../../../src/lib/charts/chart-bars.ts';
import { makePlotModel } from '../../../../../src/lib/charts/plot-model.ts';

const M = 60;
/** Monday, 00:00 UTC. */
const FIRST_S = 1_704_067_200;
const MINUTES = 1_200_000;
const NOW_S = FIRST_S + (MINUTES - 1) * M;

/** The minute bar of a time: its prices and volume tell which one it is. */
function minute(startS: number): number[] {
  const at = (startS - FIRST_S) / M;
  const price = 1_000_000 + Math.round(50_000 * Math.sin(at / 9000)) + (at % 7);
  return [startS, price, price + 3 + (at % 11), price - 2 - (at % 5), price + 1, 1 + (at % 4)];
}

/** What bars of a span are made of, one by one. */
function mergedFrom(startS: number, spanS: number): number[] {
  const parts: number[][] = [];
  for (let timeS = Math.max(startS, FIRST_S); timeS < startS + spanS && timeS <= NOW_S; timeS += M)
    parts.push(minute(timeS));
  return [
    startS,
    parts[0]![1]!,
    Math.max(...parts.map((bar) => bar[2]!)),
    Math.min(...parts.map((bar) => bar[3]!)),
    parts.at(-1)![4]!,
    parts.reduce((sum, bar) => sum + bar[5]!, 0),
  ];
}

/** A server with 1.2 million minutes. Answers wait until they are let go. */
class Server implements BarSource {
  asked: BarsQuery[] = [];
  older = 0;
  rows = 0;
  #waiting: (() => void)[] = [];

  loadOlder(): void {
    this.older += 1;
  }

  ask(query: BarsQuery, take: (rows: Float64Array | null, more: boolean) => void): () => void {
    this.asked.push(query);
    let isWanted = true;
    this.#waiting.push(() => {
      const spanS = BAR_INTERVAL_SECONDS[query.interval] * query.step;
      const endS = query.beforeS ?? NOW_S + M;
      const rows: number[] = [];
      let startS = mergedStartS(endS - 1, spanS);
      for (; startS > FIRST_S - spanS && rows.length < query.count; startS -= spanS) {
        if (startS <= NOW_S) rows.push(startS);
      }
      this.rows += rows.length;
      const flat = rows.toReversed().flatMap((start) => mergedFrom(start, spanS));
      if (isWanted) take(Float64Array.from(flat), startS > FIRST_S);
    });
    return () => (isWanted = false);
  }

  answer(): void {
    while (this.#waiting.length > 0) for (const run of this.#waiting.splice(0)) run();
  }
}

class FakeChart implements LeveledChart {
  readonly plot = makePlotModel();
  readonly bars = new ChartBars(this.plot);
  live: Bar | null = null;
  setBars = (rows: Float64Array): void => this.bars.set(rows);
  prependBars = (rows: Float64Array): void => this.bars.prepend(rows);
  appendBars = (rows: Float64Array): void => this.bars.append(rows);
  upsertBar = (...bar: number[]): void => this.bars.append(Float64Array.from(bar));
  showLevel: LeveledChart['showLevel'] = (level) => this.bars.showLevel(level);
  setLiveBar = (bar: Bar | null): void => void (this.live = bar);
}

describe('BarLevels', () => {
  beforeAll(loadChartHands);

  let server: Server;
  let chart: FakeChart;
  let levels: HeldBars;

  beforeEach(() => {
    server = new Server();
    chart = new FakeChart();
    chart.plot.viewport.eased = false;
    chart.plot.viewport.resize(686);
    levels = new HeldBars(chart, server, '1m');
    const rows = Array.from({ length: 480 }, (_, at) => minute(NOW_S - (479 - at) * M)).flat();
    levels.onRows(Float64Array.from(rows), true);
  });

  function moved(): void {
    chart.bars.hold();
    levels.onView();
    server.answer();
    const { viewport, series } = chart.plot;
    if (viewport.leftShown - series.first < viewport.visibleBars / 2) levels.onNearStart();
    server.answer();
  }

  function zoom(factor: number, x = 343): void {
    chart.plot.viewport.zoomAt(factor, x);
    moved();
  }

  /** As a stream would: the next older page of the interval. */
  function older(): void {
    const { series } = chart.plot;
    const firstS = series.startAt(series.first);
    levels.onOlder(
      Float64Array.from(Array.from({ length: 480 }, (_, at) => minute(firstS - (480 - at) * M)).flat()),
      true,
    );
  }

  function zoomOutTo(minutes: number): void {
    const { viewport } = chart.plot;
    for (let step = 0; viewport.visibleBars * (chart.plot.intervalS / M) < minutes && step < 200; step += 1) {
      const before = server.older;
      zoom(0.8);
      if (server.older > before) older();
    }
  }

  function expectTrueBars(): void {
    const { series, intervalS } = chart.plot;
    for (let index = series.first; index < series.end; index += Math.max(1, Math.floor(series.length / 40))) {
      const { startS, open, high, low, close, volume } = series.at(index);
      expect([startS, open, high, low, close, volume]).toEqual(mergedFrom(startS, intervalS));
    }
  }

  it('shows a million bars as some thousand, merged by the server', () => {
    zoomOutTo(1_000_000);
    const { series, intervalS } = chart.plot;
    expect(series.length * (intervalS / M)).toBeGreaterThan(1_000_000);
    expect(series.length).toBeLessThan(10_000);
    expect(server.rows).toBeLessThan(30_000);
    expectTrueBars();
  });

  it('keeps what is at the right edge there while bars become longer and shorter', () => {
    const { viewport } = chart.plot;
    zoomOutTo(3000);
    viewport.panBy(400);
    moved();
    const before = chart.bars.edgesS;
    const length = chart.plot.intervalS;
    for (let step = 0; step < 6; step += 1) zoom(0.7, 686);
    expect(chart.plot.intervalS).toBeGreaterThan(length);
    expect(Math.abs(chart.bars.edgesS.right - before.right)).toBeLessThan(2 * chart.plot.intervalS);
    for (let step = 0; step < 6; step += 1) zoom(1 / 0.7, 686);
    expect(chart.plot.intervalS).toBe(length);
    expect(Math.abs(chart.bars.edgesS.right - before.right)).toBeLessThan(20 * M);
  });

  /** Out to so many minutes, a little back, and in again to single minutes. */
  function zoomIntoThePast(minutes: number): void {
    zoomOutTo(minutes);
    chart.plot.viewport.panBy(300);
    moved();
    for (let step = 0; step < 60 && chart.plot.intervalS > M; step += 1) zoom(1.25, 343);
    expect(chart.plot.intervalS).toBe(M);
    expect(chart.plot.viewport.isDetached).toBe(true);
  }

  it('shows the interval itself half a million bars ago, and tells the newest price all the same', () => {
    zoomIntoThePast(1_000_000);
    expect(NOW_S - chart.bars.edgesS.right).toBeGreaterThan(100_000 * M);
    expect(chart.plot.series.length).toBeLessThan(10_000);
    expectTrueBars();
    const { series, viewport } = chart.plot;
    const { end } = series;
    levels.onBar(...(minute(NOW_S) as [number, number, number, number, number, number]));
    expect(chart.live?.startS).toBe(NOW_S);
    expect([series.end, viewport.follow]).toEqual([end, false]);
  });

  it('joins the newest bars again when the view is moved there, without a hole', () => {
    zoomIntoThePast(40_000);
    const { series, viewport } = chart.plot;
    expect(NOW_S - series.startAt(series.end - 1)).toBeGreaterThan(5_000 * M);
    for (let step = 0; step < 100 && viewport.isDetached; step += 1) {
      viewport.panBy(-600 * 30);
      moved();
    }
    expect(viewport.isDetached).toBe(false);
    expect(series.startAt(series.end - 1)).toBe(NOW_S);
    expectTrueBars();
    for (let index = series.first + 1; index < series.end; index += 1)
      expect(series.startAt(index) - series.startAt(index - 1)).toBe(M);
    levels.onBar(NOW_S + M, 5, 6, 4, 5, 9);
    expect(series.startAt(series.end - 1)).toBe(NOW_S + M);
    expect(chart.live).toBeNull();
  });

  it('goes back to the newest bars of the interval when the view is reset', () => {
    zoomOutTo(400_000);
    levels.toNewest();
    chart.plot.viewport.reset();
    moved();
    const { series, viewport, intervalS } = chart.plot;
    expect([intervalS, viewport.follow, viewport.pxPerBar]).toEqual([M, true, 8]);
    expect(series.startAt(series.end - 1)).toBe(NOW_S);
  });

  it('folds the bar in progress from the bars of the interval, each once', () => {
    zoomOutTo(60_000);
    const { series, intervalS } = chart.plot;
    const newest = series.at(series.end - 1);
    const next = NOW_S + M;
    levels.onBar(next, 5, 9_000_000, 4, 7, 100);
    levels.onBar(next, 5, 9_000_001, 4, 8, 130);
    const bar = series.at(series.end - 1);
    expect(bar).toEqual(
      Math.floor(next / intervalS) * intervalS === newest.startS
        ? { ...newest, high: 9_000_001, low: 4, close: 8, volume: newest.volume + 130 }
        : { startS: next, open: 5, high: 9_000_001, low: 4, close: 8, volume: 130 },
    );
  });

  it('asks one question at a time, and again after one that could not be answered', () => {
    zoomOutTo(2000);
    server.asked = [];
    for (let step = 0; step < 9; step += 1) {
      chart.plot.viewport.zoomAt(0.8, 343);
      levels.onView();
    }
    expect(server.asked).toHaveLength(1);
  });

  it('knows what came before the first zoom, and what was asked for then', () => {
    older();
    older();
    levels.onNearStart();
    levels.onNearStart();
    expect(server.older).toBe(1);
    const { viewport, series } = chart.plot;
    viewport.zoomAt(0.04, 343);
    levels.onView();
    levels.onNearStart();
    expect(server.older).toBe(1);
    older();
    expect(series.length).toBe(1920);
    levels.onBar(NOW_S + M, 5, 6, 4, 5, 9);
    server.answer();
    expect(chart.plot.intervalS).toBeGreaterThan(M);
    levels.toNewest();
    expect([chart.plot.intervalS, series.length, series.at(series.end - 1).volume]).toEqual([M, 1921, 9]);
  });

  it('merges nothing while symbols are compared', () => {
    zoomOutTo(20_000);
    levels.setEnabled(false);
    expect(chart.plot.intervalS).toBe(M);
    server.asked = [];
    for (let step = 0; step < 9; step += 1) zoom(0.8);
    expect(server.asked).toEqual([]);
  });
});
