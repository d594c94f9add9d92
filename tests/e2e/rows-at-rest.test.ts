import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { connected } from './support/connected.ts';

const TOKEN = 'a-secret-for-tests-0123';
const SYMBOLS = Array.from({ length: 60 }, (_, at) => `ROW${at}`);

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--sim-symbols', '3', '--sim-rate', '10'], 0, { TICKWIRE_INGEST_TOKEN: TOKEN }),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

async function trade(prices: Readonly<Record<string, string>>): Promise<void> {
  const answer = await fetch(`${server.url}/api/ingest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({
      instruments: SYMBOLS.map((symbol) => ({ venue: 'own', symbol, tick: '0.01', lot: '1' })),
      events: Object.entries(prices).map(([symbol, price]) => ({
        type: 'trade',
        venue: 'own',
        symbol,
        price,
        size: '1',
      })),
    }),
  });
  expect(answer.status).toBe(200);
}

/** What a row shows of its price, and how it marks it; both empty = no slot has it. */
const shown = (page: Page, symbol: string): Promise<readonly [last: string, mark: string]> =>
  page.evaluate((wanted) => {
    const rows = [...document.querySelectorAll<HTMLElement>('[role=grid] [data-slot]:not([hidden])')];
    const row = rows.find((it) => it.querySelector('[data-live=symbol]')?.textContent === wanted);
    const last = row?.querySelector<HTMLElement>('[data-live=last]');
    return [last?.textContent?.trim() ?? '', last?.dataset['mark'] ?? ''] as const;
  }, symbol);

test('rows that are kept ready out of view follow, and are right at once and without a flash when they come into it', async () => {
  await trade(Object.fromEntries(SYMBOLS.map((symbol) => [symbol, '100.00'])));
  const { page, errors } = await openPage(browser, `${server.url}/board`);
  await connected(page);
  const grid = page.getByRole('grid', { name: 'Board' });
  await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe(String(SYMBOLS.length + 3 + 1));
  const { seen, ready } = await page.evaluate(() => {
    const rows = [...document.querySelectorAll<HTMLElement>('[role=grid] [data-slot]:not([hidden])')]
      .toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map((row) => row.querySelector('[data-live=symbol]')!.textContent!);
    return { seen: rows[5]!, ready: rows.at(-2)! };
  });
  await expect.poll(() => shown(page, seen)).toEqual(['100.00', '']);
  await trade({ [ready]: '101.00', [seen]: '102.00' });
  await expect.poll(async () => (await shown(page, seen))[0]).toBe('102.00');
  // Who reads it all the same, as a screen reader may, finds what holds.
  await expect.poll(() => shown(page, ready)).toEqual(['101.00', '']);

  await trade({ [ready]: '101.50', [seen]: '102.50' });
  await expect.poll(async () => (await shown(page, seen))[0]).toBe('102.50');
  await grid.evaluate(async (element) => {
    const scrolls = (it: Element): boolean => /auto|scroll/.test(getComputedStyle(it).overflowY);
    let scroller: Element = element;
    while (!scrolls(scroller)) scroller = scroller.parentElement!;
    scroller.scrollTop += 260;
    await new Promise((resolve) => scroller.addEventListener('scroll', resolve, { once: true }));
  });
  expect(await shown(page, ready)).toEqual(['101.50', '']);
  // From then on it is a row like any other.
  let cents = 10_300;
  await expect
    .poll(async () => {
      cents += 1;
      await trade({ [ready]: (cents / 100).toFixed(2) });
      return (await shown(page, ready))[1];
    })
    .toBe('up');
  expect(errors).toEqual([]);
  await page.context().close();
});
