import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FeedStatus } from '#protocol';
import { ccxtCoinbaseScript, pointedCcxt } from '../support/fake-venue/ccxt-coinbase.ts';
import { FakeVenue } from '../support/fake-venue/fake-venue.ts';
import { pointedAdapter } from '../support/fake-venue/pointed-adapter.ts';
import type { VenueScript } from '../support/fake-venue/script.ts';
import { NAMED_SCRIPTS } from '../support/fake-venue/venue-scripts.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { ROWS } from './support/watchlist.ts';

/** What a machine under load needs for a step. */
const SOON = { timeout: 30_000 };
const BEAT_MS = 250;
/** What ccxt calls the symbols of the fake. */
const ccxtSymbol = (symbol: string): string => symbol.replace('-', '/');

interface Case {
  readonly name: string;
  readonly script: () => VenueScript;
  /** The feed as a user names it, at the fake's address. */
  readonly feed: (fake: FakeVenue) => string;
  readonly shown: (symbol: string) => string;
}

const folder = mkdtempSync(join(tmpdir(), 'tickwire-every-venue-'));
const CASES: readonly Case[] = [
  ...Object.entries(NAMED_SCRIPTS).map(([name, script]) => ({
    name,
    script,
    feed: (fake: FakeVenue) => pointedAdapter(folder, fake),
    shown: (symbol: string) => symbol,
  })),
  {
    name: 'ccxt',
    script: ccxtCoinbaseScript,
    feed: (fake) => pointedCcxt(folder, fake, fake.script.symbols.map(ccxtSymbol)),
    shown: ccxtSymbol,
  },
];

let browser: Browser;
let fake: FakeVenue;
let server: ServerProcess | undefined;
let beat: NodeJS.Timeout | undefined;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterEach(async () => {
  clearInterval(beat);
  await server?.stop();
  await fake.close();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** How many instruments the server has live. */
async function live(): Promise<number> {
  const answer = await fetch(`${server!.url}/api/feeds`);
  const feeds = (await answer.json()) as FeedStatus[];
  return feeds[0]?.instruments?.live ?? 0;
}

describe.each(CASES)('a price of $name', ({ script: makeScript, feed, shown }) => {
  test('goes from the venue to the watchlist of a browser, which shows a cut as stale until it is over', async () => {
    const script = makeScript();
    fake = await FakeVenue.start(script);
    // The process has a clock of its own: the fake lives as the venue does.
    beat = setInterval(() => fake.heartbeat(), BEAT_MS);
    const [symbol, other] = script.symbols;
    const symbols = [symbol, other].map(shown);
    server = await startServer(['--feed', feed(fake), '--symbols', symbols.join(',')], 0, script.env ?? {});
    const { page, errors } = await openPage(browser, `${server.url}/desk`);
    await connected(page);
    const row = page.locator(ROWS).filter({ hasText: shown(symbol) });
    const isStale = async (): Promise<boolean> => (await row.getAttribute('data-stale')) !== null;
    // The venue has taken what the page asked for.
    await expect.poll(live, SOON).toBe(script.symbols.length);
    await expect.poll(isStale, SOON).toBe(false);

    const last = async (): Promise<string> =>
      (await row.locator('[data-live=last]').innerText()).replaceAll(',', '').replace(/(\.\d*?)0+$/, '$1');
    const trade = (price: string): void =>
      fake.send(script.trade({ ...fake.makeTrade(symbol, Date.now() * 1_000), price, size: '0.25' }));
    trade('64123.45');
    await expect.poll(last, SOON).toBe('64123.45');

    fake.misconduct.refuseUpgrades = 503;
    fake.cut();
    await expect.poll(isStale, SOON).toBe(true);
    expect(await row.getAttribute('title')).not.toBe('');
    fake.misconduct.refuseUpgrades = 0;
    await expect.poll(live, SOON).toBe(script.symbols.length);
    // A market that says nothing new is stale for its age: this one goes on.
    let cents = 6_410_000;
    const isStaleAfterTrade = (): Promise<boolean> => {
      cents += 1;
      trade((cents / 100).toFixed(2));
      return isStale();
    };
    await expect.poll(isStaleAfterTrade, SOON).toBe(false);
    trade('64120.05');
    await expect.poll(last, SOON).toBe('64120.05');
    // An upgrade that the venue refused is no error of the page.
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
