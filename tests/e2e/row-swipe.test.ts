import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { launchBrowser, openPage, PHONE } from './support/browser.ts';

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const rows = (page: Page): Locator => page.locator('.watch [role=row][data-slot]');

/** A phone on which what follows fingers is here. */
async function openPhone(): Promise<{ page: Page; errors: string[] }> {
  const opened = await openPage(browser, `${server.url}/desk`, PHONE);
  await swipesAreFollowed(opened.page);
  return opened;
}

/** What follows fingers comes after the list: a short swipe, which does nothing, shows that it is here. */
async function swipesAreFollowed(page: Page): Promise<void> {
  await rows(page).first().waitFor();
  const symbol = (await topSymbol(page))!;
  await expect
    .poll(async () => {
      const lift = await swipe(page, symbol, -40, 0, false);
      const bands = await page.locator('.row-swipe').count();
      await lift();
      return bands;
    })
    .toBe(1);
}

/** Symbol of the topmost row that shows one: what a heading had before is hidden in it. */
function topSymbol(page: Page): Promise<string | undefined> {
  return rows(page).evaluateAll(
    (all) =>
      all
        .map((row) => row.querySelector('[data-live=symbol]')!)
        .filter((symbol) => symbol.textContent !== '' && symbol.checkVisibility())
        .map((symbol) => [symbol.getBoundingClientRect().top, symbol.textContent] as const)
        .sort(([a], [b]) => a - b)[0]?.[1],
  );
}

/**
 * A finger that goes from the middle of a row by so much: to the right and down, or below 0 to the left and up.
 * @returns what lifts it, if it was not
 */
async function swipe(
  page: Page,
  symbol: string,
  byX: number,
  byY = 0,
  lifts = true,
): Promise<() => Promise<void>> {
  const row = rows(page).filter({ has: page.locator(`[data-live=symbol]:text-is("${symbol}"):visible`) });
  await row.scrollIntoViewIfNeeded();
  const box = (await row.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const fingers = await page.context().newCDPSession(page);
  const at = (share: number): { x: number; y: number }[] => [{ x: x + byX * share, y: y + byY * share }];
  const lift = async (): Promise<void> => {
    await fingers.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await fingers.detach();
  };
  await fingers.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
  for (let step = 1; step <= 8; step += 1)
    await fingers.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(step / 8) });
  if (lifts) await lift();
  return lift;
}

test('a swipe to the right pins a row, also for the next visit, and another lets it go', async () => {
  const { page, errors } = await openPhone();
  const chosen = (await rows(page).nth(3).locator('[data-live=symbol]').textContent())!;
  expect(await topSymbol(page)).not.toBe(chosen);
  await swipe(page, chosen, 110);
  await page.getByText(`${chosen} is pinned to the top.`).waitFor();
  await expect.poll(() => topSymbol(page)).toBe(chosen);
  await page.locator('.watch').getByText('Pinned').first().waitFor();
  await page.reload();
  await expect.poll(() => topSymbol(page)).toBe(chosen);
  await swipesAreFollowed(page);
  await swipe(page, chosen, 110);
  await page.getByText(`${chosen} is no longer pinned.`).waitFor();
  await expect.poll(() => topSymbol(page)).not.toBe(chosen);
  expect(errors).toEqual([]);
  await page.context().close();
});

test('a swipe to the left opens an alert on the row, a short one and a scroll do nothing', async () => {
  const { page, errors } = await openPhone();
  const chosen = (await rows(page).nth(2).locator('[data-live=symbol]').textContent())!;
  const address = page.url();
  await swipe(page, chosen, -50);
  await swipe(page, chosen, -90, -60);
  expect(await page.getByRole('dialog').count()).toBe(0);
  const lift = await swipe(page, chosen, -60, 0, false);
  expect(await page.locator('.row-swipe').textContent()).toBe('Alert');
  await lift();
  expect(await page.locator('.row-swipe').count()).toBe(0);
  expect(await page.getByRole('dialog').count()).toBe(0);
  await swipe(page, chosen, -110);
  const editor = page.getByRole('dialog');
  await editor.getByText(chosen).first().waitFor();
  expect(page.url()).toBe(address);
  expect(errors).toEqual([]);
  await page.context().close();
});
