import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inspectFile } from '../../server/commands/inspect.ts';
import { launchBrowser, openPage, type OpenPage } from './support/browser.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { ROWS, shownPrices } from './support/watchlist.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const SAMPLE = 'examples/recordings/binance-2024-07-to-08.tardis.csv.gz';
/** The page has to say within this time that it lost the server. */
const NOTICE_MS = 1_500;

let browser: Browser;
let server: ServerProcess;
let proxy: TcpProxy;
let open: OpenPage;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  server = await startServer(['--sim-rate', '2000']);
  proxy = await TcpProxy.start(server.port);
  open = await openPage(browser, `http://127.0.0.1:${proxy.port}/desk`);
  await live(open.page);
  await moves(open.page);
});

afterEach(async () => {
  await open.page.context().close();
  await proxy.close();
  await server.stop();
});

/** Until the socket itself is up: the word LIVE alone stands on the bar from the first paint. */
const live = (page: Page): Promise<void> => page.getByLabel('Status').getByText('Connected').waitFor();

/** Time until the page says that it reconnects, measured inside the page from its own clock. */
function untilNotice(page: Page): Promise<number> {
  return page.evaluate(() => {
    const startedAt = performance.now();
    return new Promise<number>((resolve) => {
      const look = (): void => {
        if (/Reconnecting|No data for/.test(document.body.innerText)) resolve(performance.now() - startedAt);
        else requestAnimationFrame(look);
      };
      look();
    });
  });
}

function lastPrice(page: Page): Promise<string> {
  return page.evaluate((rows) => document.querySelector(`${rows} [data-live=last]`)?.textContent ?? '', ROWS);
}

async function moves(page: Page): Promise<void> {
  const before = await lastPrice(page);
  await expect.poll(() => lastPrice(page), { timeout: 20_000 }).not.toBe(before);
}

describe('the page without its server', () => {
  test('the trades that were there stay, and nothing is said of a server that does not answer', async () => {
    const { page } = open;
    const times = page.locator('[aria-label=Tape] [data-live=time]');
    const trades = async () => (await times.allTextContents()).filter((text) => text !== '').length;
    await expect.poll(trades, { timeout: 20_000 }).toBeGreaterThan(4);
    await server.stop('SIGKILL');
    const status = page.getByLabel('Status');
    await status.getByText(/Reconnecting/).waitFor();
    await expect.poll(() => status.innerText()).toMatch(/–\s*upd\/s[^]*lag –/);
    expect(await status.locator('li').first().innerText()).toMatch(/simulated\s*–/);
    expect(await trades()).toBeGreaterThan(4);
  });

  test('a killed server is said within 1.5 s, and a new one on the same port is live again without a reload', async () => {
    await open.page.evaluate(() => Object.assign(window, { sameDocument: true }));
    const { port } = server;
    const notice = untilNotice(open.page);
    await server.stop('SIGKILL');
    expect(await notice).toBeLessThan(NOTICE_MS);
    server = await startServer(['--sim-rate', '2000'], port);
    await moves(open.page);
    expect(await open.page.evaluate(() => 'sameDocument' in window)).toBe(true);
  });

  test('what it says of that is whole in a small window too, as one of 1,440 px is at 200 %', async () => {
    const { page } = open;
    await server.stop('SIGKILL');
    const words = page.locator('.pill .words');
    await expect.poll(() => words.innerText()).toMatch(/^Reconnecting .+ Showing \d\d:\d\d:\d\d\.$/);
    for (const width of [720, 860, 960, 1100, 1280]) {
      await page.setViewportSize({ width, height: 450 });
      const isWhole = (): Promise<boolean> =>
        words.evaluate((element) => element.scrollWidth <= element.clientWidth);
      await expect.poll(isWhole, { message: `${width} px` }).toBe(true);
      const end = await page
        .locator('header')
        .evaluate(({ lastElementChild }) => lastElementChild!.getBoundingClientRect().right);
      expect(end, `${width} px`).toBeLessThanOrEqual(width);
    }
  });

  test('a network that goes silent is said within 1.5 s, and the page resumes when it is back', async () => {
    const notice = untilNotice(open.page);
    proxy.silence();
    expect(await notice).toBeLessThan(NOTICE_MS);
    proxy.restore();
    await moves(open.page);
    await live(open.page);
  });

  test('a cut cable is said, and the page comes back when it is mended', async () => {
    const notice = untilNotice(open.page);
    proxy.cut();
    expect(await notice).toBeLessThan(NOTICE_MS);
    proxy.restore();
    await moves(open.page);
    await live(open.page);
  });
});

test('after a restart in the middle of a replay the page ends with exactly the values of the recording', async () => {
  const replay = await startServer(['--replay', SAMPLE, '--speed', '60']);
  const { page } = await openPage(browser, `${replay.url}/desk`);
  // The word alone stands in the navigation before any script is here.
  await page.locator('.pill.replay').waitFor();
  await replay.stop('SIGKILL');
  const again = await startServer(['--replay', SAMPLE, '--speed', '1000'], replay.port);
  await page.getByText(/ended/i).first().waitFor({ timeout: 60_000 });
  const expected = (await inspectFile(SAMPLE)).instruments
    .map(({ symbol, last }) => `${symbol} ${last}`)
    .sort();
  await expect.poll(() => shownPrices(page), { timeout: 15_000 }).toEqual(expected);
  await page.context().close();
  await again.stop();
});
