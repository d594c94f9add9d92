import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DESKTOP, launchBrowser } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { shownPrices } from './support/watchlist.ts';
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

test('a page that opens without a network shows the last prices with their age, and is live again when it is back', async () => {
  let own = await startServer(['--sim-rate', '2000']);
  const context = await browser.newContext(DESKTOP);
  const page = await context.newPage();
  try {
    await page.goto(`${own.url}/desk`);
    await connected(page);
    await page.evaluate(() => navigator.serviceWorker.ready);
    // The worker sees the pages that are opened after it.
    await page.reload();
    await connected(page);
    await expect
      .poll(
        () =>
          page.evaluate(async () =>
            (
              await Promise.all(
                (await caches.keys()).map(async (name) =>
                  (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname),
                ),
              )
            ).flat(),
          ),
        SOON,
      )
      .toContain('/desk');
    // A tab that is left keeps its prices.
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    // What is said to be offline still reaches a socket of this machine.
    await own.stop();
    await context.setOffline(true);
    await page.reload();
    await page.getByText(/^Offline\. Showing \d\d:\d\d:\d\d \(.+ ago\)\.$/).waitFor();
    const shown = await shownPrices(page);
    expect(shown.length).toBeGreaterThan(10);
    expect(shown[0]).toMatch(/\d/);
    const kept = await page.evaluate(async () =>
      (
        await Promise.all(
          (await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map(({ url }) => url),
          ),
        )
      ).flat(),
    );
    expect(kept.filter((url) => /\/(api|ws|embed)\b/.test(url))).toEqual([]);
    own = await startServer(['--sim-rate', '2000'], own.port);
    await context.setOffline(false);
    await connected(page);
    await page.getByText(/^LIVE \d+ ms$/).waitFor({ timeout: 30_000 });
  } finally {
    await context.close();
    await own.stop();
  }
});

test('without its server, too, a page says how old the prices are that it kept', async () => {
  const own = await startServer(['--sim-rate', '2000']);
  const context = await browser.newContext(DESKTOP);
  const page = await context.newPage();
  try {
    await page.goto(`${own.url}/desk`);
    await connected(page);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    await connected(page);
    await expect.poll(() => page.evaluate(() => caches.match('/desk').then(Boolean)), SOON).toBe(true);
    await own.stop();
    await page
      .getByText(/^Reconnecting/)
      .first()
      .waitFor();
    // The day after next.
    await page.clock.setFixedTime(new Date(Date.now() + 2 * 86_400_000));
    await page.reload();
    await page.getByText(/Showing \d\d:\d\d:\d\d \(2 d ago\)\.$/).waitFor();
  } finally {
    await context.close();
    await own.stop();
  }
});

test('a page that stands in another one keeps nothing for later', async () => {
  const context = await browser.newContext(DESKTOP);
  // What waits for three seconds comes at once.
  await context.addInitScript(() => {
    const later = window.setTimeout;
    window.setTimeout = ((run: () => void, ms?: number) =>
      later(run, ms === 3_000 ? 0 : ms)) as typeof window.setTimeout;
  });
  const page = await context.newPage();
  const registrations = (): Promise<number> =>
    page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
  await page.goto(`${server.url}/embed/SIM:BTC-USD`);
  await page.getByText(/last trade .* ago$/).waitFor();
  expect(await registrations()).toBe(0);
  await page.goto(`${server.url}/wall`);
  await expect.poll(registrations, SOON).toBe(1);
  await context.close();
});

test('the page can be installed: a manifest with icons that exist', async () => {
  const manifest = (await (await fetch(`${server.url}/manifest.webmanifest`)).json()) as {
    start_url: string;
    display: string;
    icons: { src: string; type: string }[];
  };
  expect(manifest).toMatchObject({ start_url: '/desk', display: 'standalone' });
  for (const { src, type } of manifest.icons) {
    const answer = await fetch(`${server.url}${src}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
  }
  expect(await (await fetch(`${server.url}/desk`)).text()).toContain('rel="manifest"');
});
