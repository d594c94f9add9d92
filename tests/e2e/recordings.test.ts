import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { zipOf } from '../unit/server/formats/zip-writer.ts';

const SAMPLE = 'examples/recordings/binance-2024-07-to-08.tardis.csv.gz';
const NAME = 'binance-2024-07-to-08.tardis';
const folder = mkdtempSync(join(tmpdir(), 'tickwire-library-'));

/** What a machine under load needs for a step. */
const SOON = { timeout: 20_000 };

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--sim-rate', '500', '--data', join(folder, 'data')], 0, { TICKWIRE_ALERTS: 'on' }),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function opened(path = '/replay', options = DESKTOP) {
  const opening = await openPage(browser, `${server.url}${path}`, options);
  await connected(opening.page);
  return opening;
}

const row = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Recordings' }).getByRole('listitem').filter({ hasText: name });

async function importFile(page: Page, file: string): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(file);
  await page
    .getByRole('form', { name: 'Import' })
    .getByRole('button', { name: 'Import', exact: true })
    .click();
}

describe('the library of recordings', () => {
  test('is empty at first and says what can be done', async () => {
    const { page, errors } = await opened();
    await page.getByText('No recording yet.').waitFor();
    await page.getByText(/Drop files here/).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('imports a file, reports on it, opens it on the desk, and goes back to live', async () => {
    const { page, errors } = await opened();
    await importFile(page, SAMPLE);
    await page.getByText('Imported', { exact: true }).waitFor();
    const report = page.getByRole('region', { name: 'Imports' });
    await report.getByText('1 gap', { exact: false }).first().waitFor();
    expect(
      await report
        .getByRole('row')
        .filter({ hasText: SAMPLE.split('/').at(-1)! })
        .innerText(),
    ).toContain('10,000');
    await expect.poll(() => row(page, NAME).innerText()).toContain('10,000 events');
    await row(page, NAME)
      .getByRole('link', { name: `Open ${NAME}` })
      .click();
    await page.waitForURL(`**/replay/${NAME}**`);
    await page
      .getByText(/^REPLAY Jul 19/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Go live' }).click();
    await page.waitForURL('**/desk**');
    await page.getByText(/^LIVE/).first().waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('shows rows that were left out, with their lines', async () => {
    const broken = join(folder, 'few.csv');
    writeFileSync(
      broken,
      'time,symbol,price,size\n1700000000000,BTCUSDT,100.5,1\nnoon,BTCUSDT,x,1\n1700000001000,BTCUSDT,101,2\n',
    );
    const { page } = await opened();
    await importFile(page, broken);
    const report = page.getByRole('region', { name: 'Imports' });
    await report.getByText('1 row was left out.').waitFor();
    expect(await report.innerText()).toMatch(/few\.csv.*(line|row) 3/s);
    await page.context().close();
  });

  test('reports on each file of an archive whose columns were guessed', async () => {
    const archive = join(folder, 'two.zip');
    const content = 'when,px,qty\n2024-01-02T00:00:00Z,100,1\n2024-01-02T00:00:01Z,101,1\n';
    writeFileSync(archive, zipOf(['AAA.csv', 'BBB.csv'].map((name) => ({ name, content }))));
    const { page, errors } = await opened();
    await importFile(page, archive);
    const report = page.getByRole('region', { name: 'Imports' });
    for (const member of ['AAA', 'BBB'])
      await report.getByText(`Columns of two.zip › ${member}.csv were taken as`).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('a file that is no recording is refused in a sentence', async () => {
    const nonsense = join(folder, 'notes.txt');
    writeFileSync(nonsense, 'this is no market data\n');
    const { page } = await opened();
    await importFile(page, nonsense);
    await page.getByText(/^Not imported\. .+/).waitFor();
    await page.context().close();
  });

  test('deletes and brings back, downloads what is whole, and records the market', async () => {
    const { page, errors } = await opened();
    await row(page, NAME)
      .getByRole('button', { name: `Delete ${NAME}` })
      .click();
    await row(page, NAME).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await row(page, NAME).waitFor();
    const download = page.waitForEvent('download');
    await row(page, NAME)
      .getByRole('link', { name: `Download ${NAME}` })
      .click();
    expect((await download).suggestedFilename()).toBe(`${NAME}.tape`);
    await page.getByRole('button', { name: 'Record now' }).click();
    const recording = row(page, 'Recording 2');
    await recording.getByText('Recording', { exact: true }).waitFor();
    await expect.poll(() => recording.innerText(), { timeout: 20_000 }).toMatch(/[1-9][\d,]* events/);
    await recording.getByRole('button', { name: /^Stop/ }).click();
    await recording.getByRole('link', { name: /^Open/ }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('a link opens a recording at its place, and a symbol that is clicked stays in it', async () => {
    const path = `/replay/${encodeURIComponent(NAME)}?symbol=binance-futures:BTCUSDT&t=2024-07-19T00:05:00.000Z`;
    const { page } = await opened(path);
    await page
      .getByText(/^REPLAY Jul 19 00:05:00 · paused/)
      .first()
      .waitFor();
    await page.getByRole('application', { name: /BTCUSDT/ }).waitFor();
    await page.getByRole('row').filter({ hasText: 'ETHUSDT' }).first().click();
    await page.waitForURL(/symbol=binance[^&]*:ETHUSDT/);
    expect(new URL(page.url()).pathname).toBe(`/replay/${NAME}`);
    expect(await page.getByText(/^REPLAY Jul 19 00:05:00 · paused/).count()).toBeGreaterThan(0);
    const gone = await opened('/replay/nothing');
    await gone.page.getByText('“nothing”: No recording has this name.').waitFor();
    await gone.page.waitForURL('**/desk**');
    for (const one of [page, gone.page]) await one.context().close();
  });

  test('in which a symbol is missing says so in its chart on the grid, without the price of live', async () => {
    const { page, errors } = await opened('/grid');
    await page.evaluate(() =>
      localStorage.setItem('tickwire.grid', JSON.stringify({ shape: '2x2', cells: ['SIM:BTC-USD'] })),
    );
    await page.reload();
    const cell = page.locator('[data-cell="0"]');
    await expect.poll(() => cell.locator('.quote').innerText(), SOON).toMatch(/%/);
    await page.goto(`${server.url}/grid?replay=${NAME}&t=2024-07-19T00:05:00.000Z`);
    await cell.getByText('The recording has no SIM:BTC-USD.').waitFor();
    expect(await cell.locator('.quote').isVisible()).toBe(false);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('a list that is sorted is in order also where one goes back to live with the pointer over it', async () => {
    const { page } = await opened(`/board?replay=${NAME}&t=2024-07-19T00:05:00.000Z`);
    await page.getByText(/^REPLAY Jul 19/).waitFor();
    await page.getByRole('columnheader', { name: /^Chg %/ }).click();
    await page.getByRole('grid').hover();
    await page.getByText('held').waitFor();
    await page.keyboard.press('n');
    await page.getByText(/^LIVE/).first().waitFor();
    const changes = () =>
      page.locator('[role=row]:not([hidden]) [data-live=percent]').evaluateAll((cells) =>
        cells
          .map((cell) => ({ top: cell.getBoundingClientRect().top, text: cell.textContent }))
          .sort((one, other) => one.top - other.top)
          .map(({ text }) => Math.sign(Number(text.replace('−', '-').replace('%', '')))),
      );
    // Those that rose, then those that fell: between them the order is held.
    await expect.poll(async () => (await changes()).length, SOON).toBeGreaterThan(10);
    await expect
      .poll(async () => (await changes()).every((way, at, all) => at === 0 || way <= all[at - 1]!), SOON)
      .toBe(true);
    await page.context().close();
  });

  test('on a phone both ends of a short loop can be touched, and what is said stands above the bar', async () => {
    const loop = '2024-07-19T00:05:00.000Z..2024-07-19T00:05:10.000Z';
    const { page, errors } = await opened(`/replay/${encodeURIComponent(NAME)}?loop=${loop}`, PHONE);
    await page.getByRole('slider', { name: 'End of the loop' }).waitFor();
    const touched = () =>
      page.evaluate(() =>
        ['Begin', 'End'].map((name) => {
          const handle = document.querySelector(`[aria-label="${name} of the loop"]`)!;
          const { left, top, width, height } = handle.getBoundingClientRect();
          return [0.25, 0.5, 0.75].map(
            (part) => document.elementFromPoint(left + part * width, top + height / 2) === handle,
          );
        }),
      );
    await expect.poll(touched, SOON).toEqual([
      [true, true, true],
      [true, true, true],
    ]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.keyboard.press('b');
    const said = (await page.getByText(/^Bookmark at /).boundingBox())!;
    const bar = (await page.getByRole('region', { name: 'Replay', exact: true }).boundingBox())!;
    expect(said.y + said.height).toBeLessThanOrEqual(bar.y);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('goes on while one goes back between pages whose addresses say nothing of it', async () => {
    const { page, errors } = await opened('/replay');
    const shown = page.locator('.pill .words').first();
    await row(page, NAME).getByRole('link', { name: /^Open/ }).click();
    await expect.poll(() => shown.textContent(), SOON).toMatch(/^REPLAY/);
    for (const [keys, path] of [
      ['ga', '/alerts'],
      ['gf', '/feeds'],
    ] as const) {
      await page.keyboard.type(keys);
      await page.waitForURL(`**${path}`);
      // The page's place in the history is marked behind it.
      await page.waitForFunction(() => JSON.stringify(history.state).includes('isReplay'));
    }
    await page.goBack();
    await page.waitForURL('**/alerts');
    await page.getByText(/^REPLAY: alerts run on live data/).waitFor();
    await page.goBack();
    await page.waitForURL('**/replay/**');
    await expect.poll(() => shown.textContent(), SOON).toMatch(/^REPLAY/);
    // The library was left before there was a replay.
    await page.goBack();
    await page.waitForURL('**/replay');
    await expect.poll(() => shown.textContent(), SOON).toMatch(/^LIVE/);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('two recordings play together, at the place where one is and the other is not', async () => {
    const { page, errors } = await opened();
    await row(page, 'few').waitFor();
    for (const name of [NAME, 'few'])
      await page.getByRole('button', { name: `Play ${name} together with others` }).click();
    await page.getByRole('link', { name: 'Play 2 together' }).click();
    await page.waitForURL('**/replay/**');
    await page
      .getByText(/^REPLAY Nov 14/)
      .first()
      .waitFor();
    const symbols = page.getByRole('grid').first();
    await symbols.getByText('ETHUSDT').first().waitFor();
    await expect.poll(() => page.getByLabel('Status').textContent()).toContain(`${NAME} + few`);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test.each(['dark', 'light'] as const)('breaks no rule of accessibility, %s', async (colorScheme) => {
    for (const options of [DESKTOP, PHONE]) {
      const { page } = await opened('/replay', { ...options, colorScheme });
      await row(page, NAME).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        options.viewport!.width,
      );
      await page.context().close();
    }
  });
});

test('a server that plays a recording has a library, and nothing live to record', async () => {
  const replaying = await startServer(['--replay', SAMPLE, '--data', join(folder, 'other')]);
  try {
    const { page } = await openPage(browser, `${replaying.url}/replay`);
    await page.getByText(/This server plays a recording: there is no live market/).waitFor();
    expect(await page.getByRole('button', { name: 'Record now' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Go live' }).count()).toBe(0);
    await page.context().close();
  } finally {
    await replaying.stop();
  }
});
