import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mapCapture } from '../../../server/commands/map-capture.ts';

/**
 * Runs every real capture of a folder of recordings through its venue's adapter, whole. The files may not all be published, so the folder
 * lies outside the repository.
 */
const folder =
  process.env['TICKWIRE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const isThere = existsSync(join(folder, 'MANIFEST.json'));
const at = (path: string): string => join(folder, path);

const CAPTURES: readonly { feed: string; capture: string; rest?: string; expected: object }[] = [
  {
    feed: 'coinbase',
    capture: 'ws/coinbase_exchange_2021-04-17.jsonl.gz',
    // 107 tickers and 97 matches of the same trades, 10 last matches; 10 snapshots and 9,719 changes.
    expected: { frames: 9_946, events: { trade: 107, book: 9_729 } },
  },
  {
    feed: 'coinbase',
    capture: 'ws/coinbase_exchange_level2_BTC-USD_bigsnapshot_2022.jsonl.gz',
    expected: { frames: 16, events: { book: 16 } },
  },
  {
    feed: 'kraken',
    capture: 'ws/kraken_v2_MINAGBP_2026-08-18.jsonl',
    expected: { frames: 96, checksumsChecked: 19, events: { book: 19 } },
  },
  {
    feed: 'binance',
    capture: 'ws/binance_spot_BTCUSDT_2024-08-08.nsjson.gz',
    expected: { frames: 41_249, events: { trade: 9_757, quote: 28_040 } },
  },
  {
    feed: 'binance',
    capture: 'ws/binance_spot_combined_2021-10-12.jsonl.gz',
    rest: 'rest/binance_depth_snapshots.jsonl.gz',
    expected: { frames: 265, events: { trade: 2, quote: 84 } },
  },
  {
    feed: 'bitstamp',
    capture: 'ws/bitstamp_2022-01-05.jsonl.gz',
    expected: { frames: 747, events: { trade: 10, book: 717 } },
  },
  {
    feed: 'gemini',
    capture: 'ws/gemini_v2_2021.jsonl.gz',
    // 16 trades, and those that the first frames of ten books hold.
    expected: { frames: 678, events: { book: 655 } },
  },
  {
    feed: 'bitfinex',
    capture: 'ws/bitfinex_v2_2021.jsonl.gz',
    expected: { frames: 1_693, events: { trade: 210, book: 1_600, statistics: 21 } },
  },
];

describe.skipIf(!isThere)('real captures (skipped: the folder of recordings is not there)', () => {
  it.each(CAPTURES)('of $feed go through whole: $capture', async ({ feed, capture, rest, expected }) => {
    const request = { feed, capture: at(capture), rest: rest === undefined ? [] : [at(rest)] };
    const summary = await mapCapture(request, null);
    expect(summary).toMatchObject(expected);
    expect(summary).toMatchObject({
      unknownFrames: 0,
      malformedFrames: 0,
      sequenceGaps: 0,
      checksumFailures: 0,
    });
  });

  it('of Kraken v1 are refused by their name', async () => {
    const run = mapCapture(
      { feed: 'kraken', capture: at('ws/kraken_v1_2021-04-17.jsonl.gz'), rest: [] },
      null,
    );
    await expect(run).rejects.toThrow(/This is Kraken WebSocket v1/);
  });
});
