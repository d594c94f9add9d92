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
  [browser, server] = await Promise.all([launchBrowser(), startServer(['--sim-rate', '2000'])]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const root = (page: Page, name: string) =>
  page.evaluate((key) => document.documentElement.dataset[key] ?? '', name);

describe('the page of the settings', () => {
  test('is reached from the menu; choices hold at once, over a reload, and in other tabs', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`, {
      ...DESKTOP,
      colorScheme: 'dark',
    });
    await connected(page);
    const other = await page.context().newPage();
    await other.goto(`${server.url}/feeds`);
    await connected(other);
    await page.getByRole('button', { name: 'View settings' }).click();
    await page.getByRole('link', { name: 'All settings' }).click();
    await page.waitForURL('**/settings');
    await page.getByRole('radio', { name: 'Light' }).click();
    await page.getByRole('radio', { name: 'Blue and orange' }).click();
    await page.getByLabel('Language of numbers and dates').selectOption('de-DE');
    await page.getByText('1.234.567,89').waitFor();
    await expect.poll(() => root(other, 'theme'), SOON).toBe('light');
    await page.reload();
    await connected(page);
    expect([await root(page, 'theme'), await root(page, 'palette')]).toEqual(['light', 'cvd']);
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    await expect.poll(() => root(page, 'palette'), SOON).toBe('');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('says where the browser keeps nothing, and that what is changed does not last', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/settings`, DESKTOP);
    await connected(page);
    await page.getByText('Kept in this browser, for all its tabs.').waitFor();
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    });
    await page.getByRole('radio', { name: 'Light' }).click();
    await page.getByText(/^Not kept: this browser/).waitFor();
    await page
      .getByRole('status')
      .getByText(/storage is full or forbidden/)
      .waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('moves a key, refuses one that is taken, and says both', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/settings`, {
      ...DESKTOP,
      colorScheme: 'dark',
    });
    await connected(page);
    const key = page.getByRole('button', { name: /^Dark or light: / });
    await key.click();
    await page.keyboard.press('g');
    await page.getByText(/^G is taken: /).waitFor();
    await page.keyboard.press('1');
    await page.getByText(/^Only single letters and signs/).waitFor();
    await page.keyboard.press('x');
    await page.getByText('X now does: Dark or light.').waitFor();
    await page.locator('h1').click();
    await page.keyboard.press('x');
    await expect.poll(() => root(page, 'theme'), SOON).toBe('light');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('X', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    // The place that it left is free: the letter begins a search now.
    await page.keyboard.press('t');
    await expect
      .poll(() => page.getByRole('combobox', { name: 'Symbol or command' }).inputValue(), SOON)
      .toBe('t');
    expect(await root(page, 'theme')).toBe('light');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('saves everything to a file, reads it in another browser, and says what is no such file', async () => {
    const { page } = await openPage(browser, `${server.url}/settings`);
    await connected(page);
    await page.getByRole('radio', { name: 'Compact' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save to a file' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^tickwire-settings-\d{4}-\d\d-\d\d\.json$/);
    const text = readFileSync(await download.path(), 'utf8');
    const { page: there } = await openPage(browser, `${server.url}/settings`);
    await connected(there);
    const file = (name: string, content: string) => ({
      name,
      mimeType: 'application/json',
      buffer: Buffer.from(content),
    });
    const input = there.getByLabel('File of settings');
    await input.setInputFiles(file('other.json', '{"a":1}'));
    await there.getByText('The file holds no settings of Tickwire.').waitFor();
    await input.setInputFiles(file('settings.json', text));
    await there.getByText(/The file replaces: View/).waitFor();
    await there.getByRole('button', { name: 'Replace and load the page anew' }).click();
    await expect.poll(() => root(there, 'density'), SOON).toBe('compact');
    for (const each of [page, there]) await each.context().close();
  });

  test.each(['dark', 'light'] as const)('breaks no rule of accessibility, %s', async (colorScheme) => {
    for (const options of [DESKTOP, PHONE]) {
      const { page } = await openPage(browser, `${server.url}/settings`, { ...options, colorScheme });
      await connected(page);
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        options.viewport!.width,
      );
      await page.context().close();
    }
  });
});
