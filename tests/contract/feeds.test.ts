import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { newFeed } from '../../server/commands/new-feed.ts';
import { ADAPTER_CHECKS } from '../../server/feeds/kit/adapter-checks.ts';
import { checkFeed, checkVenue } from '../../server/feeds/kit/check-feed.ts';
import type { CheckResult } from '../../server/feeds/kit/check-result.ts';
import { FEED_CHECKS } from '../../server/feeds/kit/feed-checks.ts';
import { scriptedCapture } from '../support/fake-venue/scripted-capture.ts';
import { VENUE_SCRIPTS } from '../support/fake-venue/venue-scripts.ts';

/** The suite of `tickwire check-feed` over our own venues and over what `tickwire new-feed` writes. */
const folder = mkdtempSync(join(tmpdir(), 'tickwire-new-feed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/feeds/${name}.jsonl`, import.meta.url));

const FEEDS: Record<string, () => Promise<CheckResult[]>> = {
  ...Object.fromEntries(
    Object.entries(VENUE_SCRIPTS)
      // Not a venue of ours: it is there to try the fakes with.
      .filter(([name]) => name !== 'tiny')
      .map(([name, script]) => [name, async () => checkVenue(await scriptedCapture(script()))]),
  ),
  gemini: () => checkFeed({ feed: 'gemini', captures: [fixture('gemini')] }),
  bitfinex: () => checkFeed({ feed: 'bitfinex', captures: [fixture('bitfinex')] }),
  'what new-feed writes': () => checkFeed({ feed: newFeed('acme-markets', folder).folder }),
};

const CHECKS = ADAPTER_CHECKS.length + FEED_CHECKS.length;

describe.each(Object.entries(FEEDS))('the feed of %s', (_, check) => {
  it('passes every check of the kit', async () => {
    const results = await check();
    const failed = results.filter(({ outcome }) => outcome === 'fail');
    expect(failed.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
    expect(results).toHaveLength(CHECKS);
  });
});
