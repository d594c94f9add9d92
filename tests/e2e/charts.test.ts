import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { DESKTOP, PHONE, launchBrowser, openPage } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { clockAt } from '../support/clock-at.ts';
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

const chart = (page: Page) => page.getByRole('application', { name: /^Price chart, / });
const table = (page: Page) => page.getByRole('region', { name: /bars in view/ });
/** Times of the rows of the table, newest first. */
const times = (page: Page): Promise<string[]> => table(page).locator('tbody th').allTextContents();

async function opened(
  path: string,
  options = DESKTOP,
  { url } = server,
): Promise<{ page: Page; errors: string[] }> {
  const { page, errors } = await openPage(browser, `${url}${path}`, options);
  await connected(page);
  await page.locator('.price-chart .legend').first().waitFor({ state: 'attached' });
  await page.waitForFunction(
    () => (document.querySelector('.price-chart .legend dd')?.textContent ?? '') !== '',
  );
  return { page, errors };
}

async function openTable(page: Page): Promise<void> {
  await chart(page).focus();
  await page.keyboard.press('s');
  await expect.poll(async () => (await times(page)).length, { timeout: 20_000 }).toBeGreaterThan(5);
}

describe('the chart', () => {
  test('has the indicators of its link, and a link of its indicators', async () => {
    const { page, errors } = await opened('/desk?ind=sma:20,rsi:14');
    await openTable(page);
    const heads = await table(page).locator('thead th').allTextContents();
    expect(heads.slice(-2)).toEqual(['SMA 20', 'RSI 14']);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Indicators' }).click();
    await page.getByRole('button', { name: /^MACD/ }).click();
    await page.waitForURL(/ind=sma:20,rsi:14,macd:12:26:9/);
    await page.getByRole('spinbutton', { name: 'SMA: Length' }).fill('50');
    await page.keyboard.press('Enter');
    await page.waitForURL(/ind=sma:50,rsi:14,macd/);
    await page.getByRole('button', { name: 'Remove RSI' }).click();
    await page.waitForURL(/ind=sma:50,macd:12:26:9$/);
    expect(await axeViolations(page, '[aria-label=Chart]')).toEqual([]);
    await page.reload();
    await openTable(page);
    expect((await table(page).locator('thead th').allTextContents()).join()).toContain('SMA 50,MACD');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('has one average price of the day, whatever the bars, and however few of them', async () => {
    // Not in a young day: what stands for the volume of a bar is the mean of its prices, and a bar or two would be the whole day.
    const atNoon = await startServer(['--sim-rate', '2000'], 0, clockAt('2026-03-08T12:02:00Z'));
    const average = async (interval: string): Promise<number> => {
      const { page } = await opened(`/desk/sim:ETH-USD?tf=${interval}&ind=vwap`, DESKTOP, atNoon);
      const text = async () => (await page.locator('.price-chart .vwap').first().textContent()) ?? '';
      await expect.poll(text).toMatch(/\d/);
      const value = Number((await text()).replaceAll(',', ''));
      await page.context().close();
      return value;
    };
    try {
      // Bars of five minutes reach back to yesterday from the first; a quarter of an hour of seconds does not.
      const whole = await average('5m');
      expect(Math.abs((await average('1s')) / whole - 1)).toBeLessThan(0.0002);
      expect(Math.abs((await average('1m')) / whole - 1)).toBeLessThan(0.0002);
    } finally {
      await atNoon.stop();
    }
  });

  test('opens as a table by a key, gives the focus back, and both by a menu', async () => {
    const { page, errors } = await opened('/desk');
    await openTable(page);
    expect(await axeViolations(page, '[aria-label=Chart]')).toEqual([]);
    expect(await table(page).locator('thead th').first().textContent()).toContain('UTC');
    await page.keyboard.press('s');
    await table(page).waitFor({ state: 'detached' });
    expect(await chart(page).evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByRole('button', { name: 'More of the chart' }).click();
    await page.getByRole('button', { name: /Table of the bars/ }).click();
    await table(page).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('is saved as a picture and as a file of its bars', async () => {
    const { page, errors } = await opened('/desk?ind=sma:20');
    const saved = async (name: string): Promise<{ file: string; content: Buffer }> => {
      await chart(page).focus();
      await page.keyboard.press('e');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name }).click(),
      ]);
      return { file: download.suggestedFilename(), content: readFileSync((await download.path())!) };
    };
    const picture = await saved('Picture (PNG)');
    expect(picture.file).toMatch(/^BTC-USD-1m-\d{4}-\d\d-\d\dT\d\d-\d\dZ\.png$/);
    expect(picture.content.subarray(1, 4).toString()).toBe('PNG');
    const { file, content } = await saved('Bars in view (CSV)');
    expect(file).toMatch(/\.csv$/);
    const [head = '', ...lines] = content.toString().trimEnd().split('\r\n');
    expect(head).toBe('time,open,high,low,close,volume,SMA 20');
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.at(-1)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z,(\d+\.\d\d,){4}[\d.]+,\d+\.\d{4}$/);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('says of which time it is also where the view is paused', async () => {
    const { page, errors } = await opened('/desk');
    // What is written into pictures.
    await page.evaluate(() => {
      const { fillText } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
        if (text.includes(' UTC')) document.documentElement.dataset['titled'] = text;
        return fillText.call(this, text, ...place);
      };
    });
    await page.keyboard.press(' ');
    await page
      .getByText(/^PAUSED \+00:0[4-9]/)
      .first()
      .waitFor();
    await chart(page).focus();
    await page.keyboard.press('e');
    await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Picture (PNG)' }).click(),
    ]);
    const title = await page.evaluate(() => document.documentElement.dataset['titled'] ?? '');
    const [, day, clock] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/.exec(title) ?? [];
    expect(Date.now() - Date.parse(`${day}T${clock}Z`)).toBeGreaterThan(4_000);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('compares symbols in percent, which a link keeps', async () => {
    const { page, errors } = await opened('/desk');
    await chart(page).focus();
    await page.keyboard.press('c');
    await page.getByRole('combobox', { name: 'Compare with' }).fill('ETH-USD');
    await page.keyboard.press('Enter');
    await page.waitForURL(/cmp=[^&]*ETH-USD/);
    await page.getByRole('button', { name: 'Stop comparing ETH-USD' }).waitFor();
    await page.keyboard.press('Escape');
    await openTable(page);
    expect((await table(page).locator('thead th').allTextContents()).at(-1)).toBe('ETH-USD');
    await expect
      .poll(() => table(page).locator('tbody tr').first().locator('td').last().textContent(), {
        timeout: 20_000,
      })
      .toMatch(/^[+−]?\d+\.\d\d%$/);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('stays where it was dragged and zoomed to while new bars come', async () => {
    const { page } = await opened('/desk?tf=1s');
    const box = (await chart(page).boundingBox())!;
    await page.mouse.move(box.x + 200, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x + 420, box.y + 200, { steps: 5 });
    await page.mouse.up();
    await page.mouse.wheel(0, -200);
    await openTable(page);
    const before = await times(page);
    const last = page.locator('[aria-label=Status]');
    const started = await last.textContent();
    await expect.poll(() => last.textContent(), { timeout: 10_000 }).not.toBe(started);
    await page.waitForFunction(
      (second) => new Date().getUTCSeconds() % 60 !== second,
      new Date().getUTCSeconds(),
    );
    expect(await times(page)).toEqual(before);
    await page.keyboard.press('Escape');
    await chart(page).focus();
    await page.keyboard.press('0');
    await openTable(page);
    expect((await times(page))[0]! > before[0]!).toBe(true);
    await page.context().close();
  });

  test('zooms out over years of minutes, merged by the server, and back in to single ones', async () => {
    const { page, errors } = await opened('/desk');
    const box = (await chart(page).boundingBox())!;
    await page.mouse.move(box.x + 300, box.y + 200);
    const spanDays = async (): Promise<number> => {
      await openTable(page);
      const shown = await times(page);
      const total = Number(
        /of ([\d,]+) bars/.exec((await table(page).textContent()) ?? '')?.[1]?.replaceAll(',', '') ??
          shown.length,
      );
      // Sent to the table itself: until it is gone it is over the chart, and takes the wheel.
      await table(page).press('Escape');
      await table(page).waitFor({ state: 'detached' });
      // Bars of a day and more have no time of day.
      const [newest, next] = shown.map((text) =>
        Date.parse(text.length === 10 ? text : `${text.replace(' ', 'T')}Z`),
      );
      return ((newest! - next!) * total) / 86_400_000;
    };
    await expect
      .poll(
        async () => {
          await page.mouse.move(box.x + 300, box.y + 200);
          for (let turn = 0; turn < 6; turn += 1) await page.mouse.wheel(0, 250);
          return spanDays();
        },
        { timeout: 60_000 },
      )
      .toBeGreaterThan(700);
    await expect
      .poll(
        async () => {
          await page.mouse.move(box.x + 400, box.y + 200);
          for (let turn = 0; turn < 6; turn += 1) await page.mouse.wheel(0, -250);
          return spanDays();
        },
        { timeout: 60_000 },
      )
      .toBeLessThan(0.2);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('on a phone has its menus below it, each within the screen', async () => {
    const { page, errors } = await opened('/desk', PHONE);
    // As they look in the middle of opening: that frame is read too.
    await page.addStyleTag({
      content: '.panel { animation-play-state: paused !important; animation-delay: -30ms !important }',
    });
    for (const name of ['Indicators', 'More of the chart']) {
      await page.getByRole('button', { name }).tap();
      const menu = page.getByRole('group', { name });
      const box = (await menu.boundingBox())!;
      expect([box.x >= 0, box.x + box.width <= 390, box.y + box.height <= 844]).toEqual([true, true, true]);
      expect(await axeViolations(page, '[aria-label=Chart]')).toEqual([]);
      await page.keyboard.press('Escape');
    }
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
