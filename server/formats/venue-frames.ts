import { BinanceFrames, isBinanceFrame } from './binance-frames.ts';
import { BybitFrames, isBybitFrame } from './bybit-frames.ts';
import type { FrameEvents, FrameFault } from './frame-events.ts';
import { isKrakenV1Frame, KrakenV1Frames } from './kraken-v1-frames.ts';

/** Whether somebody here understands a frame. */
export function isVenueFrame(frame: unknown): boolean {
  return isBinanceFrame(frame) || isBybitFrame(frame) || isKrakenV1Frame(frame);
}

/** Hands each frame to the venue whose it is. */
export class VenueFrames {
  readonly #events: FrameEvents;
  readonly #binance: BinanceFrames;
  readonly #bybit: BybitFrames;
  readonly #krakenV1: KrakenV1Frames;

  constructor(events: FrameEvents) {
    this.#events = events;
    this.#binance = new BinanceFrames(events);
    this.#bybit = new BybitFrames(events);
    this.#krakenV1 = new KrakenV1Frames(events);
  }

  /** @param receiveTimeUs NaN when nobody wrote it down */
  take(frame: unknown, receiveTimeUs: number): FrameFault {
    if (isBinanceFrame(frame)) return this.#binance.take(frame, receiveTimeUs);
    if (isBybitFrame(frame)) return this.#bybit.take(frame, receiveTimeUs);
    if (isKrakenV1Frame(frame)) return this.#krakenV1.take(frame, receiveTimeUs);
    this.#events.anomalies.mark('frames_not_played');
    return null;
  }
}
