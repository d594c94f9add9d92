import bitstamp from '../../../server/feeds/bitstamp/feed.ts';
import { EXAMPLES } from '../../../server/feeds/bitstamp/wire.ts';
import type { UnixUs } from '#protocol';
import { listed, type FrameSet } from './frame-set.ts';

const STEP = '0.00000001';
const START_US = 1_641_343_691_000_000;
const BOOKS = 200;
const LEVELS = 100;

/**
 * What a live session gets: the top 100 of the book a side, a few levels of it changed from frame to frame, and trades. Made up in the
 * recorded shape, because the recorded session asked for differences.
 */
export function bitstampFrames(): FrameSet {
  const side = (frame: number, from: number, step: number): string[][] =>
    Array.from({ length: LEVELS }, (_, at) => [
      ((from + step * (at + Math.floor(frame / 50))) / 100).toFixed(2),
      `${(at * 37 + (at % 9 === frame % 9 ? frame : 0)) % 9}.38744439`,
    ]);
  const book = (frame: number): string =>
    JSON.stringify({
      data: {
        timestamp: '1641343691',
        microtimestamp: String(START_US + frame),
        bids: side(frame, 380_290, -1).map(([price, size]) => [price, size!.replace(/^0/, '1')]),
        asks: side(frame, 380_410, 1).map(([price, size]) => [price, size!.replace(/^0/, '1')]),
      },
      channel: 'order_book_ethusd',
      event: 'data',
    });
  const frames = Array.from({ length: BOOKS }, (_, frame) => [book(frame), EXAMPLES.trade]).flat();
  return {
    name: 'bitstamp, made-up top 100',
    venue: bitstamp,
    listings: [listed('ethusd', '0.01', STEP)],
    frames: frames.map((raw) => ({ raw, timeUs: START_US as UnixUs })),
  };
}
