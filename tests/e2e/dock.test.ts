import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, launchBrowser, openPage } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** What a machine under load needs for a step. */
const SOON = { timeout: 15_000 };

let browser: Browser;
let server: ServerProcess;
/** When the server was there: its tape begins about then, ms since 1970. */
let readyMs = 0;
const folder = mkdtempSync(join(tmpdir(), 'tickwire-dock-'));

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--sim-rate', '500', '--data', folder], 0, { TICKWIRE_ALERTS: 'on', TICKWIRE_TAPE: 'on' }),
  ]);
  readyMs = Date.now();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A rule that the next quote of the instrument meets. */
async function watchSpread(selector: string): Promise<void> {
  const made = await fetch(`${server.url}/api/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      selectors: [selector],
      condition: { kind: 'spread', unit: 'ticks', atLeast: '1' },
    }),
  });
  expect(made.status).toBe(201);
}

describe('the dock', () => {
  test('shows the alerts that fired, newest first, and opens their symbol', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    await connected(page);
    await page.getByRole('tab', { name: 'Movers', selected: true }).waitFor();
    await page.getByRole('tab', { name: 'Alerts' }).click();
    await page.getByText('No alert is set.').waitFor();
    await watchSpread('SIM:ETH-USD');
    const list = page.getByRole('list', { name: 'Alerts' });
    await list.getByRole('link', { name: /ETH-USD/ }).click();
    await page.waitForURL(/ETH-USD/);
    // With alerts there the tab is the first thing that somebody sees.
    await page.reload();
    await page.getByRole('tab', { name: 'Alerts', selected: true }).waitFor(SOON);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('says of a tab that could not be loaded that it was not, and shows it when it is chosen again', async () => {
    const options = { ...DESKTOP, serviceWorkers: 'block' as const };
    const { page } = await openPage(browser, `${server.url}/desk`, options);
    await connected(page);
    const dock = page.getByRole('region', { name: 'Dock' });
    await dock.getByRole('tab', { name: 'Movers' }).click();
    await dock.getByRole('list', { name: 'Rising' }).waitFor();
    await page.route('**/_app/**', (route) => route.abort());
    await dock.getByRole('tab', { name: 'Feeds' }).click();
    await dock.getByText('Not loaded.').waitFor();
    await page.unroute('**/_app/**');
    await dock.getByRole('tab', { name: 'Movers' }).click();
    await dock.getByRole('tab', { name: 'Feeds' }).click();
    await dock.getByRole('row', { name: /simulated/ }).waitFor();
    await page.context().close();
  });

  test('is gone through by arrow keys, and each tab shows what is live', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    await connected(page);
    await page.getByRole('tab', { name: 'Alerts' }).focus();
    for (const name of ['Movers', 'Feeds', 'Log']) {
      await page.keyboard.press('ArrowRight');
      await page.getByRole('tab', { name, selected: true }).waitFor();
    }
    await page
      .getByRole('list', { name: 'Log' })
      .getByText(/Connected/)
      .first()
      .waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('region', { name: 'Feeds' }).getByText('ok').first().waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('list', { name: 'Rising' }).getByRole('button').first().waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

describe('alerts in a replay', () => {
  test('fire where that is asked for, marked, with the recording’s times, and stand in no history', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/settings`);
    await connected(page);
    await page
      .getByRole('radiogroup', { name: 'Alerts in replays' })
      .getByRole('radio', { name: 'On' })
      .click();
    await page.getByRole('link', { name: 'Desk' }).click();
    await page.waitForURL('**/desk');
    await watchSpread('SIM:AAPL');
    // Some seconds ago, where the tape has begun: from then on the rule fires again.
    const timeUs = Math.max(readyMs + 500, Date.now() - 8_000) * 1000;
    await page.goto(`${server.url}/desk?t=${timeUs}&speed=1`);
    await page.getByRole('tab', { name: 'Alerts' }).click();
    const row = page
      .getByRole('list', { name: 'Alerts' })
      .getByRole('listitem')
      .filter({ hasText: 'REPLAY' });
    await row.filter({ hasText: 'AAPL' }).first().waitFor({ timeout: 30_000 });
    await page.getByRole('region', { name: 'Alert', exact: true }).getByText('REPLAY').first().waitFor();
    // What the replay told is told of no rule: the live market's one firing is all there is.
    const history = (await (await fetch(`${server.url}/api/alerts/history`)).json()) as {
      firings: { instrument: string }[];
    };
    expect(history.firings.filter(({ instrument }) => instrument === 'SIM:AAPL').length).toBe(1);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

describe('times', () => {
  test('are UTC, the viewer’s or the exchange’s: on the clock, the tape and the axis, and labelled', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk/SIM:AAPL`, {
      viewport: { width: 1440, height: 900 },
      timezoneId: 'Asia/Tokyo',
    });
    await connected(page);
    const hours = async (): Promise<string[]> =>
      page.evaluate(() => [
        document.querySelector('.clock [data-live=time]')?.textContent?.slice(0, 2) ?? '',
        document.querySelector('[aria-label=Tape] [data-live=time]')?.textContent?.slice(0, 2) ?? '',
      ]);
    const label = (name: string) => page.locator('.clock').getByText(name, { exact: true });
    const hourIn = (zone: string): string =>
      new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: zone }).format(
        new Date(),
      );
    for (const [choice, zone, name] of [
      ['Exchange', 'America/New_York', 'New York'],
      ['Local', 'Asia/Tokyo', 'GMT+9'],
      ['UTC', 'UTC', 'UTC'],
    ] as const) {
      await page.getByRole('button', { name: 'View settings' }).click();
      await page.getByRole('radio', { name: choice, exact: true }).click();
      await page.keyboard.press('Escape');
      await label(name).waitFor();
      await expect.poll(hours, SOON).toEqual([hourIn(zone), hourIn(zone)]);
      await page.getByRole('button', { name: `Times of the chart: ${name}` }).waitFor();
      await page.getByLabel('Tape').getByText(name, { exact: true }).waitFor();
    }
    // Crypto has no exchange hours: what is said then is UTC, and labelled so.
    await page.getByRole('button', { name: 'View settings' }).click();
    await page.getByRole('radio', { name: 'Exchange', exact: true }).click();
    await page.goto(`${server.url}/desk/SIM:BTC-USD`);
    await label('UTC').waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
