import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deskBeginsWith } from '../support/page-weight.ts';
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

/** The page as the server rendered it: its scripts, but those that are here, are on their way until `run` is called. */
async function renderedPage(
  path: string,
  isHere: (path: string) => boolean = () => false,
): Promise<{ page: Page; errors: string[]; run: () => void }> {
  const context = await browser.newContext({ ...DESKTOP, colorScheme: 'dark', serviceWorkers: 'block' });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  let run = (): void => {};
  const arrived = new Promise<void>((resolve) => (run = resolve));
  await page.route('**/_app/**/*.js', async (route) => {
    if (!isHere(new URL(route.request().url()).pathname)) await arrived;
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

  test('the list is filtered by what was typed ahead', async () => {
    const { page, errors, run } = await renderedPage('/desk');
    await page.keyboard.type('/eth');
    run();
    await page.getByText(/^\d+ of \d+$/).waitFor(SOON);
    expect(await page.getByRole('searchbox', { name: 'Filter the watchlist' }).inputValue()).toBe('eth');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('while only its rows run, what they take is done at once, and all else when it can be, once', async () => {
    const first = await deskBeginsWith(server.url);
    const { page, errors, run } = await renderedPage(
      '/desk',
      (path) => first.has(path) || path.includes('/workers/'),
    );
    const row = page.locator(ROWS).nth(2);
    // They run: their prices are those of the connection.
    const price = row.locator('[data-live=untailed]').or(row.locator('[data-live=last]')).first();
    const before = await price.innerText();
    await expect.poll(() => price.innerText(), SOON).not.toBe(before);
    await page.getByRole('button', { name: 'Dark or light' }).click();
    await page.getByRole('columnheader', { name: 'Symbol' }).getByRole('button').click();
    const symbol = await row.locator('[data-live=symbol]').innerText();
    await row.click();
    await page.keyboard.press('t');
    run();
    await expect.poll(() => decodeURIComponent(page.url()), SOON).toContain(`/desk/SIM:${symbol}`);
    // Of the clicks only the last counts, and the key after it.
    await expect.poll(() => page.locator('html').getAttribute('data-theme'), SOON).toBe('light');
    expect(await page.getByRole('columnheader', { name: 'Symbol' }).getAttribute('aria-sort')).toBe('none');
    await page.goBack();
    await expect.poll(() => page.url(), SOON).not.toContain(encodeURIComponent(symbol));
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
