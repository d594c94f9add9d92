import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { DESKTOP, PHONE, launchBrowser, openPage } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** What a machine under load needs for a step. */
const SOON = { timeout: 15_000 };

const SAMPLE = 'examples/recordings/binance-2024-07-to-08.tardis.csv.gz';

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer(['--sim-rate', '2000'])]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe('the page of the feeds', () => {
  test('shows each feed with its rate, which changes once a second, and the history of it', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    await connected(page);
    await page.getByLabel('Status').getByRole('link', { name: 'simulated' }).click();
    await page.waitForURL('**/feeds');
    const feed = page.getByRole('region', { name: 'simulated' });
    expect(await feed.locator('.state').innerText()).toBe('Live');
    const rate = () => feed.locator('[data-live=rate]').innerText();
    // Of the second in which the server started nothing is counted yet.
    const counted = async () => Number((await rate()).replaceAll(',', ''));
    await expect.poll(counted, SOON).toBeGreaterThan(500);
    const before = await rate();
    await expect.poll(rate, { timeout: 10_000 }).not.toBe(before);
    await expect.poll(() => feed.locator('[data-live=graph] path').getAttribute('d'), SOON).toMatch(/^M.+Z$/);
    await feed.getByText('No error since the start.').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.waitForURL('**/desk');
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await page.waitForURL('**/feeds');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('restarts a feed, and says in words why one cannot be', async () => {
    const { page } = await openPage(browser, 'about:blank');
    await page.route('**/api/feeds', (route) =>
      route.fulfill({
        json: [{ name: 'simulated', problems: [{ timeUs: 1e15, message: 'A gap of 3 trades.' }] }],
      }),
    );
    // The simulated feed has nothing to restart: what the socket tells is given the rest here.
    await page.addInitScript(() => {
      Reflect.deleteProperty(window, 'SharedWorker');
      const Dedicated = window.Worker;
      window.Worker = class extends Dedicated {
        override addEventListener(type: string, listener: EventListenerOrEventListenerObject): void {
          super.addEventListener(type, (event: Event) => {
            const { data } = event as MessageEvent<{ status?: { feeds: object[] } | null }>;
            for (const feed of data?.status?.feeds ?? [])
              Object.assign(feed, {
                restartable: true,
                counters: { reconnects: 2, fault_gap: 3, fault_checksum: 1 },
                instruments: { listed: 900, wanted: 40, live: 39 },
                lastProblem: { timeUs: 1e15, message: 'The venue closed the connection.' },
              });
            if (typeof listener === 'function') listener(event);
          });
        }
      };
    });
    await page.goto(`${server.url}/feeds`);
    await connected(page);
    const feed = page.getByRole('region', { name: 'simulated' });
    await expect.poll(() => feed.getByText(/^Gaps/).innerText(), SOON).toBe('Gaps 3');
    await expect.poll(() => feed.locator('[data-live=wanted]').innerText(), SOON).toBe('40');
    await feed.getByText('The venue closed the connection.').click();
    await feed.getByText('A gap of 3 trades.').waitFor();
    await page.route('**/api/feeds/simulated/restart', (route) =>
      route.fulfill({
        status: 409,
        json: { message: 'simulated can be started only once: restart the server.' },
      }),
    );
    await feed.getByRole('button', { name: 'Restart' }).click();
    await feed.getByText('simulated can be started only once: restart the server.').waitFor();
    await page.unroute('**/api/feeds/simulated/restart');
    await page.route('**/api/feeds/simulated/restart', (route) => route.fulfill({ json: {} }));
    await feed.getByRole('button', { name: 'Restart' }).click();
    await feed.getByText('simulated was restarted.').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.context().close();
  });

  test('says of a replay which recording it is', async () => {
    const replay = await startServer(['--replay', SAMPLE, '--speed', '1']);
    const { page } = await openPage(browser, `${replay.url}/feeds`);
    const source = page.getByRole('region', { name: 'Source of the replay' });
    await source.getByText(/events$/).waitFor();
    expect(await source.innerText()).toMatch(/2024-07-\d\d .* UTC/);
    await page.context().close();
    await replay.stop();
  });

  test.each(['dark', 'light'] as const)('breaks no rule of accessibility, %s', async (colorScheme) => {
    for (const options of [DESKTOP, PHONE]) {
      const { page } = await openPage(browser, `${server.url}/feeds`, { ...options, colorScheme });
      await connected(page);
      await page.getByRole('region', { name: 'simulated' }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        options.viewport!.width,
      );
      await page.context().close();
    }
  });
});
