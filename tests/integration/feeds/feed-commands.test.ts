import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { FeedStatus } from '#protocol';
import { venueNames } from '../../../server/feeds/venues.ts';
import { bitfinexScript } from '../../support/fake-venue/bitfinex.ts';
import { FakeVenue } from '../../support/fake-venue/fake-venue.ts';
import { geminiScript } from '../../support/fake-venue/gemini.ts';
import { pointedAdapter } from '../../support/fake-venue/pointed-adapter.ts';
import { runCommand, startServer } from '../../support/server-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-feed-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const capture = (name: string, ...frames: object[]): string =>
  written(
    name,
    frames
      .map((frame, at) =>
        JSON.stringify({ conn: 0, dir: 'in', t: `1723161253.${at + 10}`, raw: JSON.stringify(frame) }),
      )
      .join('\n'),
  );

describe('tickwire feeds', () => {
  it('lists every venue with its channels, its symbols and the keys that it needs', async () => {
    const [text, json] = await Promise.all([runCommand(['feeds']), runCommand(['feeds', '--json'])]);
    expect([text.code, json.code]).toEqual([0, 0]);
    const listed = JSON.parse(json.stdout) as {
      name: string;
      symbolExamples: string[];
      channels: string[];
    }[];
    expect(listed.map(({ name }) => name).sort()).toEqual([...venueNames()].sort());
    for (const { name, symbolExamples, channels } of listed) {
      expect(channels.length, name).toBeGreaterThan(0);
      expect(text.stdout).toMatch(new RegExp(`^${name} +.*: ${channels.join(', ')}$`, 'm'));
      expect(text.stdout).toContain(`symbols ${symbolExamples.join(', ')}; `);
    }
    expect(text.stdout).toContain('keys ALPACA_KEY_ID');
    expect(text.stdout).toContain('ccxt:NAME');
  });
});

describe('tickwire map', () => {
  it('ends its lines of JSON with a summary that has every promised field', async () => {
    const trade = { type: 'match', product_id: 'BTC-USD', side: 'buy', time: '2024-08-08T23:54:13.123456Z' };
    const path = capture(
      'coinbase.jsonl',
      { ...trade, trade_id: 1, size: '0.5', price: '100.25' },
      { ...trade, trade_id: 3, size: '0.5', price: '99.75' },
      { type: 'surprise' },
      { type: 'match', product_id: 'BTC-USD', trade_id: 'four' },
    );
    const { code, stdout } = await runCommand(['map', '--feed', 'coinbase', path, '--json']);
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.slice(0, -1)).toMatchObject([{ type: 'trade' }, { type: 'trade' }]);
    expect(lines.at(-1)).toMatchObject({
      summary: {
        frames: 4,
        unknownFrames: 1,
        malformedFrames: 1,
        sequenceGaps: 1,
        checksumsChecked: 0,
        checksumFailures: 0,
        events: { trade: 2, quote: 0, book: 0, statistics: 0, bar: 0 },
        firstTimeUs: 1_723_161_253_100_000,
        lastTimeUs: 1_723_161_253_110_000,
        instruments: { 'BTC-USD': { events: 2, low: '99.75', high: '100.25' } },
      },
    });
  });

  it('refuses frames of Kraken v1 in one sentence that says so', async () => {
    const path = capture('kraken-v1.jsonl', { connectionID: 1, event: 'systemStatus', version: '1.9.0' });
    const { code, stderr } = await runCommand(['map', '--feed', 'kraken', path]);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('This is Kraken WebSocket v1; this adapter reads v2');
  });
});

describe('a configuration file', () => {
  it.each([
    ['ts', (settings: string) => `const settings: object = ${settings}; export default settings;`],
    ['json', (settings: string) => settings],
  ])('in %s names several feeds, which all serve', async (ending, text) => {
    const fakes = await Promise.all([FakeVenue.start(geminiScript()), FakeVenue.start(bitfinexScript())]);
    try {
      const feed = fakes.map((fake) => pointedAdapter(folder, fake));
      const path = written(`tickwire.config.${ending}`, text(JSON.stringify({ feed, symbols: 'BTCUSD' })));
      const server = await startServer(['--config', path]);
      const answer = await fetch(`${server.url}/api/feeds`);
      const feeds = (await answer.json()) as FeedStatus[];
      await server.stop();
      expect(feeds.map(({ name, venue }) => `${name} ${venue}`).sort()).toEqual([
        'bitfinex bitfinex',
        'gemini gemini',
      ]);
    } finally {
      for (const fake of fakes) await fake.close();
    }
  });
});
