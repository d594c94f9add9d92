import kraken from '../../../server/feeds/kraken/feed.ts';
import { EXAMPLES } from '../../../server/feeds/kraken/wire.ts';
import type { UnixUs } from '#protocol';
import { listed, recordedFrames, type FrameSet } from './frame-set.ts';

/** The recording is short. */
const ROUNDS = 50;
const STEP = '0.00000001';
const TIME_US = 1_787_085_841_000_000 as UnixUs;

/**
 * A book of 25 levels with its checksums: what of a recording is data, since most of it is heartbeats; and one frame each of what it does
 * not have. Without the recording, those alone.
 */
export function krakenFrames(): FrameSet {
  const book = recordedFrames('ws/kraken_v2_MINAGBP_2026-08-18.jsonl').filter(({ raw }) =>
    String(raw).startsWith('{"channel":"book"'),
  );
  const { ticker, trade } = EXAMPLES;
  const frames = [...book, ...[ticker, trade].map((raw) => ({ raw, timeUs: TIME_US }))];
  return {
    name: book.length > 0 ? 'kraken, MINA/GBP and examples' : 'kraken, examples',
    venue: kraken,
    listings: [listed('MINA/GBP', '0.0001', STEP), listed('BTC/USD', '0.1', STEP)],
    // Each time round begins with a snapshot, as after a new subscription.
    frames: Array.from({ length: ROUNDS }, () => frames).flat(),
  };
}
