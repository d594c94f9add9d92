import { invariant } from '#protocol';
import { fileURLToPath } from 'node:url';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { build } from 'vite';
import { packagePath } from '../../../server/package-root.ts';
import { launchBrowser } from '../../e2e/support/browser.ts';
import { median } from '../rounds.ts';
import type { ChartCase, ChartRun } from './chart-case.ts';
import { scriptSeconds } from './page-pace.ts';

const ENTRY = fileURLToPath(new URL('chart-page.ts', import.meta.url));

export interface ChartTimes {
  /** Time in scripts a frame, ms: the median of the rounds, and all of them. */
  readonly scriptMs: number;
  readonly range: readonly [number, number];
  readonly framesPerSecond: number;
}

/** Where the page finds its scripts; nothing is asked of a network. */
const ORIGIN = 'http://bench.localhost';
const SCRIPT = 'chart-page.js';

/** The page's scripts by name, made with the target and the minifier that the dashboard is made with. */
async function bundle(): Promise<ReadonlyMap<string, string>> {
  const built = await build({
    root: packagePath('.'),
    configFile: false,
    tsconfig: 'tsconfig.server.json',
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: ENTRY, formats: ['es'], fileName: () => SCRIPT },
      minify: true,
    },
  });
  const [output] = [built].flat();
  invariant(output !== undefined && 'output' in output, 'a build that does not watch has an output');
  return new Map(
    output.output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code]] : [])),
  );
}

/** Opens the page with its scripts, in a browser that has no other. */
async function openPage(browser: Browser): Promise<Page> {
  const scripts = await bundle();
  const page = await browser.newPage({ viewport: { width: 1200, height: 700 } });
  await page.route(`${ORIGIN}/**`, (route) => {
    const code = scripts.get(new URL(route.request().url()).pathname.slice(1));
    return route.fulfill(
      code === undefined
        ? { contentType: 'text/html', body: '<!doctype html><body style="margin:0;background:#0F131A">' }
        : { contentType: 'text/javascript', body: code },
    );
  });
  await page.goto(ORIGIN);
  await page.addScriptTag({ type: 'module', url: `${ORIGIN}/${SCRIPT}` });
  return page;
}

async function once(page: Page, session: CDPSession, chart: ChartCase, durationMs: number) {
  await page.evaluate(`benchCharts.open(${JSON.stringify(chart)})`);
  await session.send('HeapProfiler.collectGarbage');
  const before = await scriptSeconds(session);
  const run = await page.evaluate<ChartRun>(`benchCharts.run(${durationMs})`);
  const spentMs = ((await scriptSeconds(session)) - before) * 1000;
  await page.evaluate('benchCharts.close()');
  return { scriptMs: spentMs / run.frames, framesPerSecond: (run.frames / run.elapsedMs) * 1000 };
}

/**
 * Lets each case stream in the same page of a real Chromium, in turn, round after round. The time in scripts is what Chromium counts itself,
 * of everything that runs between two frames, whoever asked for it.
 */
export async function measureCharts(
  cases: readonly ChartCase[],
  { rounds, roundMs }: { rounds: number; roundMs: number },
): Promise<ChartTimes[]> {
  const browser = await launchBrowser();
  try {
    const page = await openPage(browser);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const samples = cases.map(() => [] as { scriptMs: number; framesPerSecond: number }[]);
    for (let round = 0; round < rounds; round += 1) {
      for (const [at, chart] of cases.entries()) samples[at]!.push(await once(page, session, chart, roundMs));
    }
    return samples.map((runs) => {
      const times = runs.map(({ scriptMs }) => scriptMs);
      return {
        scriptMs: median(times),
        range: [Math.min(...times), Math.max(...times)],
        framesPerSecond: median(runs.map(({ framesPerSecond }) => framesPerSecond)),
      };
    });
  } finally {
    await browser.close();
  }
}
