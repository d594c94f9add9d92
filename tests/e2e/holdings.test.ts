import { readFileSync } from 'node:fs';
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
  [browser, server] = await Promise.all([launchBrowser(), startServer(['--sim-rate', '500'])]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const row = (page: Page, symbol: string) =>
  page.getByRole('region', { name: 'Holdings, table' }).getByRole('row').filter({ hasText: symbol });

const numberIn = async (page: Page, symbol: string, name: string): Promise<number> =>
  Number(
    (await row(page, symbol).locator(`[data-live=${name}]`).textContent())
      ?.replaceAll(',', '')
      .replace('−', '-'),
  );

/** By keys alone: the palette shows the tab, the picker adds a symbol, and the quantity has the focus. */
async function add(page: Page, symbol: string, quantity: string, cost: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Add a holding' }).focus();
  await page.keyboard.type(symbol);
  await page.getByRole('listbox').getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: `Quantity of ${symbol}` }).waitFor();
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')), SOON)
    .toBe(`Quantity of ${symbol}`);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(quantity);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+A');
  await page.keyboard.type(cost);
  await page.keyboard.press('Enter');
}

async function openHoldings(page: Page): Promise<void> {
  await connected(page);
  await page.keyboard.press('Control+K');
  await page.getByRole('combobox', { name: 'Symbol or command' }).fill('>holdings');
  await page.getByRole('option', { name: /Holdings: show/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Holdings' }).click();
}

describe('holdings', () => {
  test('are entered by keys, follow the prices, are converted, and stay in the browser', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    const sent: string[] = [];
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
    await openHoldings(page);
    await add(page, 'AAPL', '12.5', '100.10');
    await add(page, 'USD/JPY', '-3', '150');
    // An inverse pair turns dollars into euros; yen become dollars first.
    await page.getByLabel('Totals in').selectOption('EUR');
    await row(page, 'USD/JPY')
      .getByText('JPY, by the inverse of USD/JPY, then by the inverse of EUR/USD')
      .waitFor({ state: 'attached' });
    await row(page, 'AAPL').getByText('USD, by the inverse of EUR/USD').waitFor({ state: 'attached' });
    await page.getByLabel('Totals in').selectOption('USD');
    await expect.poll(() => numberIn(page, 'AAPL', 'value'), SOON).toBeGreaterThan(0);
    const [last, value, profit] = await page.evaluate(() =>
      ['last', 'value', 'profit'].map((name) =>
        Number(
          document
            .querySelector('.holdings [data-key$=AAPL]')
            ?.querySelector(`[data-live=${name}]`)
            ?.textContent?.replaceAll(',', ''),
        ),
      ),
    );
    expect(Math.abs(value! - 12.5 * last!)).toBeLessThan(0.011);
    expect(Math.abs(profit! - (12.5 * last! - 12.5 * 100.1))).toBeLessThan(0.011);
    // What is no number is refused; up and down go from row to row.
    await page.getByRole('textbox', { name: 'Quantity of AAPL' }).fill('many');
    await page.keyboard.press('Enter');
    await page.getByText('“many” is no decimal number: AAPL stays as it was.').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Quantity of USD/JPY',
    );
    await page.reload();
    await connected(page);
    await page.getByRole('tab', { name: 'Holdings' }).click();
    expect(await page.getByRole('textbox', { name: 'Quantity of AAPL' }).inputValue()).toBe('12.5');
    expect(page.url()).not.toMatch(/12\.5/);
    expect(sent.filter((text) => text.includes('100.1'))).toEqual([]);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('go to a CSV file and come from one, with undo; a bad line says which and changes nothing', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    await openHoldings(page);
    await add(page, 'AAPL', '1', '2.50');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export', exact: true }).click(),
    ]);
    const text = readFileSync(await download.path(), 'utf8');
    expect(text).toMatch(/^venue,symbol,quantity,cost\r\n[^,]+,AAPL,1,2.5\r\n$/);
    const input = page.getByLabel('File of holdings');
    const file = (content: string) => ({ name: 'h.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
    await input.setInputFiles(file('symbol,quantity,cost\nMSFT,1,2\nTSLA,x,2\n'));
    await page.getByText('Line 3: the quantity “x” is no decimal number. Nothing was changed.').waitFor();
    await input.setInputFiles(file('symbol,quantity,cost\nMSFT,3,200\nGONE,1,2\n'));
    await page.getByText('2 holdings from the file stand in place of the 1 before.').waitFor();
    await row(page, 'GONE').getByText('no feed').first().waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('textbox', { name: 'Quantity of AAPL' }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('fit a phone, and break no rule of accessibility there or as a panel', async () => {
    const rows = [
      { key: 'SIM:AAPL', quantity: '12.5', cost: '100' },
      { key: 'SIM:EUR/USD', quantity: '1000', cost: '1.1' },
    ];
    for (const options of [DESKTOP, PHONE]) {
      const { page, errors } = await openPage(browser, `${server.url}/settings`, {
        ...options,
        colorScheme: 'light',
      });
      await page.evaluate(
        (text) => localStorage.setItem('tickwire.holdings', text),
        JSON.stringify({ isShown: true, rows }),
      );
      await page.goto(`${server.url}/desk?layout=row(watchlist:456,column(chart,holdings:240,dock:132))`);
      await connected(page);
      if (options === PHONE) await page.getByRole('button', { name: 'Holdings', exact: true }).click();
      await expect.poll(() => numberIn(page, 'AAPL', 'value'), SOON).toBeGreaterThan(0);
      expect(await axeViolations(page, '.holdings')).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        options.viewport!.width,
      );
      expect(errors).toEqual([]);
      await page.context().close();
    }
  });
});
