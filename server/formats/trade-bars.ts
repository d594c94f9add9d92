import { unixUs, type BarEvent, type TradeEvent } from '#protocol';
import { isLateTrade } from '../engine/late-trade.ts';

const SECOND_US = 1_000_000;

/**
 * Bars of one length out of trades, one open bar an instrument. Not the bars of the live engine: a bar is handed out when the next one of
 * its instrument begins, or at the end. Invariant: each trade is in exactly one bar, and bars of an instrument come in order of time; a
 * trade whose time lies before the open bar counts into the open one, which the newest closes, as it does in the engine.
 */
export class TradeBars {
  readonly #seconds: number;
  readonly #onBar: (bar: BarEvent) => void;
  readonly #open = new Map<number, BarEvent>();
  /** Time of each instrument's newest trade, us. */
  readonly #newestUs = new Map<number, number>();

  constructor(seconds: number, onBar: (bar: BarEvent) => void) {
    this.#seconds = seconds;
    this.#onBar = onBar;
  }

  trade(event: TradeEvent): void {
    const { instrument, venueTimeUs, price, size } = event;
    const isLate = isLateTrade(event, this.#newestUs.get(instrument) ?? Number.NaN);
    if (!isLate) this.#newestUs.set(instrument, venueTimeUs);
    const lengthUs = this.#seconds * SECOND_US;
    const startUs = Math.floor(venueTimeUs / lengthUs) * lengthUs;
    const bar = this.#open.get(instrument);
    if (bar !== undefined && startUs <= bar.startTimeUs) {
      if (price > bar.high) bar.high = price;
      if (price < bar.low) bar.low = price;
      if (!isLate) bar.close = price;
      (bar.volume as number) += size;
      return;
    }
    if (bar !== undefined) this.#onBar(bar);
    const endUs = unixUs(startUs + lengthUs);
    this.#open.set(instrument, {
      ...{ type: 'bar', instrument, venueTimeUs: endUs, receiveTimeUs: endUs, startTimeUs: unixUs(startUs) },
      ...{ intervalSeconds: this.#seconds, open: price, high: price, low: price, close: price, volume: size },
    });
  }

  /** The bars that are still open, the earliest first. */
  finish(): void {
    const left = [...this.#open.values()].sort((one, other) => one.startTimeUs - other.startTimeUs);
    this.#open.clear();
    for (const bar of left) this.#onBar(bar);
  }
}
