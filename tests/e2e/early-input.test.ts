import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, launchBrowser } from './support/browser.ts';
import { ROWS } from './support/watchlist.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** What a machine under load needs for a step. */
const SOON = { timeout: 15_000 };

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer(['--sim-rate', '200'])]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** The page as the server rendered it: its scripts are on their way until `run` is called. */
async function renderedPage(path: string): Promise<{ page: Page; errors: string[]; run: () => void }> {
  const context = await browser.newContext({ ...DESKTOP, colorScheme: 'dark', serviceWorkers: 'block' });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  let run = (): void => {};
  const arrived = new Promise<void>((resolve) => (run = resolve));
  await page.route('**/_app/**/*.js', async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto(`${server.url}${path}`, { waitUntil: 'commit' });
  await page.locator(ROWS).first().waitFor();
  return { page, errors, run };
}

describe('what is done before the page runs', () => {
  test('a click on a row opens its instrument once the page runs, and only the last click counts', async () => {
    const { page, errors, run } = await renderedPage('/desk');
    await page.getByRole('button', { name: 'Dark or light' }).click();
    const row = page.locator(ROWS).nth(3);
    const symbol = await row.locator('[data-live=symbol]').innerText();
    await row.click();
    expect(page.url()).toMatch(/\/desk$/);
    run();
    await expect.poll(() => decodeURIComponent(page.url()), SOON).toContain(`/desk/SIM:${symbol}`);
    expect(await page.locator('html').getAttribute('data-theme')).toBeNull();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('a button does what it says once the page runs, once', async () => {
    const { page, errors, run } = await renderedPage('/desk');
    const theme = page.getByRole('button', { name: 'Dark or light' });
    for (let click = 0; click < 3; click += 1) await theme.click();
    run();
    await expect.poll(() => page.locator('html').getAttribute('data-theme'), SOON).toBe('light');
    await theme.click();
    await expect.poll(() => page.locator('html').getAttribute('data-theme'), SOON).toBe('dark');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('the palette opens with what was typed ahead', async () => {
    const { page, errors, run } = await renderedPage('/desk');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('eth');
    run();
    const field = page.getByRole('dialog').getByRole('combobox');
    await field.waitFor(SOON);
    expect(await field.inputValue()).toBe('eth');
    await page.keyboard.type('-u');
    expect(await field.inputValue()).toBe('eth-u');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('a quote in somebody else’s page leaves its keys alone', async () => {
    const context = await browser.newContext(DESKTOP);
    const page = await context.newPage();
    await page.goto(`${server.url}/embed/BTC-USD`);
    const isTaken = await page.evaluate(() => {
      const key = new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true, cancelable: true });
      return !document.body.dispatchEvent(key);
    });
    expect(isTaken).toBe(false);
    await context.close();
  });

  test('a link works without any script', async () => {
    const { page } = await renderedPage('/desk');
    // Until the styles are here the tabs of a phone are there too.
    await page.locator('header').getByRole('link', { name: 'Board' }).click();
    await page.waitForURL(/\/board$/, { waitUntil: 'commit' });
    await page.context().close();
  });
});
