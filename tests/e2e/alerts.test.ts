import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AlertOverview } from '#protocol';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { acmeAbove, INGEST_TOKEN, setAlert, tradeAcme } from './support/acme.ts';
import { axeViolations } from './support/axe.ts';
import { DESKTOP, PHONE, launchBrowser, openPage } from './support/browser.ts';
import { connected } from './support/connected.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-alerts-'));

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--sim-symbols', '3', '--data', folder], 0, {
      TICKWIRE_ALERTS: 'on',
      TICKWIRE_INGEST_TOKEN: INGEST_TOKEN,
    }),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The symbol stands at 100, and no alert is left of the test before. */
beforeEach(async () => {
  const overview = (await (await fetch(`${server.url}/api/alerts`)).json()) as AlertOverview;
  for (const { id } of overview.rules) await fetch(`${server.url}/api/alerts/${id}`, { method: 'DELETE' });
  await price('100.00');
});

const price = (text: string): Promise<void> => tradeAcme(server, text);

const toast = (page: Page) => page.getByRole('region', { name: 'Alert', exact: true });

async function openDesk(): Promise<{ page: Page; errors: string[] }> {
  const opened = await openPage(browser, `${server.url}/desk/desk:ACME`);
  await connected(opened.page);
  await opened.page.getByRole('heading', { name: 'ACME' }).first().waitFor();
  return opened;
}

describe('alerts', () => {
  test('are set by key at the last price, fire, and stand in the history', async () => {
    const { page, errors } = await openDesk();
    await page.keyboard.press('a');
    const level = page.getByRole('textbox', { name: 'Level' });
    await expect.poll(() => level.inputValue()).toBe('100.00');
    await expect.poll(() => level.evaluate((input) => input === document.activeElement)).toBe(true);
    await page.keyboard.type('101');
    await page.getByText('Last is 100.00, 1.00 (+1.00%) away.').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Alert set on ACME.').waitFor();
    await price('102.00');
    await expect.poll(() => toast(page).innerText()).toContain('ACME (desk): last 102.00, at or above 101');
    await expect
      .poll(() => page.locator('[aria-live=assertive]').first().textContent())
      .toBe('ACME (desk): last 102.00, at or above 101');
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.waitForURL('**/alerts');
    await page.getByRole('row', { name: 'ACME: Last crosses 101.00, Fired' }).waitFor();
    await expect
      .poll(() => page.getByRole('list', { name: 'History' }).innerText())
      .toContain('ACME (desk): last 102.00, at or above 101');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('hand the focus back to the page, also when the server answers after the key was let go', async () => {
    const { page } = await openDesk();
    // Nothing has it: the page itself takes it.
    await page.keyboard.press('Escape');
    const focused = () => page.evaluate(() => document.activeElement?.localName);
    expect(await focused()).toBe('main');
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/api/alerts', async (route) => {
      if (route.request().method() === 'POST') await answered;
      await route.continue();
    });
    await page.keyboard.press('a');
    await expect.poll(focused).toBe('input');
    await page.keyboard.type('101');
    await page.keyboard.press('Enter');
    answer();
    await page.getByText('Alert set on ACME.').waitFor();
    expect(await focused()).toBe('main');
    await page.context().close();
  });

  test('are set by !level in the palette, and by Alt-click on the chart, and taken back', async () => {
    const { page } = await openDesk();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Symbol or command' }).waitFor();
    await page.keyboard.type('!99.5');
    await page.getByRole('option', { name: /Alert on ACME at 99.50/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Alert set: ACME at 99.50.').waitFor();
    await page
      .getByRole('application', { name: /^Price chart, ACME/ })
      .click({ modifiers: ['Alt'], position: { x: 200, y: 60 } });
    const rules = async () =>
      ((await (await fetch(`${server.url}/api/alerts`)).json()) as AlertOverview).rules;
    await expect.poll(async () => (await rules()).length, { timeout: 15_000 }).toBe(2);
    expect((await rules()).map(({ condition }) => condition)).toMatchObject([
      { kind: 'price', direction: 'below', level: '99.5' },
      { kind: 'price', field: 'last' },
    ]);
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await expect.poll(async () => (await rules()).length).toBe(1);
    await page.context().close();
  });

  test('come once to each page of a browser, and go on when the page that had the stream is closed', async () => {
    await setAlert(server, { ...acmeAbove('101'), repeat: true, minIntervalS: 1 });
    const context = await browser.newContext(DESKTOP);
    const [first, second] = [await context.newPage(), await context.newPage()];
    for (const page of [first, second]) {
      await page.goto(`${server.url}/alerts`);
      await connected(page);
      await page.getByRole('row', { name: /^ACME: .*Armed/ }).waitFor();
    }
    await price('102.00');
    for (const page of [first, second]) await expect.poll(() => toast(page).count()).toBe(1);
    await first.close();
    await price('100.00');
    await second.getByRole('row', { name: /^ACME: .*Armed/ }).waitFor();
    await price('103.00');
    await expect.poll(() => toast(second).count()).toBe(2);
    await context.close();
  });

  test('are deleted and brought back by key, muted, and switched off', async () => {
    await setAlert(server, acmeAbove('101'));
    const { page } = await openPage(browser, `${server.url}/alerts`);
    const row = page.getByRole('row', { name: /^ACME/ });
    await row.focus();
    await page.keyboard.press('Delete');
    await page.getByText(/No alerts yet/).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await row.waitFor();
    await page.getByRole('button', { name: 'Change the alert on ACME' }).click();
    await page.getByRole('button', { name: 'Mute 1 h' }).click();
    await row.getByText(/^muted/).waitFor();
    await price('102.00');
    await page.getByRole('list', { name: 'History' }).getByText('muted').first().waitFor();
    expect(await toast(page).count()).toBe(0);
    await page.context().close();
  });

  test.each(['dark', 'light'] as const)('break no rule of accessibility, %s', async (colorScheme) => {
    await setAlert(server, { ...acmeAbove('101'), note: 'Sell half' });
    await setAlert(server, {
      selectors: ['other:X'],
      condition: { kind: 'stale', seconds: 60 },
      enabled: false,
    });
    for (const options of [DESKTOP, PHONE]) {
      const { page, errors } = await openPage(browser, `${server.url}/alerts`, { ...options, colorScheme });
      await page.getByRole('row', { name: /^ACME/ }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole('button', { name: 'New alert' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        options.viewport!.width,
      );
      expect(errors).toEqual([]);
      await page.context().close();
    }
  });
});
