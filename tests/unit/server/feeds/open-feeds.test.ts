import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { openFeeds, type FeedChoices } from '../../../../server/feeds/open-feeds.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'tickwire-feeds-'));
afterAll(() => rmSync(folder, { recursive: true }));

function opened(choices: Partial<FeedChoices>, env: Record<string, string> = {}) {
  const none = { feed: [], symbols: [], backup: [], seed: 1, simSymbols: 4, simRate: 100 };
  return openFeeds({ ...none, ...choices }, { clock: new ManualClock(), env, input: Readable.from([]) });
}

const names = async (choices: Partial<FeedChoices>, env?: Record<string, string>): Promise<string[]> =>
  (await opened(choices, env)).feeds.map(({ name }) => name);

describe('feeds of a configuration', () => {
  it('are the simulated one when none is named', async () => {
    expect(await names({})).toEqual(['simulated']);
  });

  it('are venues by name, standard input, and files, several at once, each once', async () => {
    const file = join(folder, 'own.mjs');
    writeFileSync(
      file,
      `export default () => ({ name: 'own', venue: 'own', simulated: false, offers: [], start() {}, subscribe() {}, unsubscribe() {}, close() {} });`,
    );
    expect(await names({ feed: ['coinbase', 'kraken', 'stdin', file, 'coinbase'] })).toEqual([
      'coinbase',
      'kraken',
      'stdin',
      'own',
    ]);
  });

  it('has a backup that is shown as well, or is a backup only', async () => {
    const both = await opened({ feed: ['coinbase', 'kraken'], backup: ['coinbase=kraken'] });
    expect(both.backups[0]).toMatchObject({ primary: both.feeds[0], backup: both.feeds[1] });
    const only = await opened({ feed: ['coinbase'], backup: ['coinbase:BTC-USD=bitstamp:btcusd'] });
    expect(only.feeds).toHaveLength(1);
    expect(only.backups[0]!.backup.name).toBe('bitstamp');
    expect([...only.backups[0]!.mapping.symbols]).toEqual([['btcusd', 'BTC-USD']]);
    const short = await opened({ feed: ['coinbase'], backup: ['kraken'] });
    expect(short.backups[0]).toMatchObject({ primary: { name: 'coinbase' }, backup: { name: 'kraken' } });
  });

  it.each<[string, Partial<FeedChoices>, RegExp]>([
    ['a mistyped name', { feed: ['conbase'] }, /^There is no feed conbase: did you mean coinbase\?$/],
    [
      'an unknown name',
      { feed: ['frobnicator'] },
      /^There is no feed frobnicator: there are coinbase, kraken/,
    ],
    ['a file that is not there', { feed: ['./nowhere.ts'] }, /^The feed \.\/nowhere\.ts does not exist\.$/],
    ['a venue without its keys', { feed: ['alpaca'], symbols: ['AAPL'] }, /^Alpaca.* needs ALPACA_KEY_ID/],
    [
      'a symbol of a venue that is not opened',
      { feed: ['coinbase'], symbols: ['kraken:BTC/USD'] },
      /^--symbols names kraken:BTC\/USD, but there is no --feed kraken\.$/,
    ],
    [
      'a backup of which of two feeds is not said',
      { feed: ['coinbase', 'bitstamp'], backup: ['kraken'] },
      /must be a pair such as/,
    ],
    ['a backup of nothing', { feed: ['coinbase'], backup: ['binance=kraken'] }, /there is no --feed binance/],
    [
      'a backup of a backup',
      { feed: ['coinbase'], backup: ['coinbase=kraken', 'kraken=bitstamp'] },
      /^kraken can be the backup of one feed, and has none itself\.$/,
    ],
    [
      'a backup of one symbol only on one side',
      { feed: ['coinbase'], backup: ['coinbase:BTC-USD=kraken'] },
      /names a symbol on one side only/,
    ],
  ])('refuse %s in one sentence', async (_, choices, sentence) => {
    await expect(opened(choices)).rejects.toThrow(sentence);
  });
});
