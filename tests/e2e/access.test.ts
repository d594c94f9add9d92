import type { Browser, Page } from 'playwright-core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { DESKTOP, PHONE, launchBrowser, openPage } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

const ROOT = 'root-0123456789abcdef';
const GUEST = 'guest-0123456789abcde';
const SOON = { timeout: 20_000 };

let browser: Browser;
let server: ServerProcess;
let folder: string;
let viewers: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tickwire-access-'));
  viewers = join(folder, 'viewers.txt');
  writeFileSync(viewers, `root ${ROOT}\nguest ${GUEST} BTC-*\n`);
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--sim-rate', '2000', '--viewer-tokens-file', viewers]),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const panel = (page: Page) => page.getByRole('region', { name: 'Sign in to see prices' });
const shoot = async (page: Page, name: string): Promise<void> => {
  const to = process.env['TICKWIRE_SHOTS'];
  if (to !== undefined) await page.screenshot({ path: join(to, `${name}.png`) });
};

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** What a browser prints of answers that say no. */
const serious = (errors: readonly string[]): string[] => errors.filter((error) => !/40[13]/.test(error));

describe('a server that asks who watches', () => {
  test('[HS6] shows its structure and no price, says what is wrong with a token, and goes live with a right one', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`, {
      ...DESKTOP,
      colorScheme: 'dark',
    });
    await panel(page).waitFor();
    expect(await page.content()).not.toMatch(/BTC-|AAPL/);
    await shoot(page, 'sign-in-dark');
    expect(await axeViolations(page, '.sign-in')).toEqual([]);
    await signIn(page, 'nonsense-0123456789');
    await panel(page).getByText('The token is wrong.').waitFor();
    await signIn(page, ROOT);
    await connected(page);
    await expect.poll(() => panel(page).count(), SOON).toBe(0);
    await page
      .getByRole('row', { name: /BTC-USD/ })
      .first()
      .waitFor();
    // The page as the server makes it knows the browser too.
    const html = await (await page.request.get(`${server.url}/desk`)).text();
    expect(html).toContain('BTC-USD');
    expect(await page.evaluate(() => document.cookie)).toBe('');
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(
      ROOT,
    );
    expect(serious(errors)).toEqual([]);
    await page.context().close();
  });

  test('[SEC6] asks anew on all tabs within seconds after the token was taken away, and shows nothing more', async () => {
    const { page } = await openPage(browser, `${server.url}/desk`, { ...PHONE, colorScheme: 'light' });
    await panel(page).waitFor();
    await shoot(page, 'sign-in-phone-light');
    await signIn(page, GUEST);
    await connected(page);
    const other = await page.context().newPage();
    await other.goto(`${server.url}/board`);
    await connected(other);
    writeFileSync(viewers, `root ${ROOT}\n`);
    await panel(page).waitFor();
    await panel(other).waitFor();
    await panel(other).getByText('The token is wrong.').waitFor();
    writeFileSync(viewers, `root ${ROOT}\nguest ${GUEST} BTC-*\n`);
    // Signed in on one tab is signed in on all.
    await signIn(other, ROOT);
    await connected(other);
    await connected(page);
    await page.context().close();
  });

  test('says in the settings who is signed in, and signs out', async () => {
    const { page } = await openPage(browser, `${server.url}/settings`, DESKTOP);
    await panel(page).waitFor();
    await signIn(page, GUEST);
    await connected(page);
    await page.reload();
    await connected(page);
    await page.getByText('Signed in as guest').waitFor();
    await page.getByText('Some instruments only.').waitFor();
    await shoot(page, 'signed-in');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await panel(page).waitFor();
    await page.goto(`${server.url}/desk`);
    await panel(page).waitFor();
    expect(await page.content()).not.toContain('BTC-USD');
    await page.context().close();
  });
});
