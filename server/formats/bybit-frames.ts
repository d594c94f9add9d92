import type { FrameEvents, FrameFault, TextLevel } from './frame-events.ts';

/**
 * Book frames of Bybit v5 (https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook), live and in its daily dumps:
 * {"topic":"orderbook.500.XRPUSDT","type":"snapshot","ts":1733011200691,"data":{"s":"XRPUSDT","b":[["1.9531","6203"]],"a":[],"u":1},"cts":1733011200589}
 */
interface BybitFrame {
  topic: string;
  type: string;
  /** When the frame was made, and when the matching engine had the book so, ms. */
  ts: number;
  cts?: number;
  data: { s: string; b: TextLevel[]; a: TextLevel[]; u: number };
}

export function isBybitFrame(frame: unknown): frame is BybitFrame {
  if (typeof frame !== 'object' || frame === null || !('topic' in frame) || !('data' in frame)) return false;
  const { topic, data } = frame as { topic: unknown; data: unknown };
  return (
    typeof topic === 'string' && topic.startsWith('orderbook.') && typeof data === 'object' && data !== null
  );
}

export class BybitFrames {
  readonly #events: FrameEvents;
  /** Number of the last update by instrument: they count 1, 2, 3 ... */
  readonly #updates = new Map<number, number>();

  constructor(events: FrameEvents) {
    this.#events = events;
  }

  take({ type, ts, cts, data }: BybitFrame, receiveTimeUs: number): FrameFault {
    const { s: symbol, b: bids, a: asks, u: update } = data;
    if (
      typeof symbol !== 'string' ||
      !Array.isArray(bids) ||
      !Array.isArray(asks) ||
      !Number.isSafeInteger(ts)
    )
      return 'the symbol, the sides and the time of a book';
    const instrument = this.#events.instrument('bybit', symbol);
    const isSnapshot = type === 'snapshot';
    const before = this.#updates.get(instrument);
    if (!isSnapshot && before !== undefined && update !== before + 1)
      this.#events.anomalies.mark('book_gaps');
    this.#updates.set(instrument, update);
    // Without a time of arrival the time of sending is the nearest to it.
    const sentUs = ts * 1000;
    const madeUs = Number.isSafeInteger(cts) ? cts! * 1000 : sentUs;
    const receivedUs = Number.isNaN(receiveTimeUs) ? sentUs : receiveTimeUs;
    return this.#events.book(instrument, madeUs, receivedUs, isSnapshot, bids, asks);
  }
}
