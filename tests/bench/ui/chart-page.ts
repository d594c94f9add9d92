// The page in which `measure-charts.ts` measures: every contender draws the same bars in the same place, one change a frame.
import type { ChartCase, ChartRun } from './chart-case.ts';
import { CHART_CONTENDERS } from './chart-contenders.ts';
import { loadChartHands } from '../../../src/lib/charts/chart-hands-loader.ts';

const WIDTH_PX = 1000;
const HEIGHT_PX = 500;
/** Bars that are there before the first frame, of those that are in view. */
const BAR_S = 60;
/** A new bar comes with every so many frames; in the others the newest one changes. */
const FRAMES_A_BAR = 10;

/** A walk that every contender gets alike, six numbers a bar. */
function bars(count: number): Float64Array {
  const rows = new Float64Array(count * 6);
  let seed = 1;
  let price = 6_400_000;
  for (let at = 0; at < count; at += 1) {
    const open = price;
    let high = open;
    let low = open;
    for (let step = 0; step < 4; step += 1) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      price += (seed % 801) - 400;
      high = Math.max(high, price);
      low = Math.min(low, price);
    }
    // No volume: none of the others draws any.
    rows.set([at * BAR_S, open, high, low, price, 0], at * 6);
  }
  return rows;
}

const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

let stop = (): void => undefined;

const bench = {
  /** Puts a chart on the page and lets it settle. */
  async open({ contender, form, points }: ChartCase): Promise<void> {
    const host = document.createElement('div');
    host.style.cssText = `position:relative;width:${WIDTH_PX}px;height:${HEIGHT_PX}px`;
    document.body.append(host);
    const all = bars(points + 4_000);
    // Ours is zoomed out without anybody's hand.
    await loadChartHands();
    const chart = CHART_CONTENDERS[contender](host, all.slice(0, points * 6), form, points);
    let frame = 0;
    bench.step = () => {
      frame += 1;
      const at = (points + Math.floor(frame / FRAMES_A_BAR)) * 6;
      const [startS, open, high, low, close, volume] = all.subarray(at, at + 6) as unknown as number[];
      // The newest bar on its way from its open to its close.
      const part = ((frame % FRAMES_A_BAR) + 1) / FRAMES_A_BAR;
      const now = Math.round(open! + (close! - open!) * part);
      chart.push(startS!, open!, Math.max(high!, now), Math.min(low!, now), now, volume!);
    };
    stop = () => {
      chart.close();
      host.remove();
    };
    for (let at = 0; at < 20; at += 1) {
      await nextFrame();
      bench.step();
    }
  },
  step(): void {},
  /** Within the frame's own callback: what follows an `await` is not counted as time in scripts. */
  run(durationMs: number): Promise<ChartRun> {
    return new Promise((resolve) => {
      let startMs = Number.NaN;
      let frames = -1;
      const onFrame = (nowMs: number): void => {
        if (frames < 0) startMs = nowMs;
        frames += 1;
        if (nowMs - startMs >= durationMs) {
          resolve({ frames, elapsedMs: nowMs - startMs });
          return;
        }
        requestAnimationFrame(onFrame);
        bench.step();
      };
      requestAnimationFrame(onFrame);
    });
  },
  close(): void {
    stop();
  },
};

Object.assign(globalThis, { benchCharts: bench });
