import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { DESKTOP, PHONE, launchBrowser, openPage } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer(['--sim-rate', '2000'])]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const map = (page: Page) => page.getByRole('application', { name: /^Heatmap of (3[0-9]|40) instruments/ });

/** Number of different colours in a row of pixels across the map. */
function coloursAcross(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('[role=application] canvas')!;
    const row = canvas.getContext('2d')!.getImageData(0, canvas.height * 0.4, canvas.width, 1).data;
    const colours = new Set<string>();
    for (let at = 0; at < row.length; at += 4) colours.add(row.slice(at, at + 3).join(' '));
    return colours.size;
  });
}

describe('the heatmap', () => {
  test('draws tiles in colours of either theme', async () => {
    for (const colorScheme of ['dark', 'light'] as const) {
      const { page, errors } = await openPage(browser, `${server.url}/heatmap`, { ...DESKTOP, colorScheme });
      await connected(page);
      await map(page).waitFor();
      await expect.poll(() => coloursAcross(page)).toBeGreaterThan(5);
      expect(errors).toEqual([]);
      await page.context().close();
    }
  });

  test('is read by keys: arrows go from tile to tile, Enter opens the desk', async () => {
    const { page } = await openPage(browser, `${server.url}/heatmap`);
    await connected(page);
    await map(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    const spoken = page.locator('section[aria-label=Heatmap] [aria-live=polite]');
    await expect.poll(() => spoken.textContent()).toMatch(/^\S+ · SIM, Last [\d,.]+, [▲▼]/);
    const symbol = (await spoken.textContent())!.split(' ')[0]!;
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/desk/${encodeURIComponent(`SIM:${symbol}`)}`);
    await page.context().close();
  });

  test('shows numbers under the pointer, and a click opens the desk', async () => {
    const { page } = await openPage(browser, `${server.url}/heatmap`);
    await connected(page);
    await map(page).hover({ position: { x: 200, y: 200 } });
    await page
      .locator('.read-out')
      .getByText(/^Turnover .*[KMBT]/)
      .waitFor();
    await map(page).click({ position: { x: 200, y: 200 } });
    await page.waitForURL(/\/desk\/SIM/);
    await page.context().close();
  });

  test('is also a table, with a sign and an arrow to each change', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/heatmap`);
    await connected(page);
    await map(page).hover();
    await page.keyboard.press('s');
    const cells = page.getByRole('table').locator('tbody tr td:nth-child(4)');
    await expect.poll(() => cells.count()).toBeGreaterThan(30);
    for (const text of await cells.allInnerTexts()) expect(text).toMatch(/^[▲▼] [+−][\d.]+%$|^0\.00%$/);
    // Nor does the letter begin a search, and behind G it is the settings'.
    expect(await page.getByRole('dialog').count()).toBe(0);
    // It goes on, also with the pointer where the map was.
    const rows = page.getByRole('table').locator('tbody');
    const before = await rows.innerText();
    await expect.poll(() => rows.innerText(), { timeout: 15_000 }).not.toBe(before);
    await page.keyboard.type('gs');
    await page.waitForURL('**/settings');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test.each(['dark', 'light'] as const)('breaks no rule of accessibility, %s', async (colorScheme) => {
    for (const options of [DESKTOP, PHONE]) {
      const { page } = await openPage(browser, `${server.url}/heatmap`, { ...options, colorScheme });
      await connected(page);
      await map(page).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Table' }).click();
      await page.getByRole('table').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        options.viewport!.width,
      );
      await page.context().close();
    }
  });
});
