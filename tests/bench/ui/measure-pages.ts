import type { Page } from 'playwright-core';
import { launchBrowser, openPage } from '../../e2e/support/browser.ts';
import { pageWeight, type PageWeight } from '../../support/page-weight.ts';
import { startServer } from '../../support/server-process.ts';
import { median } from '../rounds.ts';
import { pagePace, type PagePace } from './page-pace.ts';

export interface PageNumbers {
  readonly weight: PageWeight;
  /** How pages keep up with so many source updates a second, by path. */
  readonly paces: Readonly<Record<string, PagePace>>;
  /** Time from the start of the navigation to the first paint of the desk, whose prices are in its HTML, ms. */
  readonly firstPriceMs: number;
}

const PATHS = ['/desk', '/board'] as const;

/** When the page was painted first, with something in it. Its entry may come after the page has loaded: it is waited for. */
const firstPaintMs = (page: Page): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    new PerformanceObserver((list, observer) => {
      const [entry] = list.getEntriesByName('first-contentful-paint');
      if (entry === undefined) return;
      observer.disconnect();
      resolve(entry.startTime);
    }).observe({ type: 'paint', buffered: true });
  })`);

/** The real server and its built pages, in a real Chromium on the same machine. */
export async function measurePages(options: {
  updatesPerSecond: number;
  symbols: number;
  rounds: number;
  roundMs: number;
}): Promise<PageNumbers> {
  const { updatesPerSecond, symbols, rounds, roundMs } = options;
  const args = ['--sim-rate', String(updatesPerSecond), '--sim-symbols', String(symbols)];
  const [browser, server] = await Promise.all([launchBrowser(), startServer(args)]);
  try {
    const weight = await pageWeight(browser, server.url);
    const paces: Record<string, PagePace> = {};
    const firstPrices: number[] = [];
    for (const path of PATHS) {
      const { page } = await openPage(browser, `${server.url}${path}`);
      await page.getByLabel('Status').getByText('Connected').first().waitFor();
      paces[path] = await pagePace(page, rounds, roundMs);
      await page.context().close();
    }
    for (let round = 0; round < rounds; round += 1) {
      const { page } = await openPage(browser, `${server.url}/desk`);
      firstPrices.push(await firstPaintMs(page));
      await page.context().close();
    }
    return { weight, paces, firstPriceMs: median(firstPrices) };
  } finally {
    await browser.close();
    await server.stop();
  }
}
