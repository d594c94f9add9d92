import type { Page } from 'playwright-core';
import { launchBrowser, openPage } from '../../e2e/support/browser.ts';
import { pageWeight, type PageWeight } from '../../support/page-weight.ts';
import { startServer } from '../../support/server-process.ts';
import { median } from '../rounds.ts';

export interface PageNumbers {
  readonly weight: PageWeight;
  /** Frames a second of pages at so many source updates a second, by path. */
  readonly framesPerSecond: Readonly<Record<string, number>>;
  /** Time from the start of the navigation to the first paint of the desk, whose prices are in its HTML, ms. */
  readonly firstPriceMs: number;
}

const PATHS = ['/desk', '/board'] as const;

/** Frames of a while, a second, by the page's own clock. In words: this side knows no page. */
const framesPerSecond = (page: Page, durationMs: number): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    let frames = -1;
    let startMs = 0;
    const step = (nowMs) => {
      if (startMs === 0) startMs = nowMs;
      frames += 1;
      if (nowMs - startMs < ${durationMs}) requestAnimationFrame(step);
      else resolve((frames * 1000) / (nowMs - startMs));
    };
    requestAnimationFrame(step);
  })`);

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
    const rates: Record<string, number> = {};
    const firstPrices: number[] = [];
    for (const path of PATHS) {
      const { page } = await openPage(browser, `${server.url}${path}`);
      await page.getByLabel('Status').getByText('Connected').first().waitFor();
      const runs: number[] = [];
      for (let round = 0; round < rounds; round += 1) runs.push(await framesPerSecond(page, roundMs));
      rates[path] = median(runs);
      await page.context().close();
    }
    for (let round = 0; round < rounds; round += 1) {
      const { page } = await openPage(browser, `${server.url}/desk`);
      firstPrices.push(await firstPaintMs(page));
      await page.context().close();
    }
    return { weight, framesPerSecond: rates, firstPriceMs: median(firstPrices) };
  } finally {
    await browser.close();
    await server.stop();
  }
}
