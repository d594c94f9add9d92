import type { Browser } from 'playwright-core';
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

test('a page whose server goes while it loads says what is missing, and comes alive by itself when there is one', async () => {
  const context = await browser.newContext({ ...DESKTOP, serviceWorkers: 'block' });
  const first = await deskBeginsWith(server.url);
  let isGone = true;
  // Until then only what the page begins with is there.
  await context.route(/_app\/immutable\/.+\.js$/, (route) => {
    const isFirst = first.has(new URL(route.request().url()).pathname);
    return isGone && !isFirst ? route.abort() : route.continue();
  });
  // The script of one that is shared is fetched past the routes of the context.
  await context.addInitScript('delete window.SharedWorker');
  const page = await context.newPage();
  await page.goto(`${server.url}/desk`);
  await page.getByText('The panels could not be loaded.').waitFor();
  await page
    .getByText(/The page's worker failed/)
    .first()
    .waitFor();
  isGone = false;
  await connected(page);
  await page.getByLabel('Activity').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('application', { name: /^Price chart, / }).waitFor();
  expect(await page.getByText('The panels could not be loaded.').count()).toBe(0);
  await context.close();
});
