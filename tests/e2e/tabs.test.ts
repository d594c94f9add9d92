import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, launchBrowser } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { ROWS } from './support/watchlist.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** What a machine under load needs for a step. */
const SOON = { timeout: 15_000 };

const folder = mkdtempSync(join(tmpdir(), 'tickwire-tabs-'));

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--sim-rate', '2000', '--data', folder], 0, { TICKWIRE_TAPE: 'on' }),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function connections(): Promise<number> {
  const health = (await (await fetch(`${server.url}/api/health`)).json()) as { connections: number };
  return health.connections;
}

async function tab(context: BrowserContext, path = '/desk'): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.url}${path}`);
  await connected(page);
  return page;
}

const price = (page: Page) =>
  page.evaluate((rows) => document.querySelector(`${rows} [data-live=last]`)?.textContent ?? '', ROWS);

async function moves(page: Page): Promise<void> {
  const before = await price(page);
  await expect.poll(() => price(page), { timeout: 15_000 }).not.toBe(before);
}

/** What the page's log says of its connection. */
const losses = (page: Page) => page.evaluate(() => (window as { losses?: string[] }).losses ?? []);

/** From now on the page notes every word of a lost connection. */
async function noteLosses(page: Page): Promise<void> {
  await page.evaluate(() => {
    const losses: string[] = [];
    Object.assign(window, { losses });
    const look = (): void => {
      const words = document.querySelector('[aria-label=Status] .socket')?.textContent ?? '';
      if (/Reconnecting|Stopped/.test(words) && losses.at(-1) !== words) losses.push(words);
      requestAnimationFrame(look);
    };
    look();
  });
}

describe('tabs of one browser', () => {
  test('share one connection, and go on without a gap when the first of them is closed', async () => {
    const context = await browser.newContext(DESKTOP);
    const tabs = [await tab(context), await tab(context, '/board'), await tab(context)];
    expect(await connections()).toBe(1);
    for (const page of tabs) {
      await page.bringToFront();
      await moves(page);
    }
    const [first, second, third] = tabs as [Page, Page, Page];
    await noteLosses(third);
    await first.close();
    await third.bringToFront();
    await moves(third);
    await second.bringToFront();
    await moves(second);
    expect(await losses(third)).toEqual([]);
    expect(await connections()).toBe(1);
    await context.close();
    await expect.poll(connections, { timeout: 10_000 }).toBe(0);
  });

  test('of another browser have a connection of their own', async () => {
    const contexts = [await browser.newContext(DESKTOP), await browser.newContext(DESKTOP)];
    for (const context of contexts) await tab(context);
    expect(await connections()).toBe(2);
    for (const context of contexts) await context.close();
    await expect.poll(connections, { timeout: 10_000 }).toBe(0);
  });

  test('show a list that one of them got, and a choice in another does not take it away', async () => {
    const context = await browser.newContext(DESKTOP);
    const one = await tab(context);
    await tab(context, '/desk?list=Mine,SIM:ETH-USD,SIM:BTC-USD');
    const lists = () => one.evaluate(() => localStorage.getItem('tickwire.watchlists') ?? '');
    await expect.poll(lists, SOON).toContain('Mine');
    await one.bringToFront();
    await one.getByRole('button', { name: /: lists$/ }).click();
    await one.getByRole('radio', { name: 'Mine' }).waitFor();
    await one.getByRole('radio', { name: 'All symbols' }).press('Enter');
    expect(JSON.parse(await lists())).toMatchObject({ lists: [{ name: 'Mine' }], active: -1 });
    await context.close();
  });

  test('show what one of them has pinned at the top, and take it down with it', async () => {
    const context = await browser.newContext(DESKTOP);
    const one = await tab(context);
    const other = await tab(context, '/board');
    const pinned = one.locator('.watch').getByText('Pinned');
    expect(await pinned.isVisible()).toBe(false);
    await other.evaluate(() => localStorage.setItem('tickwire.pins', '["SIM:AAPL"]'));
    await one.bringToFront();
    await pinned.waitFor();
    await other.evaluate(() => localStorage.setItem('tickwire.pins', '[]'));
    await pinned.waitFor({ state: 'hidden' });
    await context.close();
  });

  test('each watch their own time: one goes back, the others stay live, and it comes back to the shared connection', async () => {
    const context = await browser.newContext(DESKTOP);
    const live = await tab(context);
    const back = await tab(context);
    await expect
      .poll(
        async () =>
          ((await (await fetch(`${server.url}/api/recordings/-/tape`)).json()) as { nowUs: number }).nowUs,
        SOON,
      )
      .toBeGreaterThan(0);
    await back.keyboard.press('@');
    await back.getByRole('dialog').getByRole('textbox').fill('-3s');
    await back.keyboard.press('Enter');
    await back.locator('.pill.replay').waitFor();
    await expect.poll(connections, SOON).toBe(2);
    await live.bringToFront();
    await moves(live);
    expect(await live.locator('.pill.replay').count()).toBe(0);
    await back.bringToFront();
    await back.keyboard.press('n');
    await back.locator('.pill.live').waitFor();
    await expect.poll(connections, SOON).toBe(1);
    await moves(back);
    await context.close();
  });

  test('that crash give up what they had', async () => {
    const context = await browser.newContext(DESKTOP);
    const safe = await tab(context);
    const doomed = await tab(context);
    await doomed.keyboard.press('@');
    await doomed.getByRole('dialog').getByRole('textbox').fill('-3s');
    await doomed.keyboard.press('Enter');
    await expect.poll(connections, SOON).toBe(2);
    await noteLosses(safe);
    const crashed = doomed.waitForEvent('crash');
    const session = await context.newCDPSession(doomed);
    void session.send('Page.crash').catch(() => undefined);
    await crashed;
    await expect.poll(connections, { timeout: 20_000 }).toBe(1);
    await safe.bringToFront();
    await moves(safe);
    expect(await losses(safe)).toEqual([]);
    await context.close();
  });
});

describe('a browser without shared workers', () => {
  test.each([
    ['has none', () => void Reflect.deleteProperty(window, 'SharedWorker')],
    [
      'has some that cannot be loaded',
      () => {
        const Shared = window.SharedWorker;
        window.SharedWorker = class extends Shared {
          constructor() {
            super('/no-such-worker.js', { type: 'module' });
          }
        };
      },
    ],
  ])('that %s gives each tab a worker and a connection of its own', async (_, breakIt) => {
    const context = await browser.newContext(DESKTOP);
    await context.addInitScript(breakIt);
    const tabs = [await tab(context), await tab(context)];
    expect(await connections()).toBe(2);
    for (const page of tabs) {
      await page.bringToFront();
      await moves(page);
      expect(page.workers()).toHaveLength(1);
    }
    await context.close();
    await expect.poll(connections, { timeout: 10_000 }).toBe(0);
  });
});
