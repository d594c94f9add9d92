import binance from '../../../server/feeds/binance/feed.ts';
import { EXAMPLES } from '../../../server/feeds/binance/wire.ts';
import type { UnixUs } from '#protocol';
import { listed, recordedFrames, type FrameSet } from './frame-set.ts';

const STEP = '0.00000001';
const TIME_US = 1_723_161_255_000_000 as UnixUs;

/** Six minutes of BTCUSDT: best prices, trades, changes of the book. Without the recording, one frame of each kind. */
export function binanceFrames(): FrameSet {
  const frames = recordedFrames('ws/binance_spot_BTCUSDT_2024-08-08.nsjson.gz');
  if (frames.length > 0)
    return {
      name: 'binance, BTCUSDT',
      venue: binance,
      listings: [listed('BTCUSDT', '0.01', '0.00001')],
      frames,
    };
  const { trade, bookTicker, ticker } = EXAMPLES;
  return {
    name: 'binance, examples',
    venue: binance,
    listings: ['BTCUSDT', 'BNBBTC'].map((symbol) => listed(symbol, STEP, STEP)),
    frames: [trade, bookTicker, ticker].map((raw) => ({ raw, timeUs: TIME_US })),
  };
}
