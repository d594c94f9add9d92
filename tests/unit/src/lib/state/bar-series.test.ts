import { describe, expect, test } from 'vitest';
import { BARS_HELD_MAX, BarSeries } from '../../../../../src/lib/state/bar-series.ts';

const bar = (startS: number, close = 1): number[] => [startS, 1, 2, 0, close, 5];

function seriesOf(...starts: number[]): BarSeries {
  const series = new BarSeries();
  for (const startS of starts) series.put(bar(startS));
  return series;
}

function startsOf(series: BarSeries): number[] {
  return Array.from(series.rows()).filter((_, index) => index % 6 === 0);
}

describe('bar series', () => {
  test('a bar finds its place, and a newer state replaces the one that is held', () => {
    const series = seriesOf(60, 180, 120);
    series.put(bar(120, 9));
    expect(startsOf(series)).toEqual([60, 120, 180]);
    expect(series.rows()[6 + 4]).toBe(9);
  });

  test('bars held from before stay in front of an answer that overlaps them', () => {
    const series = seriesOf(60, 120, 180);
    series.replaceEnd([...bar(180), ...bar(240)], seriesOf(300));
    expect(startsOf(series)).toEqual([60, 120, 180, 240, 300]);
  });

  test('bars held from before go when a hole may lie between them and the answer', () => {
    const series = seriesOf(60, 120);
    series.replaceEnd([...bar(240), ...bar(300)], new BarSeries());
    expect(startsOf(series)).toEqual([240, 300]);
  });

  test('an empty answer leaves what came meanwhile', () => {
    const series = new BarSeries();
    series.replaceEnd([], seriesOf(60));
    expect(startsOf(series)).toEqual([60]);
  });

  test('older bars that are held already are not put in front again', () => {
    const series = seriesOf(180);
    const added = series.prepend([...bar(60), ...bar(120), ...bar(180)]);
    expect(added).toHaveLength(12);
    expect(startsOf(series)).toEqual([60, 120, 180]);
  });

  test('the oldest bars go when there are too many', () => {
    const series = new BarSeries();
    series.replaceEnd(
      Array.from({ length: BARS_HELD_MAX }, (_, index) => bar(index)).flat(),
      seriesOf(BARS_HELD_MAX),
    );
    expect(series.firstStartS).toBe(1);
  });
});
