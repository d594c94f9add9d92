import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.ts';
import { ROWS } from './support/watchlist.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** A hidden page gets a frame every 2 s; a price that moves sooner came because the page was seen again. */
const FRESH_MS = 1_000;

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer(['--sim-rate', '2000'])]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** The automated browser shows every page, so the document is made to say otherwise; it still draws, so its rates can be read. */
function setVisible(page: Page, isVisible: boolean): Promise<void> {
  return page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: state });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    isVisible ? 'visible' : 'hidden',
  );
}

/** Shows the page again and waits for the first row's price to move, measured inside the page, ms. */
function untilFresh(page: Page): Promise<number> {
  return page.evaluate((rows) => {
    const price = (): string => document.querySelector(`${rows} [data-live=last]`)?.textContent ?? '';
    const before = price();
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'visible' });
    document.dispatchEvent(new Event('visibilitychange'));
    const startedAt = performance.now();
    return new Promise<number>((resolve) => {
      const look = (): void => {
        if (price() !== before) resolve(performance.now() - startedAt);
        else requestAnimationFrame(look);
      };
      look();
    });
  }, ROWS);
}

test('a hidden page is served slowly, and shows fresh prices at once when it is seen again', async () => {
  const { page, errors } = await openPage(browser, `${server.url}/desk`);
  const status = page.getByLabel('Status');
  await status.getByText(/shown (9|1\d)(\.\d)?\/s/).waitFor();
  await setVisible(page, false);
  await status.getByText(/shown (0|0\.\d|1\.0)\/s/).waitFor({ timeout: 20_000 });
  await status.getByText('Connected').waitFor();
  expect(await untilFresh(page)).toBeLessThan(FRESH_MS);
  await status.getByText(/shown (9|1\d)(\.\d)?\/s/).waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});
