import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { DESKTOP, PHONE, launchBrowser, openPage } from './support/browser.ts';
import { ROWS } from './support/watchlist.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

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

describe('the wall', () => {
  test('shows large live prices without anything around, with the first ones in the HTML', async () => {
    const bare = await openPage(browser, `${server.url}/wall`, { ...DESKTOP, javaScriptEnabled: false });
    expect(await bare.page.locator('[data-live=whole]').first().innerText()).toMatch(/^\d/);
    await bare.page.context().close();
    const { page, errors } = await openPage(browser, `${server.url}/wall`);
    const price = () => page.locator('.tile .last').first().innerText();
    const before = await price();
    await expect.poll(price, { timeout: 15_000 }).not.toBe(before);
    await expect.poll(() => page.locator('.tile path').first().getAttribute('d'), SOON).toMatch(/^M/);
    expect(await page.getByRole('navigation').count()).toBe(0);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('goes from group to group by itself, stays when it is told to, and moves by arrow keys', async () => {
    const { page } = await openPage(browser, `${server.url}/wall?every=3`);
    const place = () => page.locator('header').first().innerText();
    const heading = () => page.getByRole('heading', { level: 1 }).innerText();
    const first = await place();
    await expect.poll(place, { timeout: 10_000 }).not.toBe(first);
    await page.keyboard.press(' ');
    await page.getByText('paused').waitFor();
    const seen = new Set<string>();
    for (let step = 0; step < 12; step += 1) {
      seen.add(await heading());
      await page.keyboard.press('ArrowRight');
    }
    expect(seen.size).toBeGreaterThan(2);
    await page.context().close();
  });

  test('has controls for who comes near, and a way out', async () => {
    const { page } = await openPage(browser, `${server.url}/wall?every=0`);
    const controls = page.getByRole('group', { name: 'Wall' });
    // A trace is drawn by the page that listens to the pointer too.
    await expect.poll(() => page.locator('.tile path').first().getAttribute('d'), SOON).toMatch(/^M/);
    const opacity = () => controls.evaluate((element) => getComputedStyle(element).opacity);
    expect(await opacity()).toBe('0');
    await page.mouse.move(300, 300);
    await expect.poll(opacity, SOON).toBe('1');
    await expect.poll(opacity, { timeout: 10_000 }).toBe('0');
    await page.keyboard.press('Tab');
    await expect.poll(opacity, SOON).toBe('1');
    await controls.getByRole('link', { name: 'Desk' }).click();
    await page.waitForURL('**/desk');
    await page.context().close();
  });

  test('leads to a desk that lies where it will, while header and bars are still on their way', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/wall?every=0`);
    await expect.poll(() => page.locator('.tile path').first().getAttribute('d'), SOON).toMatch(/^M/);
    let come = (): void => {};
    const arrived = new Promise<void>((resolve) => (come = resolve));
    // What alerts are kept under stands in what comes after the rows.
    await page.route(/_app\/immutable\/.+\.js$/, async (route) => {
      const response = await route.fetch();
      if ((await response.text()).includes('tickwire.alerts')) await arrived;
      await route.fulfill({ response });
    });
    await page.mouse.move(300, 300);
    await page.getByRole('link', { name: 'Desk' }).click();
    await page.locator(ROWS).first().waitFor();
    const early = (await page.locator('main').boundingBox())!;
    expect(early.height).toBeGreaterThan(DESKTOP.viewport!.height / 2);
    come();
    await page.getByRole('button', { name: 'Dark or light' }).waitFor();
    await page.getByRole('contentinfo', { name: 'Status' }).waitFor();
    expect(await page.locator('main').boundingBox()).toEqual(early);
    expect(errors).toEqual([]);
    // What came meanwhile may still be on its way.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.context().close();
  });

  test('without its server says of which time its prices are, and how long ago that was', async () => {
    const own = await startServer(['--sim-rate', '500']);
    const { page } = await openPage(browser, `${own.url}/wall?every=0`);
    const state = page.getByRole('status');
    await expect.poll(() => page.locator('.tile path').first().getAttribute('d'), SOON).toMatch(/^M/);
    await own.stop();
    await expect.poll(() => state.innerText(), SOON).toMatch(/^Reconnecting\. Showing [\d:]+ UTC\.$/);
    await page.clock.setFixedTime(new Date(Date.now() + 3 * 3_600_000));
    await expect.poll(() => state.innerText(), { timeout: 25_000 }).toMatch(/ \(3 h ago\)\.$/);
    await page.context().close();
  });

  test.each(['dark', 'light'] as const)('breaks no rule of accessibility, %s', async (colorScheme) => {
    for (const options of [DESKTOP, PHONE]) {
      const { page } = await openPage(browser, `${server.url}/wall`, { ...options, colorScheme });
      await page.locator('.tile').first().waitFor();
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        options.viewport!.width,
      );
      await page.context().close();
    }
  });
});
