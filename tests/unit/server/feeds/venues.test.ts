import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { feedListText } from '../../../../server/commands/feed-list.ts';
import { loadVenueFile, venueFlaw } from '../../../../server/feeds/load-venue.ts';
import { loadVenue, openVenue, venueNames, venueSummaries } from '../../../../server/feeds/venues.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-venues-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('the built-in venues', () => {
  it.each(venueNames())('hold %s, under its own name and whole', async (name) => {
    const venue = await loadVenue(name);
    expect(venue.name).toBe(name);
    expect(venueFlaw(venue)).toBeNull();
  });

  it('are listed as they describe themselves', async () => {
    const summaries = await venueSummaries();
    expect(summaries.map(({ name }) => name)).toEqual(venueNames());
    expect(summaries.find(({ name }) => name === 'alpaca')!.keys.length).toBeGreaterThan(0);
    const text = feedListText(summaries);
    expect(text).toMatch(/^gemini +Gemini: trade, book\n +symbols BTCUSD, ETHUSD; no key$/m);
    expect(text).toMatch(/keys ALPACA_/);
  });

  it('are what an unknown name is answered with', async () => {
    await expect(openVenue('krakn')).rejects.toThrow(
      /^There is no venue krakn: the built-in ones are coinbase, .*, such as \.\/krakn\.$/,
    );
  });
});

describe('a venue of the user’s own', () => {
  it('is found in its folder, by the name of its file', async () => {
    mkdirSync(join(folder, 'none'));
    await expect(openVenue(join(folder, 'none'))).rejects.toThrow(/none holds no feed: expected feed\.ts, /);
    await expect(openVenue('./nowhere')).rejects.toThrow('The feed ./nowhere does not exist.');
  });

  it('is told what is wrong with it', async () => {
    await expect(loadVenueFile(written('a.mjs', 'export default 5;'))).rejects.toThrow(
      'cannot be used: its default export is no venue.',
    );
    await expect(loadVenueFile(written('b.mjs', 'export default { name: 1 };'))).rejects.toThrow(
      "cannot be used: its venue's name is a number, expected text.",
    );
    await expect(loadVenueFile(written('c.mjs', 'import "./missing.mjs";'))).rejects.toThrow(
      'could not be loaded: ',
    );
    const { default: gemini } = await import('../../../../server/feeds/gemini/feed.ts');
    expect(venueFlaw({ ...gemini, name: 'My Venue' })).toBe(
      'its venue\'s name is "My Venue", expected a-z, 0-9 and hyphens',
    );
    expect(venueFlaw({ ...gemini, offers: undefined })).toBe(
      "its venue's offers is missing, expected a list",
    );
    expect(venueFlaw({ ...gemini, symbolExamples: [] })).toBe('its venue names no symbol to try it with');
  });
});
