// What does a frame of the dashboard cost, beside the chart libraries that people use, and what must be fetched before it is there?
import { existsSync } from 'node:fs';
import { packagePath } from '../../../server/package-root.ts';
import { chromiumPath } from '../../e2e/support/browser.ts';
import type { BenchOptions, BenchResult } from '../benchmark.ts';
import { quantile } from '../rounds.ts';
import type { ChartCase, ContenderName } from './chart-case.ts';
import { measureCharts, type ChartTimes } from './measure-charts.ts';
import { measurePalette } from './measure-palette.ts';
import { measurePages, type PageNumbers } from './measure-pages.ts';
import { measurePerspective } from './measure-perspective.ts';
import { measureSeeks } from './measure-seeks.ts';
import type { PagePace } from './page-pace.ts';

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
const SYMBOLS = 5_000;
/** Symbols among which the palette searches, and within how long, ms. */
const SEARCHED_SYMBOLS = 5_000;
const SEARCH_MS_MAX = 50;
/** A recording of so many events, and within how long every panel is to be right after a seek in it, ms, p95. */
const SOUGHT = { symbols: 40, eventsPerSecond: 2_000, seconds: 1_800, seeks: 40 } as const;
const SOUGHT_SMOKE = { symbols: 40, eventsPerSecond: 200, seconds: 60, seeks: 2 } as const;
const SEEK_MS_MAX = 150;

/** Most that a page may weigh, KB gzipped. */
const WEIGHTS = [
  ['firstView', 'scripts of the first view', 60],
  ['desk', 'scripts of the desk, chart included', 130],
  ['chart', 'of those, Chart.js and our charts', null],
  ['worker', 'the worker', null],
  ['html', 'the page, with its styles and first prices', null],
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

function pageRows({ weight, paces, firstPriceMs }: PageNumbers, perspective: PagePace): BenchResult[] {
  const alone = { baseline: null, baselineName: '' } as const;
  const weights = WEIGHTS.map(([key, name, most]): BenchResult => ({
    name: `ui: ${name}`,
    unit: 'KB gzipped',
    better: 'lower',
    ours: weight[key],
    ...alone,
    ...(most === null ? {} : { goal: `<= ${most}`, met: weight[key] <= most }),
  }));
  const load = `${UPDATES_PER_SECOND.toLocaleString('en-US')} updates/s`;
  const frames = Object.entries(paces).flatMap(([path, pace]): BenchResult[] => {
    const isTable = path === '/board';
    const baselineName = isTable ? "Perspective's grid, rows ready made" : '';
    return [
      {
        name: `ui: ${path} at ${load}, frames a second`,
        unit: 'Hz',
        better: 'higher',
        ours: pace.framesPerSecond,
        baseline: isTable ? perspective.framesPerSecond : null,
        baselineName,
        goal: '>= 55',
        met: pace.framesPerSecond >= 55,
      },
      {
        name: `ui: ${path} at ${load}, scripts of the page`,
        unit: 'ms/s',
        better: 'lower',
        ours: pace.scriptMsPerSecond,
        baseline: isTable ? perspective.scriptMsPerSecond : null,
        baselineName,
      },
    ];
  });
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
  const market = { ...length, updatesPerSecond: UPDATES_PER_SECOND, symbols: smoke ? 50 : SYMBOLS };
  const numbers = await measurePages(market);
  const perspective = await measurePerspective(market);
  const searched = smoke ? 100 : SEARCHED_SYMBOLS;
  const searchMs = await measurePalette(searched, length.rounds);
  const search: BenchResult = {
    name: `ui: palette among ${searched.toLocaleString('en-US')} symbols, slowest of 7 texts`,
    unit: 'ms',
    better: 'lower',
    ours: searchMs,
    baseline: null,
    baselineName: '',
    goal: `<= ${SEARCH_MS_MAX}`,
    met: searchMs <= SEARCH_MS_MAX,
  };
  const sought = smoke ? SOUGHT_SMOKE : SOUGHT;
  const seekMs = await measureSeeks(sought);
  const events = (sought.eventsPerSecond * sought.seconds).toLocaleString('en-US');
  const seek: BenchResult = {
    name: `ui: from a press on the bar of ${events} events until the last panel is right, p95`,
    unit: 'ms',
    better: 'lower',
    ours: quantile(seekMs, 0.95),
    range: [Math.min(...seekMs), Math.max(...seekMs)],
    baseline: null,
    baselineName: '',
    goal: `<= ${SEEK_MS_MAX}`,
    met: quantile(seekMs, 0.95) <= SEEK_MS_MAX,
  };
  return [...results, ...pageRows(numbers, perspective), search, seek];
}
