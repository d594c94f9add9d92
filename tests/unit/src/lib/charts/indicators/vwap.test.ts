import { expect, it } from 'vitest';
import { BarSeries } from '../../../../../../src/lib/charts/bar-series.ts';
import { Vwap } from '../../../../../../src/lib/charts/indicators/vwap.ts';
import { rowsOf } from '../rows.ts';

const DAY_S = 86_400;

it('weighs the typical price of each bar by its volume', () => {
  const series = new BarSeries();
  series.reset(rowsOf([0, 0, 12, 6, 9, 1], [60, 0, 30, 12, 18, 3]));
  const vwap = new Vwap();
  vwap.sync(series, 60);
  expect(Array.from(vwap.line(0).subarray(0, 2))).toEqual([9, (9 + 3 * 20) / 4]);
});

it('follows the bar in progress and new bars as a fresh start over all bars would', () => {
  const series = new BarSeries();
  const vwap = new Vwap();
  for (let step = 0; step < 300; step += 1) {
    const startS = Math.floor(step / 3) * 60;
    series.upsert(startS, step, step + 4, step - 2, step + 1, (step % 7) + 1);
    vwap.sync(series, 60);
  }
  series.prepend(rowsOf([-60, 1, 2, 1, 2, 50]));
  vwap.sync(series, 60);
  const fresh = new Vwap();
  fresh.sync(series, 60);
  for (let index = series.first; index < series.end; index += 1) {
    expect(vwap.line(0)[index + series.base]).toBe(fresh.line(0)[index + series.base]);
  }
});

it('begins anew with each UTC day, but not for bars of a day', () => {
  const series = new BarSeries();
  series.reset(rowsOf([0, 0, 10, 10, 10, 1], [DAY_S, 0, 20, 20, 20, 1]));
  const vwap = new Vwap();
  vwap.sync(series, 3600);
  expect(vwap.line(0)[1]).toBe(20);
  const daily = new Vwap();
  daily.sync(series, DAY_S);
  expect(daily.line(0)[1]).toBe(15);
});

it('is unknown before the first volume', () => {
  const series = new BarSeries();
  series.reset(rowsOf([0, 0, 10, 10, 10, 0]));
  const vwap = new Vwap();
  vwap.sync(series, 60);
  expect(vwap.line(0)[0]).toBeNaN();
});
