import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.ts';
import { ROWS } from './support/watchlist.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** What a machine under load needs for a step. */
const SOON = { timeout: 15_000 };

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer(['--sim-rate', '500'])]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const ladder = (page: Page) => page.getByRole('table', { name: 'Depth of BTC-USD' });

async function prices(page: Page, side: 'Bids' | 'Asks'): Promise<string[]> {
  const texts = await ladder(page)
    .getByRole('rowgroup', { name: side })
    .locator('[data-live=price]')
    .allTextContents();
  return texts.filter((text) => text !== '');
}

test('levels are added up by a price step that is chosen by key, kept, and told by links', async () => {
  const { page, errors } = await openPage(browser, `${server.url}/desk/BTC-USD`);
  await expect.poll(() => prices(page, 'Bids'), SOON).toHaveLength(9);
  const step = page.getByRole('combobox', { name: 'Price step of the ladder' });
  expect(await step.getAttribute('title')).toContain('10 best levels');
  await step.focus();
  await page.keyboard.press('End');
  await step.selectOption({ label: '1.00' });
  for (const side of ['Bids', 'Asks'] as const)
    await expect
      .poll(async () => (await prices(page, side)).every((it) => it.endsWith('.00')), SOON)
      .toBe(true);
  // Both of one moment: the market moves between two looks.
  const [bid, ask] = await ladder(page).evaluate((it) => {
    const best = (row: string): number =>
      Number(it.querySelector(`${row} [data-live=price]`)!.textContent!.replaceAll(',', ''));
    return [best('.bids .level:first-child'), best('.asks .level:last-child')];
  });
  expect(ask).toBeGreaterThan(bid!);
  // The spread stays that of the market: it is no whole step.
  await expect.poll(() => ladder(page).locator('.spread').innerText(), SOON).toMatch(/^Spread 0\.\d\d · /);
  expect((await ladder(page).innerText()).includes('≥ ')).toBe(true);

  await page.reload();
  await expect.poll(() => step.inputValue(), SOON).toBe('100');
  await page.keyboard.press('ArrowDown');
  await page.waitForURL(/depth=100/);
  expect(errors).toEqual([]);
  await page.context().close();

  const linked = await openPage(browser, `${server.url}/desk/BTC-USD?depth=50`, {
    viewport: { width: 1280, height: 720 },
  });
  await linked.page.getByRole('tab', { name: 'Depth' }).click();
  await expect
    .poll(() => linked.page.getByRole('combobox', { name: 'Price step of the ladder' }).inputValue(), SOON)
    .toBe('50');
  await linked.page.context().close();
});

test('without a connection nothing is said behind the words that levels are waited for', async () => {
  const own = await startServer(['--sim-rate', '500']);
  const { page } = await openPage(browser, `${own.url}/desk/BTC-USD`);
  await expect.poll(() => prices(page, 'Bids'), SOON).toHaveLength(9);
  await own.stop();
  await page
    .getByText(/^Reconnecting/)
    .first()
    .waitFor();
  await page.locator(ROWS).filter({ hasText: 'AAPL' }).first().click();
  await page.getByText('Waiting for levels.').waitFor();
  const colour = (): Promise<string> =>
    page
      .getByRole('table', { name: 'Depth of AAPL' })
      .locator('.spread')
      .evaluate((it) => getComputedStyle(it).color);
  expect(await colour()).toBe('rgba(0, 0, 0, 0)');
  await page.context().close();
});
