import coinbase from '../../../server/feeds/coinbase/feed.ts';
import { EXAMPLES } from '../../../server/feeds/coinbase/wire.ts';
import type { UnixUs } from '#protocol';
import { listed, recordedFrames, type FrameSet } from './frame-set.ts';

const STEP = '0.00000001';
const TIME_US = 1_618_677_817_500_000 as UnixUs;

/** As REST listed them when the frames were recorded. */
const PRODUCTS = [
  ['SKL-USD', '0.0001', '0.1'],
  ['SKL-BTC', '0.00000001', '0.1'],
  ['SKL-GBP', '0.0001', '0.1'],
  ['BAND-GBP', '0.0001', '0.01'],
  ['BAND-BTC', '0.00000001', '0.01'],
  ['NMR-EUR', '0.0001', '0.001'],
  ['YFI-BTC', '0.00001', '0.000001'],
  ['DASH-BTC', '0.00000001', '0.001'],
  ['NU-GBP', '0.0001', '0.000001'],
  ['CRV-EUR', '0.0001', '0.01'],
] as const;

/** Half a minute of ten products: snapshots, changes of the book, tickers, matches. Without the recording, one frame of each kind. */
export function coinbaseFrames(): FrameSet {
  const recorded = recordedFrames('ws/coinbase_exchange_2021-04-17.jsonl.gz');
  const { last_match, match, ticker, snapshot, l2update } = EXAMPLES;
  const frames =
    recorded.length > 0
      ? recorded
      : [snapshot, last_match, match, ticker, l2update].map((raw) => ({ raw, timeUs: TIME_US }));
  return {
    name: recorded.length > 0 ? 'coinbase, ten products' : 'coinbase, examples',
    venue: coinbase,
    listings: PRODUCTS.map(([symbol, tick, lot]) => listed(symbol, tick, lot)),
    frames,
  };
}

/** The largest frame at hand: a snapshot of BTC-USD of 1.04 MB and 40,095 levels. Without the recording, one of as many made-up levels. */
export function coinbaseSnapshot(): FrameSet {
  const recorded = recordedFrames('ws/coinbase_exchange_level2_BTC-USD_bigsnapshot_2022.jsonl.gz').slice(
    0,
    1,
  );
  const side = (from: number, step: number, levels: number): string[][] =>
    Array.from({ length: levels }, (_, at) => [((from + step * at) / 100).toFixed(2), '0.38744439']);
  const made = (): string =>
    JSON.stringify({
      type: 'snapshot',
      product_id: 'BTC-USD',
      asks: side(1_981_694, 7, 25_711),
      bids: side(1_981_424, -1, 14_384),
    });
  return {
    name: recorded.length > 0 ? 'coinbase, snapshot of 1.04 MB' : 'coinbase, made-up snapshot of 1 MB',
    venue: coinbase,
    listings: [listed('BTC-USD', '0.01', STEP)],
    frames: (recorded.length > 0 ? recorded.map(({ raw }) => raw) : [made()]).map((raw) => ({
      raw,
      timeUs: TIME_US,
    })),
  };
}
