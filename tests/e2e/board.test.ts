import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { DESKTOP, PHONE, launchBrowser, openPage } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** More than a price moves between a sort and a look at it, in percent. */
const MOVED_PERCENT = 1;
const ROWS = '[role=grid] [data-slot]:not([hidden])';

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--sim-rate', '2000', '--sim-symbols', '5000']),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const grid = (page: Page) => page.getByRole('grid', { name: 'Board' });

/** Text of one live cell of each row, in the order of the screen. */
function column(page: Page, name: string): Promise<string[]> {
  return page.evaluate(
    ([rows, cell]) =>
      [...document.querySelectorAll<HTMLElement>(rows)]
        .toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
        .map((row) => row.querySelector(`[data-live=${cell}]`)?.textContent ?? ''),
    [ROWS, name] as const,
  );
}

async function whole(page: Page): Promise<void> {
  await connected(page);
  await expect.poll(() => grid(page).getAttribute('aria-rowcount'), { timeout: 30_000 }).toBe('5001');
}

describe('the board', () => {
  test('shows 5,000 rows in a few slots, with the first prices in the HTML', async () => {
    const bare = await openPage(browser, `${server.url}/board`, { ...DESKTOP, javaScriptEnabled: false });
    expect((await column(bare.page, 'last'))[0]).toMatch(/^\d[\d,]*\.\d\d$/);
    await bare.page.context().close();
    const { page, errors } = await openPage(browser, `${server.url}/board`);
    await whole(page);
    expect(await page.locator(ROWS).count()).toBeLessThan(60);
    await grid(page).focus();
    await page.keyboard.press('End');
    await page.locator(`${ROWS}[aria-rowindex="5001"][aria-selected=true]`).waitFor();
    const active = await grid(page).getAttribute('aria-activedescendant');
    expect(await page.locator(`#${active}`).getAttribute('aria-rowindex')).toBe('5001');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('filters by words and values, and says in a sentence what it cannot read', async () => {
    const { page } = await openPage(browser, `${server.url}/board`);
    await whole(page);
    await page.keyboard.press('/');
    await page.keyboard.type('class:fx chg<0');
    await expect
      .poll(async () => {
        const arrows = await column(page, 'arrow');
        return arrows.length > 0 && arrows.length < 20 && arrows.every((arrow) => arrow === '▼');
      })
      .toBe(true);
    await page.keyboard.type(' vol>much');
    await page.getByText('“much” is no number for vol. Write 2500 or 1m.').waitFor();
    await expect.poll(async () => (await column(page, 'arrow')).length).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    await expect.poll(() => grid(page).getAttribute('aria-rowcount')).toBe('5001');
    await page.context().close();
  });

  test('sorts by a column, holds the order while someone reads, and says so', async () => {
    const { page } = await openPage(browser, `${server.url}/board`);
    await whole(page);
    const head = page.getByRole('columnheader', { name: /^Chg %/ });
    await head.getByRole('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    await head.getByText('held').waitFor();
    const percents = (await column(page, 'percent')).map((text) =>
      Number(text.replace('−', '-').replace(/[+%,]/g, '')),
    );
    // The order is held, and the market goes on: since the rows were sorted a value may have moved a little.
    for (const [index, percent] of percents.slice(1, 10).entries())
      expect(percent).toBeLessThan(percents[index]! + MOVED_PERCENT);
    expect(percents[0]).toBeGreaterThan(percents[9]! + MOVED_PERCENT);
    await page.context().close();
  });

  test('groups rows below headings that open and close, by pointer and by key', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/board`);
    await whole(page);
    await page.getByRole('button', { name: 'No groups: groups' }).click();
    await page.getByRole('radio', { name: 'By asset class' }).click();
    const heading = page.getByRole('button', { name: /^Crypto/ });
    await heading.click();
    await expect.poll(() => heading.getAttribute('aria-expanded')).toBe('false');
    const closed = Number(await grid(page).getAttribute('aria-rowcount'));
    expect(closed).toBeLessThan(5001);
    await page.keyboard.press('ArrowRight');
    await expect
      .poll(async () => Number(await grid(page).getAttribute('aria-rowcount')))
      .toBeGreaterThan(closed);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('keeps columns that were hidden, moved and sized', async () => {
    const { page } = await openPage(browser, `${server.url}/board`);
    await whole(page);
    const heads = () => page.getByRole('columnheader').allInnerTexts();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Name', exact: true }).uncheck();
    await page.keyboard.press('Escape');
    const last = page.getByRole('columnheader', { name: 'Last' }).getByRole('button');
    await last.focus();
    await page.keyboard.press('Alt+ArrowLeft');
    await last.focus();
    const width = (await last.locator('..').boundingBox())!.width;
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(async () => (await last.locator('..').boundingBox())!.width).toBe(width + 8);
    expect((await heads()).slice(0, 3)).toEqual(['Symbol', 'Last', '1h']);
    await page.reload();
    await whole(page);
    await expect.poll(heads).not.toContain('Name');
    expect((await heads()).slice(0, 3)).toEqual(['Symbol', 'Last', '1h']);
    await page.context().close();
  });

  test('opens the desk for a row, and going between pages keeps the one connection', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/board`);
    await whole(page);
    const connections = async (): Promise<number> => {
      const health = (await (await fetch(`${server.url}/api/health`)).json()) as { connections: number };
      return health.connections;
    };
    await expect.poll(connections).toBe(1);
    await page.locator(ROWS).filter({ hasText: 'AAPL' }).first().click();
    await page.waitForURL(/\/desk\/.*AAPL/);
    for (const [key, path] of [
      ['b', '/board'],
      ['h', '/heatmap'],
      ['g', '/grid'],
      ['d', '/desk'],
    ] as const) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.waitForURL(`**${path}`);
      const current = page.getByRole('navigation', { name: 'Pages' }).locator('[aria-current=page]').first();
      expect((await current.getAttribute('href'))!).toBe(path);
    }
    expect(await connections()).toBe(1);
    await page.getByRole('application', { name: /AAPL/ }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('shows a list that came by a link, keeps it, and takes rows by mouse to other places', async () => {
    const link = `${server.url}/board?list=${encodeURIComponent('Three,SIM:BTC-USD,SIM:AAPL,SIM:ES')}`;
    const { page, errors } = await openPage(browser, link);
    await connected(page);
    await page.getByText('The list “Three” came with the link and is kept here.').waitFor();
    await expect.poll(() => column(page, 'symbol')).toEqual(['BTC-USD', 'AAPL', 'ES']);
    expect(page.url()).not.toContain('list=');
    const [first, , third] = await page.locator(ROWS).all();
    const [from, to] = [(await first!.boundingBox())!, (await third!.boundingBox())!];
    await page.mouse.move(from.x + 40, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(to.x + 40, to.y + to.height, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => column(page, 'symbol')).toEqual(['AAPL', 'ES', 'BTC-USD']);
    await page.reload();
    await connected(page);
    await expect.poll(() => column(page, 'symbol')).toEqual(['AAPL', 'ES', 'BTC-USD']);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test.each(['dark', 'light'] as const)('breaks no rule of accessibility, %s', async (colorScheme) => {
    for (const options of [DESKTOP, PHONE]) {
      const { page } = await openPage(browser, `${server.url}/board`, { ...options, colorScheme });
      await whole(page);
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        options.viewport!.width,
      );
      await page.context().close();
    }
  });
});
