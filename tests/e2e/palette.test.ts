import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { DESKTOP, PHONE, launchBrowser, openPage } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** What a machine under load needs for a step. */
const SOON = { timeout: 15_000 };

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--sim-rate', '2000', '--sim-symbols', '5000']),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const input = (page: Page) => page.getByRole('combobox', { name: 'Symbol or command' });
/** Of the palette: other lists of the page have options too. */
const options = (page: Page) => page.getByRole('listbox').getByRole('option');

async function desk(): Promise<{ page: Page; errors: string[] }> {
  const open = await openPage(browser, `${server.url}/desk`, { ...DESKTOP, colorScheme: 'dark' });
  await connected(open.page);
  return open;
}

describe('the palette', () => {
  test('opens with a letter, which begins the search, and offers what was chosen last first', async () => {
    const { page, errors } = await desk();
    await page.keyboard.type('msft', { delay: 1 });
    await expect.poll(() => input(page).inputValue(), SOON).toBe('msft');
    await expect.poll(() => options(page).first().innerText(), SOON).toContain('MSFT');
    await page.keyboard.press('Enter');
    await page.waitForURL(/MSFT/);
    await page.keyboard.press('Control+k');
    await input(page).waitFor();
    expect(await options(page).first().innerText()).toContain('MSFT');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('opens also where a layout has the name of a command', async () => {
    const { page, errors } = await desk();
    const layouts = [{ name: 'Standard', layout: 'row(watchlist:320,chart)' }];
    await page.evaluate(
      (text) => localStorage.setItem('tickwire.layouts', text),
      JSON.stringify({ shown: '', name: '', layouts }),
    );
    await page.reload();
    await connected(page);
    await page.keyboard.press('Control+k');
    await input(page).fill('layout');
    await expect.poll(() => options(page).filter({ hasText: 'Layout: Standard' }).count(), SOON).toBe(2);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('finds words in any order and with a wrong letter, and says that it found nothing', async () => {
    const { page } = await desk();
    await page.keyboard.press('Control+k');
    await input(page).fill('usd btc');
    await expect.poll(() => options(page).first().innerText(), SOON).toContain('BTC-USD');
    await input(page).fill('zzqqzz');
    await page.getByText('Nothing is called “zzqqzz”.').waitFor();
    expect(await input(page).getAttribute('aria-expanded')).toBe('false');
    await page.context().close();
  });

  test('takes timeframes, minutes, commands and filters', async () => {
    const { page, errors } = await desk();
    const run = async (text: string): Promise<void> => {
      await page.keyboard.press('Control+k');
      await input(page).fill(text);
      await expect.poll(() => options(page).count(), SOON).toBeGreaterThan(0);
      await page.keyboard.press('Enter');
      await expect.poll(() => page.getByRole('dialog').count(), SOON).toBe(0);
    };
    await run('15');
    await page.waitForURL(/tf=15m/);
    await run('5m');
    await page.waitForURL(/tf=5m/);
    await run('>theme light');
    await expect
      .poll(() => page.evaluate(() => document.documentElement.dataset['theme']), SOON)
      .toBe('light');
    await run('/class:fx');
    await expect.poll(() => page.getByLabel('Filter the watchlist').inputValue(), SOON).toBe('class:fx');
    await run('>feeds');
    await page.waitForURL('**/feeds');
    await run('/aapl');
    await page.waitForURL('**/board');
    await expect.poll(() => page.getByLabel('Filter the board').inputValue(), SOON).toBe('aapl');
    await page.keyboard.press('Control+k');
    await input(page).fill('7');
    await expect.poll(() => options(page).count(), SOON).toBeGreaterThanOrEqual(0);
    await input(page).fill('77777');
    await page.getByText(/No timeframe has 77777 min/).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('is a combobox: arrows move the active option, which the field names', async () => {
    const { page } = await desk();
    await page.keyboard.press('Control+k');
    await input(page).fill('usd');
    await expect.poll(() => options(page).count(), SOON).toBeGreaterThan(3);
    const active = () => input(page).getAttribute('aria-activedescendant');
    expect(await active()).toBe('palette-0');
    await page.keyboard.press('ArrowDown');
    expect(await active()).toBe('palette-1');
    expect(await page.locator('#palette-1').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await page.locator(`#${await active()}`).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count(), SOON).toBe(0);
    await page.context().close();
  });

  test('answers among 5,000 symbols within 50 ms of a key', async () => {
    const { page } = await desk();
    await page.keyboard.press('Control+k');
    await input(page).fill('warm up');
    const worst = await page.evaluate(async () => {
      const field = document.querySelector<HTMLInputElement>('dialog input')!;
      const fastest = new Map<string, number>();
      // The best of three: what other programs take of the machine is not the search's.
      for (const text of Array.from({ length: 3 }, () => [
        'u',
        'us',
        'usd',
        'usd b',
        'x',
        'aa',
        'zzzzz',
      ]).flat()) {
        field.value = text;
        const startedAt = performance.now();
        field.dispatchEvent(new Event('input', { bubbles: true }));
        await Promise.resolve();
        fastest.set(text, Math.min(fastest.get(text) ?? Infinity, performance.now() - startedAt));
        await new Promise(requestAnimationFrame);
      }
      return Math.max(...fastest.values());
    });
    expect(worst).toBeLessThan(50);
    await page.context().close();
  });

  test.each(['dark', 'light'] as const)('breaks no rule of accessibility, %s', async (colorScheme) => {
    for (const form of [DESKTOP, PHONE]) {
      const { page } = await openPage(browser, `${server.url}/desk`, { ...form, colorScheme });
      await connected(page);
      await page.keyboard.press('Control+k');
      await input(page).fill('usd');
      await expect.poll(() => options(page).count(), SOON).toBeGreaterThan(3);
      expect(await axeViolations(page)).toEqual([]);
      await page.context().close();
    }
  });
});
