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

const charts = (page: Page) => page.getByRole('application', { name: /^Price chart, / });
const symbols = (page: Page): Promise<string[]> => page.locator('[data-cell] .symbol b').allTextContents();

/** Whether something is drawn on the overlay of a chart, in the upper half, where no tag lies: a crosshair. */
function crosshairs(page: Page): Promise<boolean[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('[data-cell] [role=application]')].map((plot) => {
      const overlay = plot.querySelectorAll('canvas')[1]!;
      const { width } = overlay;
      const { data } = overlay.getContext('2d')!.getImageData(0, 0, Math.floor(width * 0.8), 8);
      return data.some((value) => value !== 0);
    }),
  );
}

async function loaded(page: Page, count: number): Promise<void> {
  await connected(page);
  await expect.poll(() => charts(page).count(), { timeout: 30_000 }).toBe(count);
}

describe('the grid', () => {
  test('has two by two to four by four charts, and many of them have one pixel a pixel', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/grid`, {
      ...DESKTOP,
      deviceScaleFactor: 2,
    });
    await loaded(page, 4);
    const ratio = () =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('[data-cell] canvas')!;
        return Math.round(canvas.width / canvas.clientWidth);
      });
    await expect.poll(ratio).toBe(2);
    await page.getByRole('button', { name: '4×4' }).click();
    await loaded(page, 16);
    await expect.poll(ratio).toBe(1);
    expect(new Set(await symbols(page)).size).toBe(16);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('shows one crosshair in all charts, at the time under the pointer', async () => {
    const { page } = await openPage(browser, `${server.url}/grid`);
    await loaded(page, 4);
    expect(await crosshairs(page)).toEqual([false, false, false, false]);
    await expect
      .poll(async () => {
        await charts(page)
          .first()
          .hover({ position: { x: 300, y: 200 } });
        await page.mouse.move(320, 300);
        return crosshairs(page);
      })
      .toEqual([true, true, true, true]);
    await page.mouse.move(5, 5);
    await expect.poll(() => crosshairs(page)).toEqual([false, false, false, false]);
    await page.context().close();
  });

  test('keeps symbols that were chosen and exchanged, and one timeframe in the address', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/grid`);
    await loaded(page, 4);
    const [first, second] = await symbols(page);
    await page.locator('[data-cell="3"] .symbol').click();
    await page.getByRole('combobox', { name: 'Symbol of this chart' }).fill('AAPL');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await symbols(page))[3]).toBe('AAPL');
    await page.locator('[data-cell="0"] .head').dragTo(page.locator('[data-cell="1"] .head'));
    await expect.poll(async () => (await symbols(page)).slice(0, 2)).toEqual([second, first]);
    await page.locator('[data-cell="1"] .symbol').focus();
    await page.keyboard.press('Alt+ArrowLeft');
    await expect.poll(async () => (await symbols(page)).slice(0, 2)).toEqual([first, second]);
    await page.getByRole('button', { name: '5m', exact: true }).click();
    await page.waitForURL(/tf=5m/);
    await page.getByRole('application', { name: /AAPL, 5m bars/ }).waitFor();
    await page.reload();
    await loaded(page, 4);
    await expect.poll(() => symbols(page)).toEqual([first, second, (await symbols(page))[2], 'AAPL']);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test.each(['dark', 'light'] as const)('breaks no rule of accessibility, %s', async (colorScheme) => {
    for (const options of [DESKTOP, PHONE]) {
      const { page } = await openPage(browser, `${server.url}/grid`, { ...options, colorScheme });
      await loaded(page, 4);
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        options.viewport!.width,
      );
      await page.context().close();
    }
  });
});
