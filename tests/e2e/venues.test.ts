import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RawFrame } from '../../server/feeds/venue/ports.ts';
import { FakeVenue } from '../support/fake-venue/fake-venue.ts';
import { krakenScript } from '../support/fake-venue/kraken.ts';
import { pointedAdapter } from '../support/fake-venue/pointed-adapter.ts';
import { RecordedCoinbase } from '../support/fake-venue/recorded-coinbase.ts';
import type { VenueScript } from '../support/fake-venue/script.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { ROWS, shownPrices } from './support/watchlist.ts';

/** What a machine under load needs for a step. */
const SOON = { timeout: 30_000 };
const BEAT_MS = 250;
const OUTPUT = fileURLToPath(new URL('output/', import.meta.url));

const recorded = RecordedCoinbase.load();
const folder = mkdtempSync(join(tmpdir(), 'tickwire-venues-'));
let browser: Browser;
let fake: FakeVenue;
let server: ServerProcess;
let beat: NodeJS.Timeout | undefined;

beforeAll(async () => {
  mkdirSync(OUTPUT, { recursive: true });
  browser = await launchBrowser();
});
afterEach(async () => {
  clearInterval(beat);
  await server?.stop();
  await fake?.close();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The real program with the venue's own adapter, at the fake's address, and a tape to go back on. */
async function serve(
  script: VenueScript,
  onBeat: () => void = () => {},
  symbols: readonly string[] = script.symbols,
): Promise<void> {
  fake = await FakeVenue.start(script);
  // The process has a clock of its own: the fake lives as the venue does.
  beat = setInterval(() => {
    fake.heartbeat();
    onBeat();
  }, BEAT_MS);
  const args = ['--feed', pointedAdapter(folder, fake), '--symbols', symbols.join(',')];
  const data = mkdtempSync(join(folder, 'data-'));
  server = await startServer([...args, '--data', data], 0, { TICKWIRE_TAPE: 'on' });
}

/** A script whose answers can be kept back: what was broken stays broken until the test has looked. */
function withHeldAnswers(script: VenueScript) {
  let held: RawFrame[] | null = null;
  return {
    script: {
      ...script,
      answer(frame: RawFrame, refuse: ReadonlySet<string>): RawFrame[] {
        const answers = script.answer(frame, refuse);
        if (held === null) return answers;
        held.push(...answers);
        return [];
      },
    } satisfies VenueScript,
    hold: () => void (held = []),
    letGo(): void {
      const frames = held ?? [];
      held = null;
      for (const frame of frames) fake.send(frame);
    },
  };
}

/** Every text that a chart writes from here on is kept in the page. */
async function openListening(path: string, colorScheme: 'dark' | 'light') {
  const opening = await openPage(browser, 'about:blank', { ...DESKTOP, colorScheme });
  await opening.page.addInitScript(() => {
    const written = new Set<string>();
    Object.assign(window, { written });
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
      written.add(text);
      return fillText.call(this, text, ...(place as [number, number]));
    };
  });
  await opening.page.goto(`${server.url}${path}`);
  await connected(opening.page);
  return opening;
}

const written = (page: Page): Promise<string[]> =>
  page.evaluate(() => [...(window as unknown as { written: Set<string> }).written]);

const rowOf = (page: Page, symbol: string) => page.locator(ROWS).filter({ hasText: symbol });
const cell = (page: Page, symbol: string, name: string): Promise<string> =>
  rowOf(page, symbol).locator(`[data-live=${name}]`).innerText();

describe('a venue on the page of a real server', () => {
  test('a wrong checksum makes one row stale, never live; then its gap is on chart and bar, and it is back', async () => {
    const { script, hold, letGo } = withHeldAnswers(krakenScript());
    const [symbol, other] = script.symbols;
    // Both are traded all the while: only the book of one breaks.
    await serve(script, () => {
      for (const each of script.symbols) {
        if (fake.connections.size > 0) fake.send(script.trade(fake.makeTrade(each, Date.now() * 1_000)));
      }
    });
    const path = `/desk/${encodeURIComponent(`kraken:${symbol}`)}?tf=1s`;
    const { page, errors } = await openListening(path, 'dark');
    await page.getByRole('application', { name: /BTC\/USD, 1s/ }).waitFor();
    const card = page.getByLabel('Quote');
    await expect.poll(() => card.locator('[data-live=bid]').textContent(), SOON).toBe('90.29');
    await expect.poll(() => card.locator('[data-live=ask]').textContent(), SOON).toBe('120.50');
    await expect.poll(() => cell(page, symbol, 'last'), SOON).toMatch(/^10[0-6]\.25$/);
    const isStale = (of: string): Promise<string | null> => rowOf(page, of).getAttribute('data-stale');
    await expect.poll(() => isStale(symbol), SOON).toBeNull();
    // Bars on both sides of the gap.
    await vi.waitUntil(() => fake.trades.length > 2 * (8_000 / BEAT_MS), { timeout: 60_000 });

    hold();
    const brokenAtMs = Date.now();
    fake.send(script.badChecksum(symbol)!);
    await expect.poll(() => isStale(symbol), SOON).toBe('');
    expect(await rowOf(page, symbol).getAttribute('title')).toMatch(/checksum/i);
    const seen = new Set<string | null>();
    while (Date.now() < brokenAtMs + 3_000) seen.add(await isStale(symbol));
    expect([...seen]).toEqual(['']);
    expect(await isStale(other)).toBeNull();
    // Nor does anything else that shows it look like a price of now.
    const colour = (selector: string): Promise<string> =>
      page.locator(selector).evaluate((element) => getComputedStyle(element).color);
    expect(await card.getAttribute('class')).toContain('stale');
    expect(await card.getByText('Stale').getAttribute('title')).toContain('checksum');
    expect(await colour('[aria-label=Quote] .price')).toBe(await colour('[aria-label=Quote] dd >> nth=0'));
    expect(await page.getByLabel('Depth', { exact: true }).getAttribute('class')).toContain('stale');
    const { x, width } = (await card.boundingBox())!;
    expect(x + width).toBeLessThanOrEqual(DESKTOP.viewport!.width);
    await page.screenshot({ path: join(OUTPUT, 'venue-stale.png') });

    letGo();
    await expect.poll(() => isStale(symbol), SOON).toBeNull();
    expect(await card.getAttribute('class')).not.toContain('stale');
    await expect.poll(() => written(page), SOON).toContainEqual(expect.stringMatching(/^Gap \d+(\.\d+)? s$/));
    await page.locator('.gap').first().waitFor({ state: 'attached' });
    expect(errors).toEqual([]);
    await page.screenshot({ path: join(OUTPUT, 'venue-gap-dark.png') });
    await page.context().close();
    const light = await openListening(path, 'light');
    await expect
      .poll(() => written(light.page), SOON)
      .toContainEqual(expect.stringMatching(/^Gap \d+(\.\d+)? s$/));
    await light.page.screenshot({ path: join(OUTPUT, 'venue-gap-light.png') });

    await light.page.goto(`${server.url}/feeds`);
    const feed = light.page.getByRole('region', { name: 'kraken' });
    await expect.poll(() => feed.getByText(/^Checksums/).innerText(), SOON).toBe('Checksums 1');
    expect(await feed.locator('.state').innerText()).toBe('Live');
    await feed
      .getByText(/checksum/i)
      .last()
      .waitFor();
    expect(await light.page.getByLabel('Refused or lost').innerText()).toContain(
      'did not match the checksum',
    );
    await light.page.screenshot({ path: join(OUTPUT, 'venue-feeds-light.png') });
    await light.page.context().close();
  });

  test('that is away: no page shows its prices as those of now, and the bar says since when', async () => {
    const script = krakenScript();
    const [symbol] = script.symbols;
    await serve(script, () => {
      for (const each of script.symbols)
        if (fake.connections.size > 0) fake.send(script.trade(fake.makeTrade(each, Date.now() * 1_000)));
    });
    const key = encodeURIComponent(`kraken:${symbol}`);
    const open = async (path: string, form = DESKTOP): Promise<Page> =>
      (await openPage(browser, `${server.url}${path}`, form)).page;
    const [desk, phone, wall, grid, embed] = await Promise.all([
      open(`/desk/${key}`),
      open(`/desk/${key}`, PHONE),
      open('/wall'),
      open('/grid'),
      open(`/embed/${key}`),
    ]);
    const prices = [
      wall.locator('.tile .last').first(),
      wall.locator('.tile .moved').first(),
      grid.locator('.quote').first(),
      embed.locator('.moved'),
      desk.getByLabel('Dock', { exact: true }).getByRole('listitem').locator('.percent').first(),
      rowOf(phone, symbol).locator('[data-live=percent]'),
    ];
    /** Whether it has the colour of what is not of now. */
    const isGrey = (at: number): Promise<boolean> =>
      prices[at]!.evaluate((element) => {
        const probe = element.appendChild(document.createElement('i'));
        probe.style.color = 'var(--t3)';
        const grey = getComputedStyle(probe).color;
        probe.remove();
        return getComputedStyle(element).color === grey;
      });
    for (const at of prices.keys()) await expect.poll(() => isGrey(at), SOON).toBe(false);

    clearInterval(beat);
    fake.misconduct.refuseUpgrades = 503;
    fake.cut();
    const left = async (): Promise<string[]> => {
      const isLeft = await Promise.all(prices.map((_, at) => isGrey(at)));
      return prices.filter((_, at) => isLeft[at] === false).map(String);
    };
    await expect.poll(left, SOON).toEqual([]);
    const words = /No data since \d\d:\d\d:\d\d UTC\. Retrying in \d+ s\./;
    await expect.poll(() => desk.getByLabel('Status', { exact: true }).innerText(), SOON).toMatch(words);
    await desk.getByRole('tab', { name: 'Feeds' }).click();
    await desk.getByRole('cell', { name: /^down No data since/ }).waitFor();
    const told = wall.locator('.tile .distrust').first();
    expect((await told.boundingBox())!.height).toBeGreaterThan(14);
    expect(await grid.locator('.quote').first().getAttribute('title')).toContain('The connection ended');
    await expect.poll(() => rowOf(phone, symbol).locator('.volume').innerText(), SOON).toMatch(/^\d.* m?s$/);
    await phone.screenshot({ path: join(OUTPUT, 'venue-away-phone.png') });
    for (const page of [desk, phone, wall, grid, embed]) await page.context().close();
  });

  test.skipIf(recorded === null)('the numbers of a recorded session of Coinbase are the page’s', async () => {
    const { script, products } = recorded!;
    await serve(script, () => {}, products);
    const { page, errors } = await openListening('/desk', 'dark');
    await expect.poll(async () => (await shownPrices(page)).length, SOON).toBe(products.length);
    const isAsked = (product: string): boolean => recorded!.isAsked('matches', product);
    await vi.waitUntil(() => products.every(isAsked), { timeout: 30_000 });
    for (const frame of recorded!.frames()) fake.send(frame);
    const expected = products
      .map((product) => `${product} ${Number(recorded!.trades(product).at(-1)!.price)}`)
      .sort();
    const shown = async (): Promise<string[]> =>
      (await shownPrices(page))
        .map((text) => text.split(/\s+/))
        .map((words) => `${words[0]} ${Number(words.at(-1))}`)
        .sort();
    await expect.poll(shown, SOON).toEqual(expected);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
