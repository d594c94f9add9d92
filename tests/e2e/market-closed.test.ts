import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { launchBrowser, openPage, PHONE } from './support/browser.ts';
import { ROWS } from './support/watchlist.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** What a machine under load needs for a step. */
const SOON = { timeout: 30_000 };
const CLOSED = 'Closed 16:00 New York. Last 181.95.';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-closed-'));
let browser: Browser;
let server: ServerProcess;

/** A share until the close of 8 October 2013 in New York, and a coin that goes on for minutes. */
function recording(): string {
  const at = (clock: string): string => `2013-10-08T${clock}.000Z`;
  const trade = (symbol: string, time: string, price: string, id: number): string =>
    JSON.stringify({
      ...{ type: 'trade', venue: symbol === 'IBM' ? 'nyse' : 'coinbase', symbol, time, received: time },
      ...{ id: String(id), side: 'buy', price, size: '1' },
    });
  const lines = [
    JSON.stringify({
      type: 'instrument',
      venue: 'nyse',
      symbol: 'IBM',
      assetClass: 'equity',
      currency: 'USD',
    }),
    JSON.stringify({
      ...{ type: 'instrument', venue: 'coinbase', symbol: 'BTC-USD', assetClass: 'crypto', currency: 'USD' },
    }),
  ];
  for (let second = 30; second < 60; second += 1) {
    lines.push(trade('IBM', at(`19:59:${second}`), `181.${second + 36}`, second));
    lines.push(trade('BTC-USD', at(`19:59:${second}`), '124.10', second));
  }
  for (let second = 0; second < 180; second += 1) {
    const clock = `20:0${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`;
    lines.push(trade('BTC-USD', at(clock), '124.20', 100 + second));
  }
  const path = join(folder, 'close.jsonl');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--replay', recording(), '--speed', '60']),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const row = (page: Page, symbol: string) => page.locator(ROWS, { hasText: symbol }).first();

describe('after the close of its exchange', () => {
  test('a share is shown closed by the time of the replay, and is not stale; a coin goes on', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk/nyse%3AIBM`);
    await page.getByText(/ended/i).first().waitFor({ timeout: 60_000 });
    const share = row(page, 'IBM');
    await expect.poll(() => share.getAttribute('title'), SOON).toContain(CLOSED);
    expect(await share.locator('[data-live=activity]').innerText()).toBe('16:00');
    expect([await share.getAttribute('data-closed'), await share.getAttribute('data-stale')]).toEqual([
      '16:00',
      null,
    ]);
    expect(await page.getByRole('region', { name: 'Quote' }).locator('.closed').innerText()).toContain(
      CLOSED,
    );
    expect(await row(page, 'BTC-USD').getAttribute('data-closed')).toBeNull();
    expect(await axeViolations(page)).toEqual([]);

    await page.getByRole('slider').first().focus();
    await page.keyboard.press('Home');
    await expect.poll(() => share.getAttribute('data-closed'), SOON).toBeNull();
    expect(await page.getByRole('region', { name: 'Quote' }).locator('.closed').isVisible()).toBe(false);
    await page.keyboard.press('End');
    await expect.poll(() => share.getAttribute('data-closed'), SOON).toBe('16:00');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('a phone, the wall, an embed and a picture say so too', async () => {
    const phone = await openPage(browser, `${server.url}/desk/nyse%3AIBM`, PHONE);
    await expect.poll(() => phone.page.locator('.hero-place .closed').innerText(), SOON).toContain(CLOSED);
    const beside = row(phone.page, 'IBM').locator('[data-live=code]');
    await expect
      .poll(() => beside.evaluate((it) => getComputedStyle(it, '::after').content), SOON)
      .toMatch(/● .*16:00/);
    await phone.page.goto(`${server.url}/wall`);
    await phone.page.getByText(CLOSED).waitFor();
    await phone.page.goto(`${server.url}/embed/nyse%3AIBM`);
    await phone.page.getByText(CLOSED).waitFor();
    await phone.page.context().close();
    expect(await (await fetch(`${server.url}/embed/nyse%3AIBM.svg`)).text()).toContain(CLOSED);
  });
});
