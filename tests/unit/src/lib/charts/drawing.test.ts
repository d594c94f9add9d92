import { beforeAll, describe, expect, it } from 'vitest';
import { loadChartHands } from '../../../../../src/lib/charts/chart-hands-loader.ts';
import { candleBodyPx, drawCandles } from '../../../../../src/lib/charts/draw-candles.ts';
import { traceLine } from '../../../../../src/lib/charts/draw-line.ts';
import { drawVolume } from '../../../../../src/lib/charts/draw-volume.ts';
import { makePlotModel, type PlotModel } from '../../../../../src/lib/charts/plot-model.ts';
import { SPARK_HEIGHT_PX, SparkAtlas } from '../../../../../src/lib/charts/spark-atlas.ts';
import { RecordingContext } from './recording-context.ts';
import { countingRows, rowsOf } from './rows.ts';

function plotOf(rows: Float64Array, pxPerBar = 8, width = 600): PlotModel {
  const plot = makePlotModel();
  plot.series.reset(rows);
  plot.viewport.resize(width);
  plot.viewport.pxPerBar = pxPerBar;
  plot.viewport.restart(0, plot.series.end, null);
  plot.range.place(0, 400);
  const extent = plot.series.extent(0, plot.series.end, plot.extent);
  plot.range.fit(extent.low, extent.high, true);
  plot.volumeMax = extent.volume;
  return plot;
}

beforeAll(loadChartHands);

describe('candles', () => {
  it('are hollow when they rise and filled when they fall', () => {
    const plot = plotOf(rowsOf([0, 100, 220, 90, 200, 1], [60, 200, 210, 80, 100, 1]), 20);
    const ctx = new RecordingContext();
    drawCandles(ctx.asContext, plot, 0);
    const rising = ctx.filled.filter((rect) => rect.style === plot.palette.up);
    const falling = ctx.filled.filter((rect) => rect.style === plot.palette.down);
    // Two wicks and four sides; two wicks and one body.
    expect(rising).toHaveLength(6);
    expect(falling).toHaveLength(3);
    const body = candleBodyPx(20, 1, 1);
    expect(falling.some((rect) => rect.width === body && rect.height > 100)).toBe(true);
    expect(rising.some((rect) => rect.width === body && rect.height > 1)).toBe(false);
  });

  it('lie on whole pixels, wick in the middle of the body', () => {
    const plot = plotOf(countingRows(40), 7.3);
    const ctx = new RecordingContext();
    drawCandles(ctx.asContext, plot, 0);
    expect(ctx.filled.every((rect) => Number.isInteger(rect.x) && Number.isInteger(rect.y))).toBe(true);
    for (const ratio of [1, 2]) {
      for (let pxPerBar = 3; pxPerBar < 40; pxPerBar += 0.37) {
        const body = candleBodyPx(pxPerBar, ratio, 1);
        expect(((body - 1) * ratio) % 2).toBe(0);
        expect(body).toBeLessThanOrEqual(Math.max(1, pxPerBar));
      }
    }
  });

  it('become one column a pixel when bars are narrower than that', () => {
    const plot = plotOf(countingRows(6000), 0.1);
    const ctx = new RecordingContext();
    drawCandles(ctx.asContext, plot, 0);
    expect(ctx.filled.length).toBeLessThanOrEqual(601);
    expect(ctx.filled.length).toBeGreaterThan(500);
  });
});

describe('a line', () => {
  it('has a point a bar, and a gap where nothing is known', () => {
    const plot = plotOf(countingRows(10));
    const values = Float64Array.from(plot.series.columns.close);
    values[4] = Number.NaN;
    const ctx = new RecordingContext();
    traceLine(ctx.asContext, plot, values, 0);
    expect(ctx.points).toHaveLength(9);
    expect(ctx.moves).toBe(2);
  });

  it('needs at most four points a column of pixels, and keeps every extreme', () => {
    const rows = countingRows(6000);
    for (let bar = 0; bar < 6000; bar += 1) rows[bar * 6 + 4] = 1000 + ((bar * 7919) % 1009);
    rows[3333 * 6 + 4] = 9000;
    rows[3333 * 6 + 2] = 9000;
    const plot = plotOf(rows, 0.1);
    const ctx = new RecordingContext();
    traceLine(ctx.asContext, plot, plot.series.columns.close, 0);
    expect(ctx.points.length).toBeLessThanOrEqual(4 * 601);
    const top = Math.min(...ctx.points.map(([, y]) => y));
    expect(top).toBeCloseTo(plot.range.y(9000));
  });
});

it('volume columns stand on their ground and are as high as their share of the largest', () => {
  const plot = plotOf(rowsOf([0, 1, 2, 1, 2, 50], [60, 2, 2, 1, 1, 100]));
  const ctx = new RecordingContext();
  drawVolume(ctx.asContext, plot, 0, 500, 90);
  expect(ctx.filled.map(({ y, height }) => [y + height, height])).toEqual([
    [500, 45],
    [500, 90],
  ]);
  expect(ctx.globalAlpha).toBe(1);
});

it('a spark atlas draws each row within its own 16 px, and nothing for a row without a past', () => {
  const ctx = new RecordingContext();
  const canvas = { width: 0, height: 0, style: {}, getContext: () => ctx } as unknown as HTMLCanvasElement;
  const atlas = new SparkAtlas(canvas);
  atlas.resize(56, 78);
  const pasts = [[1, 5, 3], [7], [2, 2]];
  atlas.draw(3, (row) => ({ closes: pasts[row], colour: '#fff', y: row * 26 + 5 }));
  expect(ctx.strokes).toBe(2);
  expect(ctx.points.slice(0, 3).every(([, y]) => y >= 5 && y <= 5 + SPARK_HEIGHT_PX)).toBe(true);
  expect(ctx.points.slice(3)).toEqual([
    [1, 57 + SPARK_HEIGHT_PX / 2],
    [55, 57 + SPARK_HEIGHT_PX / 2],
  ]);
});
