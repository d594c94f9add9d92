import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { DESKTOP, PHONE, launchBrowser, openPage } from './support/browser.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-accessibility-'));

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--data', folder], 0, { TICKWIRE_TAPE: 'on', TICKWIRE_ALERTS: 'on' }),
  ]);
  for (const condition of [
    { kind: 'price', field: 'last', direction: 'above', level: '1' },
    { kind: 'spread', unit: 'bp', atLeast: '1000000' },
  ])
    await fetch(`${server.url}/api/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ selectors: ['SIM:BTC-USD'], condition }),
    });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Each page, and what stands on it once it is there. */
const PAGES: Readonly<Record<string, string>> = {
  '/desk': '[role=grid] [role=row] [data-live=last]',
  '/board': '[role=grid] [role=row] [data-live=last]',
  '/grid': '.price-chart',
  '/heatmap': 'main canvas',
  '/replay': 'main h1, main h2',
  '/alerts': 'main h1, main h2',
  '/feeds': 'main h1, main h2',
  '/settings': 'main [role=radiogroup]',
  '/wall?every=0': '.tile',
  '/embed/BTC-USD': '.price-chart',
};

const THEMES = ['dark', 'light'] as const;
const PALETTES = ['teal', 'cvd', 'mono'] as const;
/** Rules that the colours of a page can break: with another theme or palette the others see the same page. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

const dress = (page: Page, theme: string, palette: string): Promise<void> =>
  page.evaluate(
    ([theme, palette]) => {
      const { dataset } = document.documentElement;
      const text = JSON.stringify({ theme, palette });
      localStorage.setItem('tickwire.settings', text);
      // As if another tab had chosen it.
      dispatchEvent(new StorageEvent('storage', { key: 'tickwire.settings', newValue: text }));
      // An embed looks as its address says, and follows nobody.
      if (location.pathname.startsWith('/embed/')) Object.assign(dataset, { theme, palette });
    },
    [theme, palette] as const,
  );

describe.each(Object.entries({ desktop: DESKTOP, phone: PHONE }))('on a %s', (_, options) => {
  test.each(Object.entries(PAGES))(
    '%s breaks no rule of accessibility in any theme and palette',
    async (path, sign) => {
      const { page, errors } = await openPage(browser, `${server.url}${path}`, options);
      await page.locator(sign).first().waitFor();
      const found: Record<string, string[]> = {};
      for (const theme of THEMES) {
        for (const palette of PALETTES) {
          await dress(page, theme, palette);
          await page.waitForFunction(
            ([theme, palette]) => {
              const { dataset } = document.documentElement;
              return dataset['theme'] === theme && (dataset['palette'] ?? 'teal') === palette;
            },
            [theme, palette] as const,
          );
          const rules = theme === THEMES[0] && palette === PALETTES[0] ? undefined : COLOUR_RULES;
          const violations = await axeViolations(page, 'html', rules);
          if (violations.length > 0) found[`${theme} ${palette}`] = violations;
        }
      }
      expect(found).toEqual({});
      expect(errors).toEqual([]);
      await page.context().close();
    },
  );
});

/** Controls that a finger may miss: below 44 px in one direction. What stands in a label is as large as that. */
const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>(
      'a, button, input, select, summary, [role=tab]',
    )) {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('.visually-hidden'))
        continue;
      const boxes = [element, element.closest('label')].flatMap((it) => it?.getBoundingClientRect() ?? []);
      const [width, height] = (['width', 'height'] as const).map((side) =>
        Math.round(Math.max(...boxes.map((box) => box[side]))),
      );
      if (width! > 1 && (width! < 44 || height! < 44))
        found.push(`${element.ariaLabel ?? element.innerText} ${width} x ${height}`);
    }
    return found;
  });

/** With what is pressed on each. */
const PRESSED: Readonly<Record<string, string>> = { '/board': 'Columns', '/heatmap': 'Table' };

test.each(Object.entries(PAGES).filter(([path]) => !/wall|embed/.test(path)))(
  '%s has no control that a finger misses',
  async (path, sign) => {
    const { page } = await openPage(browser, `${server.url}${path}`, PHONE);
    await page.locator(sign).first().waitFor();
    const pressed = PRESSED[path];
    if (pressed !== undefined) {
      await page.getByRole('button', { name: pressed }).tap();
      await page.locator('[type=checkbox], tbody a').first().waitFor();
    }
    await expect.poll(() => smallTargets(page)).toEqual([]);
    await page.context().close();
  },
);
