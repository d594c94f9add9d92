import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deskBeginsWith } from '../support/page-weight.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { DESKTOP, launchBrowser } from './support/browser.ts';
import { connected } from './support/connected.ts';

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** A page of which only some scripts come, until `come` is called. */
async function halfLoaded(
  isThere: (path: string) => boolean,
  script = '',
): Promise<{ page: Page; come: () => void }> {
  const context = await browser.newContext({ ...DESKTOP, colorScheme: 'light', serviceWorkers: 'block' });
  let isGone = true;
  await context.route(/_app\/immutable\/.+\.js$/, (route) =>
    isGone && !isThere(new URL(route.request().url()).pathname) ? route.abort() : route.continue(),
  );
  // The script of one that is shared is fetched past the routes of the context.
  await context.addInitScript(`delete window.SharedWorker; ${script}`);
  const page = await context.newPage();
  await page.goto(`${server.url}/desk`);
  return { page, come: () => (isGone = false) };
}

const chartOf = (page: Page) => page.getByRole('application', { name: /^Price chart, / });

test('a page whose server goes while it loads says what is missing, and comes alive by itself when there is one', async () => {
  const first = await deskBeginsWith(server.url);
  const { page, come } = await halfLoaded((path) => first.has(path));
  await page.getByText('The panels could not be loaded.').waitFor();
  const theme = page.getByRole('button', { name: 'Dark or light' });
  // The button stands as the server wrote it, and the click is not forgotten.
  await theme.click();
  come();
  await connected(page);
  await page.getByLabel('Activity').waitFor();
  await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
  await chartOf(page).waitFor();
  expect(await page.getByText('The panels could not be loaded.').count()).toBe(0);
  await page.context().close();
});

test('the panels of such a page are there at once for who asks for them', async () => {
  const first = await deskBeginsWith(server.url);
  // Nothing comes by itself.
  const patient =
    'const wait = setTimeout; window.setTimeout = (run, ms) => (ms > 4000 ? 0 : wait(run, ms));';
  const { page, come } = await halfLoaded((path) => first.has(path), patient);
  const again = page.getByRole('button', { name: 'Try again' });
  await again.waitFor();
  come();
  await again.click();
  await chartOf(page).waitFor();
  await page.context().close();
});

test('a page without its worker says so, and has one as soon as it can be had', async () => {
  const { page, come } = await halfLoaded((path) => !path.includes('/workers/'));
  await page
    .getByText(/The page's worker failed/)
    .first()
    .waitFor();
  come();
  await connected(page);
  await page.context().close();
});

test('a page whose scripts do not come looks as it will, also where its parts share styles with other pages', async () => {
  const looks = async (javaScriptEnabled: boolean): Promise<string[]> => {
    const context = await browser.newContext({ ...DESKTOP, javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${server.url}/desk`);
    if (javaScriptEnabled) await page.getByLabel('Activity').waitFor();
    const found = await page
      .locator('header')
      .locator('.clock, .clock .zone, svg')
      .evaluateAll((all) =>
        all.map((element) => {
          const { color, fontWeight, whiteSpace, strokeWidth } = getComputedStyle(element);
          return [element.classList[0], color, fontWeight, whiteSpace, strokeWidth].join(' ');
        }),
      );
    await context.close();
    return found;
  };
  const written = await looks(false);
  expect(written).toEqual(await looks(true));
  expect(written.length).toBeGreaterThan(3);
});
