import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, PHONE, launchBrowser, openPage } from './support/browser.ts';
import { differsFromGolden } from './support/screens.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { simulatedTape } from '../support/simulated-tape.ts';

/** Share of pixels that may differ: room for another version of the browser's text, not for a panel that moved. */
const DIFFERENT_MAX = 0.01;
/** What differs from run to run: lag, frames a second, versions; the machine's own time; how the live feed does. */
const RESTLESS =
  '[aria-label=Status], [role=status].notice, .clock-place, .feed .rate, .feed .numbers, .feed .faults, .example';
const RECORDING = 'made-up-market';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-screens-'));
let browser: Browser;
let server: ServerProcess;

// The same made-up market every time, from the library of a server whose live market nobody looks at. A replay that is paused stands
// still, to the pixel.
beforeAll(async () => {
  mkdirSync(join(folder, 'recordings'));
  const path = join(folder, 'recordings', `${RECORDING}.tape`);
  simulatedTape(path, { symbols: 40, eventsPerSecond: 100, seconds: 5_400 });
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--sim-rate', '100', '--sim-symbols', '40', '--data', folder], 0, { TICKWIRE_ALERTS: 'on' }),
  ]);
  const rules = [
    { kind: 'price', field: 'last', direction: 'above', level: '900000' },
    { kind: 'change', direction: 'either', percent: '90', windowS: 300 },
    { kind: 'spread', unit: 'bp', atLeast: '2500' },
  ];
  for (const condition of rules) {
    const answer = await fetch(`${server.url}/api/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ selectors: ['SIM:BTC-USD'], condition }),
    });
    expect(answer.ok).toBe(true);
  }
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Screen {
  readonly path: string;
  readonly options: BrowserContextOptions;
  /** What comes last on the page. */
  readonly sign: string;
}

const dark = { ...DESKTOP, colorScheme: 'dark' } as const;
const light = { ...DESKTOP, colorScheme: 'light' } as const;
const phone = { ...PHONE, deviceScaleFactor: 1 };
/** At a minute of the recording, where it stands. */
const at = (minute: string): string => `t=2026-10-01T${minute}:07.250Z`;
const onDesk = (minute: string): string => `/replay/${RECORDING}?symbol=SIM:BTC-USD&${at(minute)}`;
const on = (page: string): string => `${page}?replay=${RECORDING}&${at('13:10')}`;

const LEVELS = '.ladder [data-live=price]:not(:empty)';
const LEGEND = '.price-chart .legend dd:not(:empty)';
const LAST = '[role=grid] [data-live=last]:not(:empty)';

const SCREENS: Readonly<Record<string, Screen>> = {
  'desk-dark': { path: onDesk('13:20'), options: dark, sign: LEVELS },
  'desk-light': { path: onDesk('13:20'), options: light, sign: LEVELS },
  'desk-replay': { path: onDesk('12:50'), options: dark, sign: LEVELS },
  'phone-dark': { path: onDesk('13:20'), options: { ...phone, colorScheme: 'dark' }, sign: LEGEND },
  'phone-light': { path: onDesk('13:20'), options: { ...phone, colorScheme: 'light' }, sign: LEGEND },
  'board-dark': { path: on('/board'), options: dark, sign: LAST },
  'grid-dark': { path: on('/grid'), options: dark, sign: '.price-chart canvas' },
  'heatmap-light': { path: on('/heatmap'), options: light, sign: 'main canvas' },
  'replay-light': { path: on('/replay'), options: light, sign: 'main [role=list], main ul' },
  'alerts-dark': { path: on('/alerts'), options: dark, sign: 'main tbody tr' },
  'feeds-light': { path: on('/feeds'), options: light, sign: 'main h1' },
  'settings-dark': { path: on('/settings'), options: dark, sign: 'main [role=radiogroup]' },
};

describe('looks as it was approved', () => {
  for (const [name, { path, options, sign }] of Object.entries(SCREENS)) {
    test(name, async () => {
      const { page } = await openPage(browser, `${server.url}${path}`, {
        ...options,
        reducedMotion: 'reduce',
        locale: 'en-US',
        timezoneId: 'UTC',
      });
      const pill = page.locator('.pill .words').first();
      await expect.poll(() => pill.textContent(), { timeout: 30_000 }).toMatch(/^REPLAY.*paused$/);
      await page.locator(sign).first().waitFor({ state: 'attached' });
      if (name === 'desk-replay') {
        // The design's picture has a loop on its bar.
        for (const key of ['i', '>', '>', '>', '>', 'o']) await page.keyboard.press(key);
        await page.getByRole('slider', { name: 'End of the loop' }).waitFor();
        await expect.poll(() => pill.textContent(), { timeout: 30_000 }).toMatch(/paused$/);
      }
      // The lists' small charts ask for their history behind everything else.
      await page.waitForFunction(() =>
        [...document.querySelectorAll<HTMLCanvasElement>('canvas.sparks')].every(
          (canvas) =>
            canvas.width > 0 &&
            canvas
              .getContext('2d')!
              .getImageData(0, 0, canvas.width, canvas.height)
              .data.some((channel) => channel > 0),
        ),
      );
      await page.addStyleTag({ content: `${RESTLESS} { visibility: hidden !important }` });
      const shoot = (): Promise<Buffer> => page.screenshot({ animations: 'disabled', caret: 'hide' });
      // Until nothing has moved for longer than the slowest part of a page, which is drawn once a second.
      let before: Buffer | null = null;
      const stands = async (): Promise<boolean> => {
        const now = await shoot();
        const isSame = before !== null && now.equals(before);
        before = now;
        return isSame;
      };
      await expect.poll(stands, { timeout: 30_000, interval: 1_200 }).toBe(true);
      await expect
        .poll(async () => differsFromGolden(page, name, await shoot()), { timeout: 30_000, interval: 500 })
        .toBeLessThan(DIFFERENT_MAX);
      await page.context().close();
    });
  }
});
