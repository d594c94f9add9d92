import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, PHONE, launchBrowser, openPage } from './support/browser.ts';
import { ROWS } from './support/watchlist.ts';
import { connected } from './support/connected.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer(['--sim-rate', '2000'])]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Text of one live cell of each watchlist row. */
function column(page: Page, name: string): Promise<string[]> {
  return page.locator(`${ROWS} [data-live=${name}]`).allTextContents();
}

/** Waits until the first row's price is another than the given one. */
function priceMoves(page: Page, from: string): Promise<unknown> {
  return page.waitForFunction(
    ([selector, before]) => {
      const now = document.querySelector(`${selector} [data-live=last]`)?.textContent ?? '';
      return now !== '' && now !== before;
    },
    [ROWS, from] as const,
  );
}

describe('the desk on the simulated feed', () => {
  test('the first prices are in the HTML, before any script runs', async () => {
    const { page } = await openPage(browser, `${server.url}/desk`, { ...DESKTOP, javaScriptEnabled: false });
    expect((await column(page, 'symbol'))[0]).toContain('BTC-USD');
    expect((await column(page, 'last'))[0]).toMatch(/^\d[\d,]*\.\d\d$/);
    expect(await page.locator('body').innerText()).toContain('SIM');
    await page.context().close();
  });

  test('prices move, the page says that they are simulated, and nothing goes wrong in the console', async () => {
    const { page, errors } = await openPage(browser, server.url);
    await page.waitForURL(/\/desk$/);
    await priceMoves(page, (await column(page, 'last'))[0]!);
    await priceMoves(page, (await column(page, 'last'))[0]!);
    await page.getByText('LIVE', { exact: false }).first().waitFor();
    expect(await page.title()).toContain('SIM');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test.each(['/desk', '/board'])('%s writes into its rows only what is new', async (path) => {
    const { page } = await openPage(browser, `${server.url}${path}`);
    await connected(page);
    await page.evaluate(() => {
      const seen = { written: 0, again: [] as string[] };
      Object.assign(window, { seen });
      new MutationObserver((changes) => {
        // The last change of a node is the one whose text stands there now.
        for (const { target, oldValue } of new Map(
          changes.map((change) => [change.target, change]),
        ).values()) {
          seen.written += 1;
          if (target.nodeValue === oldValue)
            seen.again.push(`${target.parentElement?.className}: ${oldValue}`);
        }
      }).observe(document.querySelector('[role=grid]')!, {
        subtree: true,
        characterData: true,
        characterDataOldValue: true,
      });
    });
    // What the server tells once a second changes what cells depend on.
    const received = page.getByTitle('Events that the server took in, a second');
    for (let second = 0; second < 3; second += 1) {
      const before = await received.innerText();
      await expect.poll(() => received.innerText(), { timeout: 15_000 }).not.toBe(before);
    }
    const seen = await page.evaluate(
      () => (window as unknown as { seen: { written: number; again: string[] } }).seen,
    );
    expect(seen.written).toBeGreaterThan(100);
    expect(seen.again).toEqual([]);
    await page.context().close();
  });

  test('the status bar tells what was received from what is shown, and the cadence changes what is shown', async () => {
    const { page } = await openPage(browser, `${server.url}/desk`);
    const status = page.getByLabel('Status');
    await status.getByText(/[\d,]{3,} upd\/s/).waitFor();
    await status.getByText(/shown (9|10)(\.\d)?\/s/).waitFor();
    await page
      .getByRole('button', { name: 'More' })
      .or(page.getByRole('button', { name: /menu|settings/i }))
      .first()
      .click();
    await page.getByRole('radio', { name: /^2\b/ }).first().click();
    await status.getByText(/shown (1\.\d|2)(\.\d)?\/s/).waitFor();
    await page.context().close();
  });

  test('Shift and the arrows mark symbols, and C compares them in the chart', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    await page.getByRole('application', { name: /^Price chart, / }).waitFor();
    await page.getByRole('grid', { name: 'Watchlist' }).focus();
    const marked = page.locator(`${ROWS}[aria-selected=true]`);
    await expect.poll(() => marked.count()).toBe(1);
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('Shift+ArrowDown');
    expect(await marked.count()).toBe(4);
    await page.keyboard.press('Shift+ArrowUp');
    expect(await marked.count()).toBe(3);
    await page.keyboard.press('c');
    await page.waitForURL((url) => url.searchParams.get('cmp')?.split(',').length === 2);
    expect(await marked.count()).toBe(1);
    await page.keyboard.press('Shift+T');
    await page.getByText('Palette: Blue and orange.').waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('choosing an instrument opens it in chart and quote, and its link opens it again', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    await connected(page);
    await page.locator(ROWS).filter({ hasText: 'AAPL' }).first().click();
    await page.getByLabel('Quote').getByText(/\d/).first().waitFor();
    await page.waitForURL(/AAPL/);
    await page.getByRole('application', { name: /AAPL/ }).waitFor();
    const again = await openPage(browser, page.url());
    await again.page.getByRole('application', { name: /AAPL/ }).waitFor();
    expect(errors.concat(again.errors)).toEqual([]);
    await again.page.context().close();
    await page.context().close();
  });

  test('Back shows the instrument of before, also that of an address without a name', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    await connected(page);
    const heading = page.getByRole('heading', { level: 1 });
    const first = await heading.innerText();
    await page.locator(ROWS).filter({ hasText: 'AAPL' }).first().click();
    await expect.poll(() => heading.innerText()).toBe('AAPL');
    await page.goBack();
    await expect.poll(() => heading.innerText()).toBe(first);
    await page.goForward();
    await expect.poll(() => heading.innerText()).toBe('AAPL');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('Back closes what is open over the view that it leaves', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    await connected(page);
    const heading = page.getByRole('heading', { level: 1 });
    const first = await heading.innerText();
    for (const key of ['a', '?']) {
      await page.locator(ROWS).filter({ hasText: 'AAPL' }).first().click();
      await expect.poll(() => heading.innerText()).toBe('AAPL');
      await page.keyboard.press(key);
      await page.getByRole('dialog').waitFor();
      await page.goBack();
      await expect.poll(() => heading.innerText()).toBe(first);
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('a link that is copied at an address without a name says which instrument is shown', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    await connected(page);
    await page.evaluate(() =>
      Object.defineProperty(navigator, 'clipboard', {
        value: { writeText: () => Promise.reject(new Error()) },
      }),
    );
    const symbol = await page.getByRole('heading', { level: 1 }).innerText();
    await page.keyboard.press('y');
    const link = page.getByText(/The link is http/);
    await expect.poll(() => link.innerText()).toContain(`/desk/${encodeURIComponent(`SIM:${symbol}`)}?`);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('trades stream onto the tape, newest on top', async () => {
    const { page } = await openPage(browser, `${server.url}/desk`);
    const times = page
      .getByRole('region', { name: 'Tape' })
      .or(page.getByLabel('Tape'))
      .locator('[data-live=time]');
    await page.waitForFunction(() => document.querySelectorAll('[data-live=time]').length > 4);
    const first = await times.first().textContent();
    await page.waitForFunction((before) => {
      const cells = [...document.querySelectorAll('[aria-label=Tape] [data-live=time]')].map(
        (cell) => cell.textContent ?? '',
      );
      return cells.length > 0 && cells[0] !== before;
    }, first);
    const shown = (await times.allTextContents()).filter((time) => time !== '');
    expect(shown).toEqual(shown.toSorted().toReversed());
    await page.context().close();
  });

  test('a phone gets the list, the chart and sections, with nothing wider than the screen', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`, PHONE);
    await priceMoves(page, (await column(page, 'last'))[0]!);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    for (const section of ['Tape', 'Depth', 'Chart'])
      await page.getByRole('button', { name: section, exact: true }).click();
    await page.getByRole('button', { name: 'Movers', exact: true }).click();
    for (const name of ['Rising', 'Falling']) {
      const list = page.getByRole('list', { name });
      const row = list.getByRole('button').last();
      await row.waitFor();
      // Whole in the section: below it are the bar and the tabs.
      const bottom = await page.locator('.section').evaluate((it) => it.getBoundingClientRect().bottom);
      await expect
        .poll(async () => {
          const box = await row.boundingBox();
          return box !== null && box.x + box.width <= 390 && box.y + box.height <= bottom + 1;
        })
        .toBe(true);
      expect(await list.evaluate((it) => it.scrollWidth - it.clientWidth)).toBe(0);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('an address that names nothing says so, however long the name is', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk/${'X'.repeat(300)}`);
    const sentence = page.getByText(/No instrument is called/);
    await sentence.waitFor();
    expect(await sentence.evaluate((it) => it.scrollWidth - it.clientWidth)).toBe(0);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('a phone has the ground of a panel where an unknown symbol leaves the price out', async () => {
    const { page } = await openPage(browser, `${server.url}/desk/NOPE`, PHONE);
    await page.getByText(/No instrument is called/).waitFor();
    const ground = (selector: string): Promise<string> =>
      page.locator(selector).evaluate((element) => getComputedStyle(element).backgroundColor);
    expect(await ground('.desk')).toBe(await ground('.desk .watchlist'));
    await page.context().close();
  });
});
