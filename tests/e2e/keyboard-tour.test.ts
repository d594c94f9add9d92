import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DESKTOP, launchBrowser, openPage } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** What a machine under load needs for a step. */
const SOON = { timeout: 20_000 };
const TABS_MAX = 90;

const folder = mkdtempSync(join(tmpdir(), 'tickwire-keyboard-'));
let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--sim-rate', '1000', '--data', folder], 0, { TICKWIRE_TAPE: 'on', TICKWIRE_ALERTS: 'on' }),
  ]);
  // Something to go back to.
  await vi.waitUntil(
    async () => {
      const answer = await (await fetch(`${server.url}/api/recordings/-/tape`)).json();
      const { nowUs, tape } = answer as { nowUs: number; tape: { fromTimeUs: number | null } };
      return tape.fromTimeUs !== null && nowUs - tape.fromTimeUs > 12e6;
    },
    { timeout: 60_000, interval: 500 },
  );
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What has the focus, in words; `nothing` = it is lost, `unseen: …` = nobody can see where it is. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body) return 'nothing';
    const name = activeElement.getAttribute('aria-label') ?? activeElement.textContent?.trim() ?? '';
    const { outlineStyle, outlineWidth } = getComputedStyle(activeElement);
    // A chart's canvases would cover a ring of the chart itself.
    const over = getComputedStyle(activeElement, '::after');
    const box = activeElement.getBoundingClientRect();
    const isRinged =
      (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2) ||
      (over.content !== 'none' && Number.parseFloat(over.borderWidth) >= 2) ||
      // A border between panels is too thin for a ring: it takes the colour of one.
      (activeElement.role === 'separator' && over.backgroundColor !== 'rgba(0, 0, 0, 0)');
    const isOnScreen =
      box.width > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
    const isSeen = activeElement.matches(':focus-visible') && isRinged && isOnScreen;
    return `${isSeen ? '' : 'unseen: '}${activeElement.localName} ${name.slice(0, 60)}`;
  });

async function keepsFocus(page: Page): Promise<void> {
  await expect.poll(() => focused(page), SOON).not.toMatch(/^(nothing|unseen)/);
}

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
  await keepsFocus(page);
}

/** Tab by tab to what is called so; each stop on the way can be seen. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const stops: string[] = [];
  for (let presses = 0; presses < TABS_MAX; presses += 1) {
    await page.keyboard.press('Tab');
    const stop = await focused(page);
    stops.push(stop);
    expect(stop).not.toMatch(/^unseen/);
    if (name.test(stop)) return;
  }
  expect.fail(`no stop is called ${name.source}: ${stops.join(' | ')}`);
}

const pill = (page: Page) => page.locator('.pill .words').first();
const pillShows = (page: Page, words: RegExp): Promise<void> =>
  expect.poll(() => pill(page).textContent(), SOON).toMatch(words);

test('everything can be done from a cold page by keys alone, and one always sees where they go', async () => {
  const { page, errors } = await openPage(browser, `${server.url}/desk`, { ...DESKTOP, colorScheme: 'dark' });
  await connected(page);
  // A mouse that clicks is a mistake of this test.
  await page.evaluate(() => {
    addEventListener('pointerdown', () => Object.assign(window, { pointed: true }), true);
  });

  // A symbol, by the palette.
  await press(page, 'Control+k');
  await page.keyboard.type('eth');
  await page
    .getByRole('option', { name: /ETH-USD/ })
    .first()
    .waitFor();
  await press(page, 'Enter');
  await page.waitForURL(/ETH-USD/);
  await keepsFocus(page);
  await press(page, 'm', 's', 'f', 't');
  await page.getByRole('option', { name: /MSFT/ }).first().waitFor();
  await press(page, 'Escape');

  // The chart: a timeframe, an indicator, its points, its table.
  await press(page, '2');
  await page.waitForURL(/tf=5s/);
  await tabTo(page, /button Indicators/);
  await press(page, 'Enter');
  await page.getByRole('button', { name: /^SMA/ }).waitFor();
  await press(page, 'ArrowDown');
  while (!(await focused(page)).startsWith('button SMA')) await press(page, 'ArrowDown');
  await press(page, 'Enter');
  await page.waitForURL(/ind=[^&]*sma:20/);
  await press(page, 'Escape');
  expect(await focused(page)).toBe('button Indicators');
  await tabTo(page, /div Price chart/);
  await press(page, 'ArrowLeft', 'ArrowLeft');
  await press(page, 's');
  await page.getByRole('region', { name: /bars in view/ }).waitFor();
  await press(page, 'Escape');

  // Time: pause, back, one step, a loop, live.
  await press(page, 'Space');
  await pillShows(page, /^PAUSED/);
  await press(page, 'Space');
  await pillShows(page, /^LIVE/);
  await press(page, '@');
  await expect.poll(() => focused(page), SOON).toMatch(/^input Time/);
  await page.keyboard.type('-8s');
  await press(page, 'Enter');
  await pillShows(page, /^REPLAY/);
  await press(page, 'k');
  await pillShows(page, /paused$/);
  const position = () =>
    page
      .getByRole('button', { name: /^Go to a time/ })
      .locator('.position')
      .textContent();
  const before = await position();
  await press(page, '.', ']');
  await expect.poll(position, SOON).not.toBe(before);
  await press(page, 'i', ']');
  await press(page, 'o');
  await page.getByRole('slider', { name: 'End of the loop' }).waitFor();
  await press(page, 'Shift+L');
  await press(page, 'l');
  await pillShows(page, /1×$/);
  await tabTo(page, /button Go live/);
  await press(page, 'Enter');
  await pillShows(page, /^LIVE/);
  await keepsFocus(page);

  // An alert.
  await press(page, 'a');
  await expect.poll(() => focused(page), SOON).toMatch(/^input/);
  await page.keyboard.type('1');
  await press(page, 'Enter');
  await page.getByText(/^Alert set on ETH-USD/).waitFor();

  // The board: sorted by a column, filtered, a row opened.
  await press(page, 'g', 'b');
  await page.waitForURL('**/board');
  const percent = page.getByRole('columnheader', { name: /^Chg %/ });
  await tabTo(page, /button Chg %/);
  await press(page, 'Enter');
  await expect.poll(() => percent.getAttribute('aria-sort'), SOON).toBe('descending');
  await press(page, '/');
  await expect.poll(() => focused(page), SOON).toBe('input Filter the board');
  await page.keyboard.type('class:fx');
  const board = page.getByRole('grid', { name: 'Board' });
  await expect.poll(async () => Number(await board.getAttribute('aria-rowcount')), SOON).toBeLessThan(20);
  await tabTo(page, /div Board/);
  await press(page, 'Home', 'ArrowDown', 'Enter');
  await page.waitForURL('**/desk/**');

  // Each page by its key.
  for (const [key, path] of Object.entries({
    g: '/grid',
    h: '/heatmap',
    r: '/replay',
    a: '/alerts',
    f: '/feeds',
    s: '/settings',
    b: '/board',
    d: '/desk',
  })) {
    await press(page, 'g', key);
    await expect.poll(() => new URL(page.url()).pathname, SOON).toMatch(path);
    await keepsFocus(page);
    await press(page, 'Tab');
  }

  // How it looks, and what the keys are.
  await press(page, 't');
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme']), SOON).toBe('light');
  await press(page, '?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await press(page, 'Escape');
  await expect.poll(() => page.getByRole('dialog').count(), SOON).toBe(0);
  await keepsFocus(page);
  expect(await page.evaluate(() => 'pointed' in window)).toBe(false);
  expect(errors).toEqual([]);
  await page.context().close();
});
