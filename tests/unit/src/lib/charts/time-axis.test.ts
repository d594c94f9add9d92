import { describe, expect, it } from 'vitest';
import { BarSeries } from '../../../../../src/lib/charts/bar-series.ts';
import {
  timeMarks,
  TimeMarksCache,
  timeStep,
  type TimeScale,
} from '../../../../../src/lib/charts/time-axis.ts';
import { countingRows } from './rows.ts';

const noon = Date.UTC(2024, 6, 18, 12) / 1000;
const scale = (intervalS: number, pxPerBar = 8): TimeScale => ({
  intervalS,
  pxPerBar,
  labelPx: 84,
  zone: 'utc',
});

function seriesFrom(firstS: number, count: number, intervalS: number): BarSeries {
  const series = new BarSeries();
  series.reset(countingRows(count, firstS, intervalS));
  return series;
}

describe('time axis', () => {
  it('chooses the finest step that leaves room for a label', () => {
    expect(timeStep(60, 8, 84)).toEqual({ kind: 'seconds', count: 900 });
    expect(timeStep(1, 8, 84)).toEqual({ kind: 'seconds', count: 15 });
    expect(timeStep(3600, 8, 84)).toEqual({ kind: 'seconds', count: 43_200 });
    expect(timeStep(86_400, 8, 84)).toEqual({ kind: 'days', count: 14 });
    expect(timeStep(86_400, 0.5, 84)).toEqual({ kind: 'months', count: 6 });
  });

  it('labels whole steps of the clock', () => {
    const { ticks, holes } = timeMarks(seriesFrom(noon + 60, 60, 60), 0, 60, scale(60));
    expect(ticks.map((tick) => tick.label)).toEqual(['12:15', '12:30', '12:45', '13:00']);
    expect(ticks.map((tick) => tick.index)).toEqual([14, 29, 44, 59]);
    expect(holes).toEqual([]);
  });

  it('writes seconds only where steps are shorter than a minute', () => {
    const { ticks } = timeMarks(seriesFrom(noon, 40, 1), 0, 40, scale(1));
    expect(ticks.map((tick) => tick.label)).toEqual(['12:00:15', '12:00:30']);
  });

  it('names the day where another one begins, and keeps that label before others', () => {
    const { ticks } = timeMarks(seriesFrom(noon, 48, 3600), 0, 48, scale(3600));
    expect(ticks).toContainEqual({ index: 12, label: 'Jul 19', major: true });
    expect(ticks).toContainEqual({ index: 24, label: '12:00', major: false });
  });

  it('tells sessions apart by the exchange’s own days, whatever zone the times are shown in', () => {
    // Hours from noon: UTC's next day is 12 bars on, New York's 16 (noon there is 16:00 UTC).
    const series = seriesFrom(noon, 48, 3600);
    expect(timeMarks(series, 0, 48, scale(3600)).days).toEqual([12, 36]);
    const sessions = { ...scale(3600), sessionZone: 'America/New_York' as const };
    expect(timeMarks(series, 0, 48, sessions).days).toEqual([16, 40]);
    expect(timeMarks(series, 0, 48, sessions).ticks).toEqual(timeMarks(series, 0, 48, scale(3600)).ticks);
    expect(new TimeMarksCache().marks(series, 0, 48, sessions).days).toEqual([16, 40]);
  });

  it('marks a hole of 21 days and dates the bar after it', () => {
    const series = seriesFrom(noon, 30, 60);
    const afterS = noon + 21 * 86_400 + 37;
    series.upsert(afterS - (afterS % 60), 1, 1, 1, 1, 1);
    const { ticks, holes } = timeMarks(series, 0, 31, scale(60));
    expect(holes).toEqual([{ index: 30, durationS: 21 * 86_400 - 29 * 60 }]);
    expect(ticks).toContainEqual({ index: 30, label: 'Aug 8', major: true });
    // 12:15 stands far enough from the hole, nothing else does.
    expect(ticks.map((tick) => tick.label)).toEqual(['12:15', 'Aug 8']);
  });

  it('does not take a few missing bars for a hole', () => {
    const series = seriesFrom(noon, 30, 60);
    series.upsert(noon + 40 * 60, 1, 1, 1, 1, 1);
    expect(timeMarks(series, 0, 31, scale(60)).holes).toEqual([]);
  });

  it('gives the same marks bar by bar as at once', () => {
    const cache = new TimeMarksCache();
    const series = seriesFrom(noon, 10, 60);
    for (let bar = 10; bar < 400; bar += 1) {
      series.upsert(noon + bar * 60 + (bar > 200 ? 86_400 : 0), 1, 1, 1, 1, 1);
      cache.marks(series, 0, 76, scale(60));
    }
    const atOnce = timeMarks(series, -76, 152, scale(60));
    expect(cache.marks(series, 0, 76, scale(60))).toEqual(atOnce);
  });

  it('has no marks without bars', () => {
    expect(timeMarks(new BarSeries(), 0, 10, scale(60))).toEqual({ ticks: [], holes: [], days: [] });
  });
});
