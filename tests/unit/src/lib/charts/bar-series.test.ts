import { describe, expect, it } from 'vitest';
import { BARS_MAX, BarSeries } from '../../../../../src/lib/charts/bar-series.ts';
import { countingRows, rowsOf } from './rows.ts';

function filled(count: number, firstS = 0): BarSeries {
  const series = new BarSeries();
  series.reset(countingRows(count, firstS));
  return series;
}

function startsOf(series: BarSeries): number[] {
  return Array.from({ length: series.length }, (_, at) => series.startAt(series.first + at));
}

describe('BarSeries', () => {
  it('replaces the newest bar when the same start comes again, and adds the next', () => {
    const series = filled(2);
    expect(series.upsert(60, 5, 9, 4, 7, 3)).toBe('changed');
    expect(series.upsert(120, 7, 8, 6, 8, 1)).toBe('added');
    expect(series.length).toBe(3);
    expect(series.at(1)).toEqual({ startS: 60, open: 5, high: 9, low: 4, close: 7, volume: 3 });
    expect(series.at(2).close).toBe(8);
  });

  it('keeps the index of every bar when older ones come', () => {
    const series = filled(3, 600);
    const before = series.at(1);
    series.prepend(countingRows(4, 0));
    expect(series.first).toBe(-4);
    expect(series.at(1)).toEqual(before);
    expect(startsOf(series)).toEqual([0, 60, 120, 180, 600, 660, 720]);
  });

  it('leaves out older bars that it holds already', () => {
    const series = filled(3, 120);
    series.prepend(countingRows(4, 0));
    expect(startsOf(series)).toEqual([0, 60, 120, 180, 240]);
  });

  it('puts a bar that comes late into its place', () => {
    const series = new BarSeries();
    series.reset(rowsOf([0, 1, 1, 1, 1, 1], [120, 3, 3, 3, 3, 3]));
    const { generation } = series;
    expect(series.upsert(60, 2, 2, 2, 2, 2)).toBe('added');
    expect(startsOf(series)).toEqual([0, 60, 120]);
    expect(series.upsert(0, 9, 9, 9, 9, 9)).toBe('changed');
    expect(series.at(0).open).toBe(9);
    expect(series.generation).toBeGreaterThan(generation);
  });

  it('finds the bar at or before a time', () => {
    const series = filled(5, 100);
    expect(series.indexAtOrBefore(99)).toBe(series.first - 1);
    expect(series.indexAtOrBefore(100)).toBe(0);
    expect(series.indexAtOrBefore(219)).toBe(1);
    expect(series.indexAtOrBefore(1e9)).toBe(4);
  });

  it('tells the extent of any range as a walk over the bars would', () => {
    const series = new BarSeries();
    const rows = countingRows(1000);
    for (let bar = 0; bar < 1000; bar += 1) {
      const noise = (bar * 7919) % 613;
      rows[bar * 6 + 2] = 2000 + noise;
      rows[bar * 6 + 3] = 1000 - ((bar * 104_729) % 577);
      rows[bar * 6 + 5] = (bar * 31) % 97;
    }
    series.reset(rows);
    series.prepend(countingRows(300, -18_000));
    for (const [from, to] of [
      [-300, 1000],
      [3, 5],
      [-1, 700],
      [64, 128],
      [63, 129],
      [999, 2000],
    ]) {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      let volume = Number.NEGATIVE_INFINITY;
      for (let index = Math.max(from, series.first); index < Math.min(to, series.end); index += 1) {
        const bar = series.at(index);
        low = Math.min(low, bar.low);
        high = Math.max(high, bar.high);
        volume = Math.max(volume, bar.volume);
      }
      expect(series.extent(from, to, { low: 0, high: 0, volume: 0 })).toEqual({ low, high, volume });
    }
  });

  it('sees a change inside a summarized block', () => {
    const series = filled(128);
    const out = { low: 0, high: 0, volume: 0 };
    series.extent(0, 128, out);
    series.upsert(127 * 60, 1, 99_999, 1, 1, 1);
    expect(series.extent(0, 128, out).high).toBe(99_999);
  });

  it('has no extent without bars', () => {
    const out = new BarSeries().extent(0, 10, { low: 0, high: 0, volume: 0 });
    expect(Object.values(out).every(Number.isNaN)).toBe(true);
  });

  it('stays bounded: at the limit the oldest bars go and the indexes of the others stay', () => {
    const series = filled(BARS_MAX);
    series.upsert(BARS_MAX * 60, 1, 1, 1, 1, 1);
    expect(series.length).toBe(BARS_MAX - BARS_MAX / 8 + 1);
    expect(series.first).toBe(BARS_MAX / 8);
    expect(series.startAt(series.first)).toBe((BARS_MAX / 8) * 60);
    expect(series.at(BARS_MAX).open).toBe(1);
  });

  it('grows without losing a bar', () => {
    const series = filled(1000);
    for (let bar = 1000; bar < 5000; bar += 1) series.upsert(bar * 60, bar, bar, bar, bar, bar);
    expect(series.length).toBe(5000);
    expect(series.at(999).close).toBe(1999);
    expect(series.at(4999).close).toBe(4999);
  });
});
