import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { clockAhead } from '../support/clock-at.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { acmeAbove, INGEST_TOKEN, setAlert, tradeAcme } from './support/acme.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { dragBar, pillShows, shownPosition } from './support/replay-bar.ts';

const HOUR_MS = 3_600_000;
const WAIT = { timeout: 20_000 };

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

// The server's clock is the wrong one: for the page it is the same.
describe.each([
  ['behind', 9 * HOUR_MS],
  ['ahead', -9 * HOUR_MS],
])('a viewer whose clock is hours %s', (_, serverAheadMs) => {
  const folder = mkdtempSync(join(tmpdir(), 'tickwire-wrong-clock-'));
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServer(['--sim-symbols', '3', '--data', folder], 0, {
      TICKWIRE_TAPE: 'on',
      TICKWIRE_ALERTS: 'on',
      TICKWIRE_INGEST_TOKEN: INGEST_TOKEN,
      ...clockAhead(serverAheadMs),
    });
    await tradeAcme(server, '100.00');
    // Something to go back to.
    await vi.waitUntil(async () => (await tape()).heldUs > 6e6, { timeout: 60_000, interval: 500 });
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function tape(): Promise<{ nowUs: number; heldUs: number }> {
    const answer = await (await fetch(`${server.url}/api/recordings/-/tape`)).json();
    const { nowUs, tape } = answer as { nowUs: number; tape: { fromTimeUs: number | null } };
    return { nowUs, heldUs: nowUs - (tape.fromTimeUs ?? nowUs) };
  }

  async function opened(path: string): Promise<{ page: Page; errors: string[] }> {
    const opening = await openPage(browser, `${server.url}${path}`);
    await connected(opening.page);
    return opening;
  }

  test('drags back from live, and it plays on from there', async () => {
    const { page, errors } = await opened('/desk');
    // The connection plays the tape before the playhead is let go.
    await dragBar(page, 0.999, 0.5, () => pillShows(page, /^REPLAY .* paused$/));
    await pillShows(page, /^REPLAY .* 1×$/);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('opens a link to an instant, and loops from there on', async () => {
    const { nowUs } = await tape();
    const { page, errors } = await opened(`/desk?t=${nowUs - 4_000_000}`);
    await pillShows(page, /paused$/);
    const position = shownPosition(page);
    const begin = await position.textContent();
    await page.keyboard.press('i');
    await page.keyboard.press(']');
    await expect.poll(() => position.textContent(), WAIT).not.toBe(begin);
    await page.keyboard.press('o');
    await page.getByRole('slider', { name: 'End of the loop' }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('is told of an alert when it fires, and mutes all for an hour', async () => {
    const { page, errors } = await opened('/desk');
    const toasts = page.getByRole('region', { name: 'Alert', exact: true });
    await setAlert(server, acmeAbove('101'));
    await tradeAcme(server, '102.00');
    await expect.poll(() => toasts.innerText(), WAIT).toContain('ACME (desk): last 102.00');
    await page.goto(`${server.url}/alerts`);
    // The page knows the time when the market's first frame is there.
    await page
      .getByRole('row', { name: /^ACME/ })
      .getByText(/^\d+(\.\d)? s ago/)
      .waitFor();
    await page.getByRole('button', { name: 'Mute all' }).click();
    await page.getByRole('button', { name: 'All for 1 h' }).click();
    await page.getByRole('button', { name: /^All muted (60|59) min/ }).waitFor();
    await setAlert(server, acmeAbove('103'));
    await tradeAcme(server, '104.00');
    await page.getByRole('list', { name: 'History' }).getByText('muted').first().waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
