import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type ChartConfiguration,
} from 'chart.js';
import { CandlestickController, CandlestickElement } from 'chartjs-chart-financial';
import { CandlestickSeries, createChart, LineSeries, type Time } from 'lightweight-charts';
import uPlot from 'uplot';
import type { DictionaryEntry } from '#protocol';
import { DARK_PALETTE } from '../../../src/lib/charts/palette.ts';
import { PriceChart } from '../../../src/lib/charts/price-chart.ts';
import type { ContenderName } from './chart-case.ts';

type Form = 'line' | 'candles';

interface Drawn {
  /** The newest bar, new or changed; the one at the other end leaves the view. */
  push(startS: number, open: number, high: number, low: number, close: number, volume: number): void;
  close(): void;
}

type Contender = (host: HTMLElement, rows: Float64Array, form: Form, points: number) => Drawn;

const BAR = 6;

function canvasIn(host: HTMLElement): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.style.cssText = 'position:absolute;inset:0';
  canvas.width = host.clientWidth;
  canvas.height = host.clientHeight;
  host.append(canvas);
  return canvas;
}

function column(rows: Float64Array, at: number): number[] {
  return Array.from({ length: rows.length / BAR }, (_, bar) => rows[bar * BAR + at]!);
}

/** Ours, with all that it always shows: two axes, the tag of the last price, the legend. */
const tickwire: Contender = (host, rows, form, points) => {
  const chart = new PriceChart(
    {
      chartCanvas: canvasIn(host),
      overlayCanvas: canvasIn(host),
      palette: DARK_PALETTE,
      eased: false,
      nowUs: () => 0,
      onLegend: () => {},
      onSpeak: () => {},
      onNearStart: () => {},
    },
    { type: form === 'line' ? 'line' : 'candle', scale: 'linear', studies: [], zone: 'utc' },
  );
  const entry = {
    symbol: 'BENCH',
    tick: { units: 1, decimals: 2 },
    lot: { units: 1, decimals: 0 },
  } as DictionaryEntry;
  chart.show(entry, 60, '');
  chart.resize(host.clientWidth, host.clientHeight);
  chart.setBars(rows);
  const { viewport } = chart.plot;
  viewport.pxPerBar = viewport.width / points;
  viewport.resize(viewport.width);
  chart.viewMoved();
  return { push: (...bar) => chart.upsertBar(...bar), close: () => chart.destroy() };
};

const uplot: Contender = (host, rows) => {
  const xs = column(rows, 0);
  const ys = column(rows, 4);
  const chart = new uPlot(
    {
      width: host.clientWidth,
      height: host.clientHeight,
      pxAlign: 0,
      cursor: { show: false },
      legend: { show: false },
      series: [{}, { stroke: '#3DD6C4', width: 1, points: { show: false } }],
    },
    [xs, ys],
    host,
  );
  return {
    push(startS, _open, _high, _low, close) {
      if (xs.at(-1) === startS) {
        ys[ys.length - 1] = close;
      } else {
        xs.push(startS);
        ys.push(close);
        xs.shift();
        ys.shift();
      }
      chart.setData([xs, ys]);
    },
    close: () => chart.destroy(),
  };
};

const lightweight: Contender = (host, rows, form, points) => {
  const chart = createChart(host, {
    width: host.clientWidth,
    height: host.clientHeight,
    timeScale: { minBarSpacing: 0.001, timeVisible: true },
  });
  const times = column(rows, 0);
  const count = times.length;
  const push = (() => {
    if (form === 'line') {
      const series = chart.addSeries(LineSeries, { lineWidth: 1 });
      series.setData(times.map((time, at) => ({ time: time as Time, value: rows[at * BAR + 4]! })));
      return (time: number, _o: number, _h: number, _l: number, close: number) =>
        series.update({ time: time as Time, value: close });
    }
    const series = chart.addSeries(CandlestickSeries);
    series.setData(
      times.map((time, at) => ({
        time: time as Time,
        open: rows[at * BAR + 1]!,
        high: rows[at * BAR + 2]!,
        low: rows[at * BAR + 3]!,
        close: rows[at * BAR + 4]!,
      })),
    );
    return (time: number, open: number, high: number, low: number, close: number) =>
      series.update({ time: time as Time, open, high, low, close });
  })();
  chart.timeScale().setVisibleLogicalRange({ from: count - points, to: count });
  return { push, close: () => chart.remove() };
};

/** Chart.js with the options that its documentation names for speed. */
const TUNED = {
  animation: false,
  responsive: false,
  events: [],
  parsing: false,
  normalized: true,
  plugins: { legend: { display: false }, tooltip: { enabled: false } },
  scales: {
    x: { type: 'linear', ticks: { maxRotation: 0, minRotation: 0, sampleSize: 5 } },
    y: { type: 'linear', ticks: { maxRotation: 0, minRotation: 0, sampleSize: 5 } },
  },
} as const;

const chartJs: Contender = (host, rows) => {
  Chart.register(LineController, LineElement, PointElement, LinearScale);
  const data = column(rows, 0).map((x, at) => ({ x, y: rows[at * BAR + 4]! }));
  const chart = new Chart(canvasIn(host), {
    type: 'line',
    data: {
      datasets: [
        { data, borderWidth: 1, borderColor: '#3DD6C4', pointRadius: 0, pointHitRadius: 0, spanGaps: true },
      ],
    },
    options: TUNED as never,
  });
  return {
    push(startS, _open, _high, _low, close) {
      if (data.at(-1)!.x === startS) {
        data[data.length - 1] = { x: startS, y: close };
      } else {
        data.push({ x: startS, y: close });
        data.shift();
      }
      chart.update('none');
    },
    close: () => chart.destroy(),
  };
};

const financial: Contender = (host, rows) => {
  Chart.register(CandlestickController, CandlestickElement, LinearScale);
  const data = column(rows, 0).map((x, at) => {
    const bar = rows.subarray(at * BAR, at * BAR + BAR);
    return { x, o: bar[1]!, h: bar[2]!, l: bar[3]!, c: bar[4]! };
  });
  const chart = new Chart(canvasIn(host), {
    type: 'candlestick',
    data: { datasets: [{ data }] },
    options: TUNED as never,
  } as ChartConfiguration<'candlestick'>);
  return {
    push(x, o, h, l, c) {
      if (data.at(-1)!.x === x) {
        data[data.length - 1] = { x, o, h, l, c };
      } else {
        data.push({ x, o, h, l, c });
        data.shift();
      }
      chart.update('none');
    },
    close: () => chart.destroy(),
  };
};

export const CHART_CONTENDERS: Readonly<Record<ContenderName, Contender>> = {
  tickwire,
  uplot,
  'lightweight-charts': lightweight,
  'chart.js': chartJs,
  'chartjs-chart-financial': financial,
};
