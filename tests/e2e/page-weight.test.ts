import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pageWeight, type PageWeight } from '../support/page-weight.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { launchBrowser } from './support/browser.ts';

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** What the desk may weigh, KB gzipped. */
const MOST: Readonly<Record<keyof PageWeight, number>> = {
  firstView: 60,
  desk: 130,
  chart: 31,
  worker: 32,
  html: 19,
  styles: 15,
  fonts: 50,
};

test('the desk weighs no more than it may', async () => {
  const weight = await pageWeight(browser, server.url);
  for (const [part, size] of Object.entries(weight)) {
    expect(size, `${part}: ${size.toFixed(1)} KB gzipped`).toBeGreaterThan(0);
    expect(size, `${part}: ${size.toFixed(1)} KB gzipped`).toBeLessThanOrEqual(
      MOST[part as keyof PageWeight],
    );
  }
});
