// What does a frame of the dashboard cost, beside the chart libraries that people use, and what must be fetched before it is there?
import { existsSync } from 'node:fs';
import { packagePath } from '../../../server/package-root.ts';
import { chromiumPath } from '../../e2e/support/browser.ts';
import type { BenchOptions, BenchResult } from '../benchmark.ts';
import type { ChartCase, ContenderName } from './chart-case.ts';
import { measureCharts, type ChartTimes } from './measure-charts.ts';
import { measurePages, type PageNumbers } from './measure-pages.ts';

/** Against whom each form is measured, and how many times better ours has to be. */
const RIVALS: Readonly<
  Record<ChartCase['form'], readonly (readonly [ContenderName, string, number | null])[]>
> = {
  line: [
    ['uplot', 'uPlot, line alone', 1],
    ['lightweight-charts', 'lightweight-charts, line alone', null],
    ['chart.js', 'Chart.js line, tuned by its own advice', null],
  ],
  candles: [
    ['chartjs-chart-financial', 'chartjs-chart-financial', 5],
    ['lightweight-charts', 'lightweight-charts', null],
  ],
};
const FULL = [
  ['line', 3_600],
  ['line', 36_000],
  ['candles', 1_500],
] as const;
const SMOKE = [
  ['line', 300],
  ['candles', 100],
] as const;
const UPDATES_PER_SECOND = 10_000;
const SYMBOLS = 500;

/** Most that a page may weigh, KB gzipped. */
const WEIGHTS = [
  ['firstView', 'scripts of the first view', 60],
  ['desk', 'scripts of the desk, chart included', 130],
  ['chart', 'of those, Chart.js and our charts', null],
  ['worker', 'the worker', null],
  ['styles', 'styles', 15],
  ['fonts', 'fonts', 50],
] as const;

function chartRows(cases: readonly ChartCase[], times: readonly ChartTimes[]): BenchResult[] {
  const found = (wanted: ChartCase): ChartTimes => {
    const at = cases.findIndex(
      (one) => one.contender === wanted.contender && one.form === wanted.form && one.points === wanted.points,
    );
    return times[at]!;
  };
  return cases
    .filter(({ contender }) => contender === 'tickwire')
    .flatMap((ours) => {
      const own = found(ours);
      const name = `ui: ${ours.points.toLocaleString('en-US')} ${ours.form === 'line' ? 'points of a line' : 'candles'}`;
      const script = RIVALS[ours.form].map(([contender, baselineName, times]): BenchResult => {
        const rival = found({ ...ours, contender });
        return {
          name: `${name}, script a frame`,
          unit: 'ms',
          better: 'lower',
          ours: own.scriptMs,
          range: own.range,
          baseline: rival.scriptMs,
          baselineName,
          ...(times === null ? {} : { goal: `>= ${times}x`, met: rival.scriptMs / own.scriptMs >= times }),
        };
      });
      const frames = RIVALS[ours.form].map(([contender, baselineName]): BenchResult => ({
        name: `${name}, frames a second`,
        unit: 'Hz',
        better: 'higher',
        ours: own.framesPerSecond,
        baseline: found({ ...ours, contender }).framesPerSecond,
        baselineName,
      }));
      return [...script, ...frames];
    });
}

function pageRows({ weight, framesPerSecond, firstPriceMs }: PageNumbers): BenchResult[] {
  const alone = { baseline: null, baselineName: '' } as const;
  const weights = WEIGHTS.map(([key, name, most]): BenchResult => ({
    name: `ui: ${name}`,
    unit: 'KB gzipped',
    better: 'lower',
    ours: weight[key],
    ...alone,
    ...(most === null ? {} : { goal: `<= ${most}`, met: weight[key] <= most }),
  }));
  const frames = Object.entries(framesPerSecond).map(([path, rate]): BenchResult => ({
    name: `ui: ${path} at ${UPDATES_PER_SECOND.toLocaleString('en-US')} updates/s, frames a second`,
    unit: 'Hz',
    better: 'higher',
    ours: rate,
    ...alone,
    goal: '>= 55',
    met: rate >= 55,
  }));
  return [
    ...weights,
    ...frames,
    {
      name: 'ui: first paint of the desk, its prices in it',
      unit: 'ms',
      better: 'lower',
      ours: firstPriceMs,
      ...alone,
    },
  ];
}

export async function run({ smoke, seconds }: BenchOptions): Promise<BenchResult[]> {
  if (chromiumPath() === undefined) {
    process.stderr.write('  No Chromium on this machine: left out.\n');
    return [];
  }
  const cases = (smoke ? SMOKE : FULL).flatMap(([form, points]): ChartCase[] =>
    (['tickwire', ...RIVALS[form].map(([contender]) => contender)] as const).map((contender) => ({
      contender,
      form,
      points,
    })),
  );
  const length = smoke
    ? { rounds: 1, roundMs: 150 }
    : { rounds: 3, roundMs: seconds === null ? 1_500 : seconds * 1000 };
  const results = chartRows(cases, await measureCharts(cases, length));
  if (!existsSync(packagePath('build/handler.js'))) {
    process.stderr.write('  The page is not built (npm run build): its pages are left out.\n');
    return results;
  }
  const numbers = await measurePages({
    ...length,
    updatesPerSecond: UPDATES_PER_SECOND,
    symbols: smoke ? 50 : SYMBOLS,
  });
  return [...results, ...pageRows(numbers)];
}
