import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, PHONE, launchBrowser, openPage } from './support/browser.ts';
import { differsFromGolden } from './support/screens.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

const SAMPLE = 'examples/recordings/binance-2024-07-to-08.tardis.csv.gz';
/** Share of pixels that may differ: room for another version of the browser's text, not for a panel that moved. */
const DIFFERENT_MAX = 0.01;
/** What differs from run to run: lag, frames a second, versions. */
const RESTLESS = '[aria-label=Status]';

let browser: Browser;
let server: ServerProcess;

// A recording that has ended stands still, to the pixel.
beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--replay', SAMPLE, '--speed', '1000']),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const cases: Record<string, BrowserContextOptions> = {
  'desk-dark': { ...DESKTOP, colorScheme: 'dark' },
  'desk-light': { ...DESKTOP, colorScheme: 'light' },
  'phone-dark': { ...PHONE, deviceScaleFactor: 1, colorScheme: 'dark' },
};

describe('the desk looks as it was approved', () => {
  for (const [name, options] of Object.entries(cases)) {
    test(name, async () => {
      const { page } = await openPage(browser, `${server.url}/desk`, {
        ...options,
        reducedMotion: 'reduce',
        locale: 'en-US',
        timezoneId: 'UTC',
      });
      await page.getByText(/ended/i).first().waitFor({ timeout: 60_000 });
      // The last to settle on a desktop: the panel that waits two seconds for depth.
      if (name.startsWith('desk')) await page.getByText(/has no depth/).waitFor();
      await page.addStyleTag({
        content: `${RESTLESS}, [role=status].notice { visibility: hidden !important }`,
      });
      const shoot = (): Promise<Buffer> => page.screenshot({ animations: 'disabled', caret: 'hide' });
      await expect
        .poll(async () => differsFromGolden(page, name, await shoot()), { timeout: 30_000, interval: 500 })
        .toBeLessThan(DIFFERENT_MAX);
      await page.context().close();
    });
  }
});
