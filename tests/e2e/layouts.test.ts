import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { DESKTOP, launchBrowser, openPage } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** What a machine under load needs for a step. */
const SOON = { timeout: 15_000 };
const BROAD = { ...DESKTOP, viewport: { width: 1800, height: 900 } };
const SMALL = { ...DESKTOP, viewport: { width: 1200, height: 800 } };

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer(['--sim-rate', '500'])]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const widthOf = async (page: Page, panel: string): Promise<number> =>
  Math.round((await page.locator(`[data-panel=${panel}]`).boundingBox())?.width ?? 0);

const border = (page: Page, name: RegExp) => page.getByRole('separator', { name });

/** Borders come with the first sign of a person. */
async function awake(page: Page): Promise<void> {
  await connected(page);
  await page.mouse.move(700, 300);
  await page.mouse.move(705, 305);
  await border(page, /^Border between Watchlist/).waitFor({ state: 'attached' });
}

async function arrange(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'View settings' }).click();
  await page.getByRole('button', { name: 'Layout…' }).click();
  await page.getByRole('region', { name: 'Layout', exact: true }).waitFor();
}

async function drag(page: Page, from: [number, number], to: [number, number]): Promise<void> {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, { steps: 4 });
  await page.mouse.move(...to, { steps: 4 });
  await page.mouse.up();
}

describe('the panels of the desk', () => {
  test('are resized by mouse and by keys, which the address and a reload keep', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    await awake(page);
    const chart = await page.locator('.price-chart canvas').first().elementHandle();
    await drag(page, [456, 500], [556, 500]);
    expect(Math.abs((await widthOf(page, 'watchlist')) - 556)).toBeLessThanOrEqual(2);
    await border(page, /^Border between Watchlist/).focus();
    const before = await widthOf(page, 'watchlist');
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowLeft');
    const after = await widthOf(page, 'watchlist');
    expect(before - after).toBeGreaterThan(20);
    await page.waitForURL(new RegExp(`layout=row\\(watchlist:${after},`));
    // No move makes a panel anew.
    expect(await chart?.evaluate((canvas) => canvas.isConnected)).toBe(true);
    await page.reload();
    await expect.poll(() => widthOf(page, 'watchlist'), SOON).toBe(after);
    // Without the word in the address, the browser's own storage has it.
    await page.goto(`${server.url}/desk`);
    await expect.poll(() => widthOf(page, 'watchlist'), SOON).toBe(after);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('are moved by drag and by keys, kept by name, and a link opens the same for somebody else', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    await awake(page);
    await arrange(page);
    expect(await axeViolations(page, '.arrange')).toEqual([]);
    const tape = (await page.locator('#move-tape').boundingBox())!;
    await drag(page, [tape.x + 40, tape.y + tape.height - 20], [200, 820]);
    await page.getByText('Tape: below watchlist.').waitFor();
    await page.locator('#move-quote').focus();
    await page.keyboard.press('ArrowDown');
    await page.getByText('Quote and depth have changed places.').waitFor();
    await page.getByLabel('Name of the layout').fill('Mine');
    await page.keyboard.press('Enter');
    await page.getByText('Kept as “Mine”.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Layout', exact: true }).waitFor({ state: 'detached' });
    await page.waitForURL(/layout=row\(column\(watchlist:?\d*,tape/);
    const other = await openPage(browser, page.url());
    await expect
      .poll(async () => (await other.page.locator('[data-panel=tape]').boundingBox())?.x, SOON)
      .toBe(0);
    expect(await other.page.locator('[data-panel=tape]').boundingBox()).toEqual(
      await page.locator('[data-panel=tape]').boundingBox(),
    );
    // The name is the other's: a link takes the place of nothing that was kept.
    await arrange(page);
    await page.getByRole('radio', { name: 'Standard' }).click();
    await expect.poll(() => widthOf(page, 'watchlist'), SOON).toBe(456);
    await page.getByRole('radio', { name: 'Mine' }).click();
    await expect.poll(async () => (await page.locator('[data-panel=tape]').boundingBox())?.x, SOON).toBe(0);
    expect(errors.concat(other.errors)).toEqual([]);
    for (const each of [page, other.page]) await each.context().close();
  });

  test('come and go by words, and a panel of the rail that has no place is a tab of the dock', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    await awake(page);
    await arrange(page);
    const card = page.getByRole('region', { name: 'Layout', exact: true });
    await card.getByRole('button', { name: 'Depth', exact: true }).click();
    await card.getByRole('button', { name: 'Second chart' }).click();
    await card.getByRole('combobox', { name: 'Panel to move' }).selectOption('second');
    await card.getByRole('combobox', { name: 'Side', exact: true }).selectOption('right');
    await card.getByRole('combobox', { name: 'Beside which panel' }).selectOption('chart');
    await card.getByRole('button', { name: 'Move', exact: true }).click();
    await card.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('tab', { name: 'Depth' }).click();
    await page.getByRole('table', { name: /^Depth of/ }).waitFor();
    const [chart, second] = await Promise.all(
      ['chart', 'second'].map((id) => page.locator(`[data-panel=${id}]`).boundingBox()),
    );
    expect(second!.x).toBeGreaterThan(chart!.x + 200);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('a link that is copied where nothing was moved shows that to somebody who has moved panels', async () => {
    const { page } = await openPage(browser, `${server.url}/desk`);
    await connected(page);
    await page.evaluate(() =>
      Object.defineProperty(navigator, 'clipboard', {
        value: { writeText: () => Promise.reject(new Error()) },
      }),
    );
    await page.keyboard.press('y');
    const link = page.getByText(/The link is http/);
    await link.waitFor();
    const [copied = ''] = /http\S+/.exec(await link.innerText()) ?? [];
    const there = await openPage(browser, `${server.url}/desk?layout=row(watchlist:320,chart)`);
    await connected(there.page);
    await expect.poll(() => widthOf(there.page, 'watchlist'), SOON).toBe(320);
    await there.page.evaluate(() =>
      localStorage.setItem(
        'tickwire.layouts',
        JSON.stringify({ shown: 'row(watchlist:320,chart)', name: '', layouts: [] }),
      ),
    );
    await there.page.goto(copied);
    await connected(there.page);
    await expect.poll(() => widthOf(there.page, 'watchlist'), SOON).toBe(456);
    // It is shown and not kept.
    await there.page.goto(`${server.url}/desk`);
    await expect.poll(() => widthOf(there.page, 'watchlist'), SOON).toBe(320);
    expect(there.errors).toEqual([]);
    await page.context().close();
    await there.page.context().close();
  });

  test('go to another browser in a file; a bad file and a bad link say why and change nothing', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk?layout=row(watchlist:320,chart)`);
    await expect.poll(() => widthOf(page, 'watchlist'), SOON).toBe(320);
    await connected(page);
    await arrange(page);
    await page.getByLabel('Name of the layout').fill('Two');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export file' }).click(),
    ]);
    const text = readFileSync(await download.path(), 'utf8');
    const there = await openPage(browser, `${server.url}/desk?layout=row(chart,chart)`);
    await there.page
      .getByText(/The layout has the panel “chart” twice. The layout stays as it is./)
      .waitFor();
    expect(await widthOf(there.page, 'watchlist')).toBe(456);
    await connected(there.page);
    await arrange(there.page);
    const input = there.page.getByLabel('File of layouts');
    const file = (content: string) => ({
      name: 'layouts.json',
      mimeType: 'application/json',
      buffer: Buffer.from(content),
    });
    await input.setInputFiles(file(text.replace('chart', 'chort')));
    await there.page.getByText(/“Two”: The layout names a panel “chort”.*Nothing was changed\./).waitFor();
    expect(await widthOf(there.page, 'watchlist')).toBe(456);
    await input.setInputFiles(file(text));
    await there.page.getByText('Kept from the file: Two.').waitFor();
    await expect.poll(() => widthOf(there.page, 'watchlist'), SOON).toBe(320);
    expect(errors.concat(there.errors)).toEqual([]);
    for (const each of [page, there.page]) await each.context().close();
  });

  test('have a second chart where there is room, and layouts of their own in smaller windows', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`, BROAD);
    await connected(page);
    await page.getByRole('region', { name: 'Second chart' }).getByRole('application').waitFor();
    await page.getByRole('button', { name: /^1h: timeframe of the second chart/ }).click();
    await page.getByRole('radio', { name: '15m' }).click();
    await page.mouse.move(100, 300);
    await border(page, /^Border between Watchlist/).waitFor({ state: 'attached' });
    await drag(page, [456, 500], [400, 500]);
    await page.waitForURL(/second=@15m|second=%4015m/);
    await page.setViewportSize(SMALL.viewport);
    await expect.poll(() => widthOf(page, 'watchlist'), SOON).toBe(456);
    await page.getByRole('tab', { name: 'Quote' }).waitFor();
    await page.setViewportSize({ width: 900, height: 800 });
    await page.getByRole('button', { name: 'Watchlist', exact: true }).click();
    await expect.poll(() => widthOf(page, 'watchlist'), SOON).toBe(320);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
