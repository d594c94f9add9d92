import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { DESKTOP, launchBrowser, PHONE } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { ROWS, shownPrices } from './support/watchlist.ts';

/** What a machine under load needs for a step. */
const SOON = { timeout: 15_000 };

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer(['--sim-rate', '2000'])]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/**
 * The desk with its rows and all that does without what stands around them, which is on its way until `come` is called.
 * @param stored what the browser has kept from before
 */
async function deskBeforeFrame(
  options: BrowserContextOptions = DESKTOP,
  stored: Readonly<Record<string, unknown>> = {},
): Promise<{ page: Page; errors: string[]; come: () => void }> {
  const context = await browser.newContext({ ...options, serviceWorkers: 'block' });
  await context.addInitScript((values) => {
    for (const [key, value] of Object.entries(values)) localStorage.setItem(key, JSON.stringify(value));
  }, stored);
  let come = (): void => {};
  const isComing = new Promise<void>((resolve) => (come = resolve));
  await context.route('**/_app/immutable/chunks/*.js', async (route) => {
    const script = await (await fetch(route.request().url())).text();
    // The markup of the header.
    if (script.includes('class="wordmark')) await isComing;
    await route.continue();
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${server.url}/desk`, { waitUntil: 'commit' });
  await page.locator(ROWS).first().waitFor();
  // They run: their prices are those of the connection.
  const before = await shownPrices(page);
  await expect.poll(() => shownPrices(page), SOON).not.toEqual(before);
  return { page, errors, come };
}

test('who clicks a row and then a link is where the link leads, when all has come', async () => {
  const { page, errors, come } = await deskBeforeFrame();
  await page.locator(ROWS).nth(3).click();
  await page.locator('header').getByRole('link', { name: 'Board' }).click();
  come();
  await page.getByRole('grid', { name: 'Board' }).waitFor(SOON);
  await connected(page);
  expect(new URL(page.url()).pathname).toBe('/board');
  expect(errors).toEqual([]);
  await page.context().close();
});

test('rows that are marked and compared are in the chart when it comes', async () => {
  const { page, errors, come } = await deskBeforeFrame();
  await page.getByRole('grid', { name: 'Watchlist' }).focus();
  for (const key of ['Shift+ArrowDown', 'Shift+ArrowDown', 'c']) await page.keyboard.press(key);
  come();
  await page.waitForURL(/cmp=SIM/, SOON);
  expect(errors).toEqual([]);
  await page.context().close();
});

test('the keyboard goes from row to row, and the page is where it stopped', async () => {
  const { page, errors, come } = await deskBeforeFrame();
  await page.getByRole('grid', { name: 'Watchlist' }).focus();
  const fourth = await page.locator(ROWS).nth(3).locator('[data-live=symbol]').innerText();
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowDown');
  const selected = page.locator(`${ROWS}[aria-selected=true] [data-live=symbol]`);
  await expect.poll(() => selected.allInnerTexts()).toEqual([fourth]);
  come();
  await expect.poll(() => decodeURIComponent(page.url()), SOON).toContain(`/desk/SIM:${fourth}`);
  expect(await selected.allInnerTexts()).toEqual([fourth]);
  expect(errors).toEqual([]);
  await page.context().close();
});

test('a row of a phone that is swiped to the left gets its alert as soon as it can', async () => {
  const { page, errors, come } = await deskBeforeFrame(PHONE);
  const row = page.locator(ROWS).nth(2);
  const symbol = await row.locator('[data-live=symbol]').innerText();
  const { x, y, width, height } = (await row.boundingBox())!;
  const fingers = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', byX: number) =>
    fingers.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x: x + width / 2 + byX, y: y + height / 2 }],
    });
  // What follows fingers comes after the rows.
  await expect
    .poll(async () => {
      await touch('touchStart', 0);
      for (let step = 1; step <= 8; step += 1) await touch('touchMove', -15 * step);
      const bands = await page.locator('.row-swipe').count();
      await touch('touchEnd', 0);
      return bands;
    }, SOON)
    .toBe(1);
  expect(errors).toEqual([]);
  come();
  await page.getByRole('dialog').getByText(symbol).first().waitFor(SOON);
  expect(errors).toEqual([]);
  await page.context().close();
});

test('rows take the mouse and moving keys where some are pinned', async () => {
  const { page, errors, come } = await deskBeforeFrame(DESKTOP, { 'tickwire.pins': ['SIM:ETH-USD'] });
  await page.getByText('Pinned').waitFor();
  await page.locator(ROWS).nth(4).click();
  await page.keyboard.press('Alt+ArrowDown');
  expect(errors).toEqual([]);
  come();
  await connected(page);
  expect(errors).toEqual([]);
  await page.context().close();
});
