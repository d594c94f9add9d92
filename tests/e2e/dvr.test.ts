import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { dragBar, pillShows, pillWords, replayBar, shownPosition } from './support/replay-bar.ts';
import { instantOf } from './support/second-viewer.ts';
import { ROWS, shownPrices } from './support/watchlist.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-dvr-'));
const KEY = 'SIM:ETH-USD';

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--sim-rate', '2000', '--data', folder], 0, { TICKWIRE_TAPE: 'on', TICKWIRE_ALERTS: 'on' }),
  ]);
  // Something to go back to.
  await taped(12);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface TapeAnswer {
  nowUs: number;
  tape: { fromTimeUs: number | null };
}

async function tapeNow(): Promise<TapeAnswer> {
  return (await (await fetch(`${server.url}/api/recordings/-/tape`)).json()) as TapeAnswer;
}

/** Waits until the tape holds so many seconds. */
async function taped(seconds: number): Promise<void> {
  await vi.waitUntil(
    async () => {
      const { nowUs, tape } = await tapeNow();
      return tape.fromTimeUs !== null && nowUs - tape.fromTimeUs > seconds * 1e6;
    },
    { timeout: 60_000, interval: 500 },
  );
}

const WAIT = { timeout: 20_000 };

const placeOf = (page: Page): string | null => new URL(page.url()).searchParams.get('t');

async function opened(path: string, options = DESKTOP) {
  const opening = await openPage(browser, `${server.url}${path}`, options);
  await connected(opening.page);
  return opening;
}

/** Goes to a time by the dialog. */
async function jump(page: Page, text: string): Promise<void> {
  await replayBar(page).waitFor();
  await page.keyboard.press('@');
  const field = page.getByRole('textbox', { name: /^Time/ });
  await field.fill(text);
  await field.press('Enter');
  await pillShows(page, /^REPLAY/);
}

/** Stands at an instant, and says which: microseconds since 1970. */
async function paused(page: Page): Promise<number> {
  await page.keyboard.press('k');
  await pillShows(page, /paused$/);
  // The address follows when the replay stands.
  await expect
    .poll(() => placeOf(page) !== null && !new URL(page.url()).searchParams.has('speed'), WAIT)
    .toBe(true);
  const text = placeOf(page)!;
  const [, fraction = ''] = /\.(\d+)Z$/.exec(text) ?? [];
  return Date.parse(text) * 1_000 + Number(fraction.padEnd(6, '0').slice(3));
}

const number = (text: string | null): string => (text ?? '').replace(/[^\d.]/g, '');

describe('rewinding the live screen', () => {
  test('a drag left of live shows every panel at that instant, as the server tells it to another viewer', async () => {
    const { page, errors } = await opened(`/desk/${encodeURIComponent(KEY)}?tf=5s`);
    await page.getByRole('application', { name: /ETH-USD, 5s/ }).waitFor();
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));
    await dragBar(page, 0.999, 0.5, async () => {
      await pillShows(page, /^REPLAY .* paused$/);
    });
    await pillShows(page, /^REPLAY .* 1×$/);
    await page.waitForFunction(() => new URL(location.href).searchParams.has('t'));
    const timeUs = await paused(page);
    const told = await instantOf(server.url, 'tape', timeUs, KEY);
    const rows = await page.evaluate(
      (selector) =>
        [...document.querySelectorAll(selector)]
          .map((row) => [
            row.querySelector('[data-live=symbol]')?.textContent?.trim() ?? '',
            row.querySelector('[data-live=last]')?.textContent ?? '',
          ])
          .filter(([symbol]) => symbol !== ''),
      ROWS,
    );
    expect(rows.length).toBeGreaterThan(20);
    for (const [symbol, last] of rows) {
      const name = symbol!.replace(/\s*SIM$/, '');
      expect(`${name} ${number(last!)}`).toBe(`${name} ${told.last.get(`SIM:${name}`)}`);
    }
    const card = page.getByLabel('Quote');
    expect(number(await card.locator('[data-live=bid]').textContent())).toBe(told.bid.get(KEY));
    expect(number(await card.locator('[data-live=ask]').textContent())).toBe(told.ask.get(KEY));
    const depth = page.getByRole('region', { name: 'Depth' }).or(page.getByLabel('Depth')).first();
    const ladder = (await depth.innerText()).split(/\s+/).map(number);
    expect(ladder).toContain(told.bestBid);
    expect(ladder).toContain(told.bestAsk);
    const tape = page.getByLabel('Tape').first();
    expect(number(await tape.locator('[data-live=price]').first().textContent())).toBe(told.lastTrade);
    const clock = new Date(timeUs / 1_000).toISOString().slice(11, 19);
    expect(await pillWords(page).textContent()).toContain(clock);
    expect(await page.locator('header .clock').textContent()).toContain(clock);
    expect(await shownPosition(page).textContent()).toBe(
      new Date(Math.floor(timeUs / 1_000)).toISOString().slice(11, 23),
    );
    expect(await page.getByLabel('Status').textContent()).toContain('tape');
    expect(await page.title()).toContain('REPLAY · SIM');
    expect(await page.locator('.shell.replaying').count()).toBe(1);
    // What was chosen stays, and so does the page.
    await page.getByRole('application', { name: /ETH-USD, 5s/ }).waitFor();
    await page.getByRole('button', { name: 'Go live' }).click();
    await pillShows(page, /^LIVE/);
    await page.waitForURL((url) => !url.searchParams.has('t'));
    expect(new URL(page.url()).pathname).toBe(`/desk/${encodeURIComponent(KEY)}`);
    await page.getByRole('application', { name: /ETH-USD, 5s/ }).waitFor();
    expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('the bar is moved by keys too, and End or N is live', async () => {
    const { page } = await opened('/desk');
    await replayBar(page).focus();
    await page.keyboard.press('Shift+ArrowLeft');
    await pillShows(page, /^REPLAY/);
    await page.keyboard.press('n');
    await pillShows(page, /^LIVE/);
    await replayBar(page).focus();
    await page.keyboard.press('Home');
    await pillShows(page, /^REPLAY/);
    await page.keyboard.press('End');
    await pillShows(page, /^LIVE/);
    await page.context().close();
  });

  test('what has caught up with live is live by itself', async () => {
    const { page } = await opened('/desk');
    await jump(page, '-3s');
    await page.getByRole('button', { name: /speed and steps/ }).click();
    await page.getByRole('radio', { name: '16×' }).click();
    await page.getByText('The replay has caught up: this is live.').waitFor();
    await pillShows(page, /^LIVE/);
    await page.context().close();
  });

  test('what alerts would have told of a replay goes with it', async () => {
    const rules = `${server.url}/api/alerts`;
    const made = await fetch(rules, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        selectors: ['*'],
        condition: { kind: 'spread', unit: 'ticks', atLeast: '1' },
      }),
    });
    const { id } = (await made.json()) as { id: number };
    const { page, errors } = await opened('/desk');
    await page.evaluate(() => localStorage.setItem('tickwire.alerts', '{"sound":false,"replays":true}'));
    await page.reload();
    await connected(page);
    await jump(page, '-5s');
    const told = page.getByRole('region', { name: 'Alert', exact: true }).filter({ hasText: 'REPLAY' });
    const more = page.getByRole('region', { name: 'More alerts' });
    // What is pointed at stands until it was read.
    await told.first().hover();
    await more.waitFor();
    // How far live prices are from a level is not seen here.
    await page.keyboard.press('a');
    await page.getByText('How far away that is cannot be told while no live prices are shown.').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.keyboard.type('ga');
    await page.getByText(/What they tell of the replay is marked so, and kept nowhere\.$/).waitFor();
    await page.keyboard.press('n');
    await pillShows(page, /^LIVE/);
    await expect.poll(() => told.count(), WAIT).toBe(0);
    await expect.poll(() => more.count(), WAIT).toBe(0);
    expect(errors).toEqual([]);
    await page.context().close();
    await fetch(`${rules}/${id}`, { method: 'DELETE' });
  });

  test('where an alert fired is gone to by its note', async () => {
    const rules = `${server.url}/api/alerts`;
    const made = await fetch(rules, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        selectors: [KEY],
        condition: { kind: 'spread', unit: 'ticks', atLeast: '1' },
        note: 'Fed day',
      }),
    });
    const { id } = (await made.json()) as { id: number };
    const fired = async () =>
      ((await (await fetch(`${rules}/history?rule=${id}`)).json()) as { firings: { timeUs: number }[] })
        .firings;
    await expect.poll(async () => (await fired()).length, WAIT).toBe(1);
    const { page, errors } = await opened('/desk');
    await replayBar(page).waitFor();
    await page.keyboard.press('@');
    const field = page.getByRole('textbox', { name: /^Time/ });
    await field.fill('fed');
    // Said as soon as the page has heard of it.
    await expect.poll(() => page.locator('#jump-outcome').innerText(), WAIT).toMatch(/^\d{4}-\d\d-\d\d /);
    await field.press('Enter');
    await pillShows(page, /^REPLAY/);
    const timeUs = await paused(page);
    // It goes on from there until it is told to stand.
    expect(timeUs - (await fired())[0]!.timeUs).toBeGreaterThanOrEqual(0);
    expect(timeUs - (await fired())[0]!.timeUs).toBeLessThan(20e6);
    expect(errors).toEqual([]);
    await page.context().close();
    await fetch(`${rules}/${id}`, { method: 'DELETE' });
  });

  test('steps move by an event, a second and a bar, and J plays backwards', async () => {
    const { page } = await opened('/desk?tf=1s');
    await jump(page, '-6s');
    const at = await paused(page);
    const goes = async (key: string): Promise<number> => {
      const before = placeOf(page);
      await page.keyboard.press(key);
      await expect.poll(() => placeOf(page), WAIT).not.toBe(before);
      return paused(page);
    };
    const second = await goes(']');
    expect(second - at).toBe(1_000_000);
    const bar = await goes('>');
    expect(bar % 1_000_000).toBe(0);
    expect(bar - second).toBeGreaterThan(0);
    const event = await goes(',');
    expect(event).toBeLessThan(bar);
    await page.keyboard.press('j');
    await pillShows(page, /−1×$/);
    await expect
      .poll(async () => (await shownPosition(page).textContent())! < timeText(event - 500_000))
      .toBe(true);
    await page.keyboard.press('k');
    await pillShows(page, /paused$/);
    await page.context().close();
  });

  test('a loop plays between its ends, is told by the address, and is kept as a recording with one click', async () => {
    const { page, errors } = await opened('/desk');
    await jump(page, '-8s');
    const from = await paused(page);
    await page.keyboard.press('i');
    await page.keyboard.press(']');
    const before = placeOf(page);
    await expect.poll(() => placeOf(page), WAIT).not.toBe(before);
    const to = await paused(page);
    await page.keyboard.press('o');
    await page.getByRole('slider', { name: 'End of the loop' }).waitFor();
    await page.keyboard.press('Shift+L');
    await page.keyboard.press('l');
    await page.waitForFunction(() => new URL(location.href).searchParams.has('loop'));
    // Frame by frame, until it has gone round twice.
    const seen = await shownPosition(page).evaluate(
      (element) =>
        new Promise<string[]>((resolve) => {
          const texts: string[] = [];
          let rounds = 0;
          const look = (): void => {
            const text = element.textContent ?? '';
            if (text < (texts.at(-1) ?? '')) rounds += 1;
            texts.push(text);
            if (rounds < 2) requestAnimationFrame(look);
            else resolve(texts);
          };
          look();
        }),
    );
    const [first, last] = [timeText(from), timeText(to + 50_000)];
    expect(
      seen.filter((text) => text < first || text > last),
      `outside ${first} to ${last}`,
    ).toEqual([]);
    await page.getByRole('button', { name: 'Keep', exact: true }).click();
    await page.getByRole('link', { name: 'Open' }).click();
    await page.waitForURL(/\/replay\/Kept/);
    await expect.poll(() => page.getByLabel('Status').textContent(), WAIT).toContain('Kept');
    const library = (await (await fetch(`${server.url}/api/recordings`)).json()) as {
      recordings: { fromTimeUs: number; toTimeUs: number }[];
    };
    expect(library.recordings).toHaveLength(1);
    expect(library.recordings[0]!.fromTimeUs).toBeGreaterThanOrEqual(from);
    expect(library.recordings[0]!.toTimeUs).toBeLessThanOrEqual(to);
    await page.getByRole('button', { name: 'Go live' }).click();
    await page.waitForURL(/\/desk/);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('a link to an instant shows the same prices to somebody else; a link to what is gone says so', async () => {
    const { page } = await opened(`/desk/${encodeURIComponent(KEY)}`);
    await dragBar(page, 0.999, 0.5);
    await pillShows(page, /1×$/);
    await paused(page);
    const other = await opened(`${new URL(page.url()).pathname}${new URL(page.url()).search}`);
    await pillShows(other.page, /^REPLAY .* paused$/);
    const expected = await shownPrices(page);
    await expect.poll(() => shownPrices(other.page), WAIT).toEqual(expected);
    expect(await shownPosition(other.page).textContent()).toBe(await shownPosition(page).textContent());
    const gone = await opened('/desk?t=2020-01-01T00:00:00Z');
    await gone.page.getByText(/2020-01-01 00:00:00 is no longer held\. This is live\./).waitFor();
    await pillShows(gone.page, /^LIVE/);
    for (const one of [page, other.page, gone.page]) await one.context().close();
  });

  test('who shares a replay and who opens the link move one and the same', async () => {
    const context = { ...DESKTOP, permissions: ['clipboard-read', 'clipboard-write'] };
    const { page } = await opened('/desk', context);
    await dragBar(page, 0.999, 0.5);
    await pillShows(page, /1×$/);
    await page.getByRole('button', { name: 'More of the replay' }).click();
    await page.getByRole('button', { name: 'Share this replay' }).click();
    await page.getByText(/The link is copied\. Whoever opens it/).waitFor();
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
    expect(link.searchParams.get('room')).toMatch(/^[0-9a-z]{8}$/);
    await expect.poll(() => new URL(page.url()).searchParams.get('room'), WAIT).not.toBeNull();
    const other = await opened(`${link.pathname}${link.search}`);
    await pillShows(other.page, /^REPLAY/);
    await other.page.keyboard.press('k');
    await pillShows(page, /paused$/);
    await expect
      .poll(
        async () =>
          (await shownPosition(other.page).textContent()) === (await shownPosition(page).textContent()),
      )
      .toBe(true);
    for (const one of [page, other.page]) await one.context().close();
  });

  test('bookmarks are listed, named and gone back to', async () => {
    const { page } = await opened('/desk');
    await dragBar(page, 0.999, 0.5);
    await pillShows(page, /1×$/);
    await paused(page);
    const marked = await shownPosition(page).textContent();
    await page.keyboard.press('b');
    await page.keyboard.press(']');
    await expect.poll(() => shownPosition(page).textContent(), WAIT).not.toBe(marked);
    await page.keyboard.press('@');
    await page.getByRole('textbox', { name: /^Name of the bookmark/ }).fill('the jump');
    await page.getByRole('button', { name: marked!, exact: false }).first().click();
    await expect.poll(() => shownPosition(page).textContent(), WAIT).toBe(marked);
    await page.context().close();
  });

  test.each([320, 344, 360, 375, 390])(
    'fits a phone %s px wide, with the loop at the end of the bar and the longest words',
    async (width) => {
      const { nowUs } = await tapeNow();
      const { page } = await opened(`/desk?t=${nowUs - 5_000_000}`, {
        ...PHONE,
        viewport: { width, height: 800 },
      });
      await pillShows(page, /paused$/);
      const begin = await shownPosition(page).textContent();
      await page.keyboard.press('i');
      await page.keyboard.press(']');
      await expect.poll(() => shownPosition(page).textContent(), WAIT).not.toBe(begin);
      await page.keyboard.press('o');
      const end = page.getByRole('slider', { name: 'End of the loop' });
      for (let presses = 0; presses < 200; presses += 1) await end.press('ArrowRight');
      await page.getByRole('button', { name: /speed and steps$/ }).tap();
      await page.getByRole('button', { name: /^Event mode/ }).tap();
      const menu = (await page.getByRole('group', { name: /speed and steps$/ }).boundingBox())!;
      expect(menu.x).toBeGreaterThanOrEqual(0);
      await page.getByRole('radio', { name: '0.25×' }).tap();
      await page.getByRole('button', { name: /^0\.25×: speed/ }).waitFor();
      const reach = await page.evaluate(() => {
        const parts = [...document.querySelectorAll('.bar, .bar button, .bar [role=slider], header *')];
        const boxes = parts.map((part) => part.getBoundingClientRect()).filter((box) => box.width > 0);
        return {
          left: Math.min(...boxes.map((box) => box.left)),
          right: Math.max(...boxes.map((box) => box.right)),
          page: document.documentElement.scrollWidth,
        };
      });
      expect(reach.left).toBeGreaterThanOrEqual(-0.5);
      expect(reach.right).toBeLessThanOrEqual(width + 0.5);
      expect(reach.page).toBeLessThanOrEqual(width);
      await page.context().close();
    },
  );

  test.each(['dark', 'light'] as const)('breaks no rule of accessibility, %s', async (colorScheme) => {
    for (const options of [DESKTOP, PHONE]) {
      const { nowUs } = await tapeNow();
      const { page } = await opened(`/desk?t=${nowUs - 5_000_000}`, { ...options, colorScheme });
      await pillShows(page, /^REPLAY/);
      await page.keyboard.press('i');
      await page.keyboard.press(']');
      await page.keyboard.press('o');
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        options.viewport!.width,
      );
      await page.context().close();
    }
  });
});

function timeText(timeUs: number): string {
  return new Date(Math.floor(timeUs / 1_000)).toISOString().slice(11, 23);
}
