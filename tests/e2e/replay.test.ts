import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectFile } from '../../server/commands/inspect.ts';
import { DESKTOP, launchBrowser, openPage } from './support/browser.ts';
import { shownPrices } from './support/watchlist.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

const SAMPLE = 'examples/recordings/binance-2024-07-to-08.tardis.csv.gz';

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--replay', SAMPLE, '--speed', '60']),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** The desk while the code of replays is on its way, until it may come. */
async function heldReplay() {
  const context = await browser.newContext({ ...DESKTOP, serviceWorkers: 'block' });
  const { promise: mayCome, resolve: letCome } = Promise.withResolvers<void>();
  let isHeld = false;
  await context.route(/_app\/immutable\/chunks\/.*\.js$/, async (route) => {
    const response = await route.fetch();
    const body = await response.text();
    if (body.includes('is no longer held')) {
      isHeld = true;
      await mayCome;
    }
    await route.fulfill({ response, body });
  });
  const page = await context.newPage();
  await page.goto(`${server.url}/desk`);
  await page.getByText('REPLAY').first().waitFor();
  /** What the page has not needed may still be on its way. */
  const close = async (): Promise<void> => {
    await context.unrouteAll({ behavior: 'ignoreErrors' });
    await context.close();
  };
  return { page, slider: page.getByRole('slider'), isHeld: () => isHeld, letCome, close };
}

describe('a recording on the desk', () => {
  test('plays real trades, jumps visibly over the hole of 21 days, and ends with the values of the file', async () => {
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    await page.getByText('REPLAY').first().waitFor();
    await page
      .getByText(/Skipped 21 d/)
      .first()
      .waitFor({ timeout: 60_000 });
    await page.getByText(/ended/i).first().waitFor({ timeout: 60_000 });
    const { instruments } = await inspectFile(SAMPLE);
    const expected = instruments.map(({ symbol, last }) => `${symbol} ${last}`).sort();
    await expect.poll(() => shownPrices(page), { timeout: 10_000 }).toEqual(expected);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('a key on the bar goes where it says, also before the code of replays is here', async () => {
    const { page, slider, isHeld, letCome, close } = await heldReplay();
    await slider.focus();
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/Aug 8|2024-08-08/);
    await page.keyboard.press('Home');
    await expect.poll(isHeld).toBe(true);
    letCome();
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/Jul 19|2024-07-19/);
    await close();
  });

  test('so does a drag, also one that is over by then', async () => {
    const { page, slider, isHeld, letCome, close } = await heldReplay();
    await slider.waitFor();
    const box = (await slider.boundingBox())!;
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.2, y);
    await page.mouse.down();
    // Off the bar too: a press holds its pointer.
    await page.mouse.move(box.x + box.width * 0.8, y - 200, { steps: 4 });
    await page.mouse.up();
    await expect.poll(isHeld).toBe(true);
    letCome();
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/Aug|2024-08/);
    // As the next test finds it.
    await slider.press('Home');
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/Jul 19|2024-07-19/);
    await close();
  });

  test('play, pause, speed and seek work from the page, for a timeline that another viewer watches too', async () => {
    const { page } = await openPage(browser, `${server.url}/desk`);
    const other = await openPage(browser, `${server.url}/desk`);
    await page.getByText('REPLAY').first().waitFor();
    const slider = page.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/Jul 19|2024-07-19/);
    const bar = page.getByRole('button', { name: /^(Play|Pause)/ }).first();
    if (/Pause/.test((await bar.getAttribute('aria-label')) ?? '')) await bar.click();
    await other.page
      .getByText(/PAUSED|paused/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: /^Play/ }).first().click();
    await expect
      .poll(async () => (await shownPrices(page)).filter((text) => /\d$/.test(text)).length)
      .toBeGreaterThan(1);
    await other.page.context().close();
    await page.context().close();
  });
});
