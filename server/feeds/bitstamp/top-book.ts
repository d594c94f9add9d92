import type { UnixUs } from '#protocol';
import type { VenueFault, VenueInstrument, VenuePort } from '../venue/ports.ts';
import { bookEvent } from './book-event.ts';
import type { BookRows } from './map.ts';

/** Levels a side of `order_book_`: what lies deeper in an answer of REST would never be heard of again. */
const LEVELS_MAX = 100;

/**
 * The top of one pair's book from frames that each hold all of it (BS5), handed on as what changed. Not the whole depth.
 * Invariant: applying the events gives exactly the levels of the newest frame.
 *
 * BS7 This is the channel that is asked for. Differences have neither sequence nor checksum, so that one that was lost would stand in the
 *     book unseen; a lost frame of this channel is made good by the next. 100 levels a side are more than are shown.
 * BS8 A book is never older than the one before (BS4), and no bid in it is at or above an ask.
 */
export class TopBook {
  readonly #symbol: string;
  readonly #instrument: VenueInstrument;
  readonly #port: VenuePort;
  /** The newest book as it was handed on; null = what comes next is handed on whole. */
  #before: { bids: readonly number[]; asks: readonly number[]; revision: number } | null = null;
  #lastTimeUs = 0;

  constructor(symbol: string, instrument: VenueInstrument, port: VenuePort) {
    this.#symbol = symbol;
    this.#instrument = instrument;
    this.#port = port;
  }

  get hasBook(): boolean {
    return this.#before !== null;
  }

  /** What comes next is handed on whole. */
  drop(): void {
    this.#before = null;
  }

  /** An answer of REST, for pairs in which nothing moves: it is left out when a frame was newer. */
  seed(rows: BookRows, receiveTimeUs: UnixUs): void {
    if (this.hasBook || rows.timeUs < this.#lastTimeUs) return;
    const { timeUs, bids, asks } = rows;
    this.take({ timeUs, bids: bids.slice(0, LEVELS_MAX), asks: asks.slice(0, LEVELS_MAX) }, receiveTimeUs);
  }

  take(rows: BookRows, receiveTimeUs: UnixUs): void {
    if (rows.timeUs < this.#lastTimeUs) {
      const backMs = (this.#lastTimeUs - rows.timeUs) / 1000;
      return this.#fault('order', `A book is ${backMs} ms older than the one before.`);
    }
    this.#lastTimeUs = rows.timeUs;
    const event = bookEvent(this.#port, this.#instrument, rows, true, receiveTimeUs);
    if (event === null) return this.#fault('malformed', 'A book holds what is no number.');
    const revision = this.#instrument.revision ?? 0;
    const { bids, asks } = event;
    const before = this.#before;
    const isOrdered = inOrder(bids, -1) && inOrder(asks, 1);
    if (before !== null && before.revision === revision && isOrdered) {
      event.snapshot = false;
      event.bids = changesOf(before.bids, bids, -1);
      event.asks = changesOf(before.asks, asks, 1);
    }
    this.#before = { bids, asks, revision: isOrdered ? revision : -1 };
    if (event.snapshot || event.bids.length + event.asks.length > 0) this.#port.event(event);
    const bid = isOrdered ? bids[0]! : furthest(bids, 1);
    const ask = isOrdered ? asks[0]! : furthest(asks, -1);
    if (bid >= ask) return this.#fault('crossed', `The best bid is ${bid - ask} ticks above the best ask.`);
    return undefined;
  }

  #fault(kind: VenueFault['kind'], detail: string): void {
    this.drop();
    this.#port.fault({ kind, symbol: this.#symbol, detail });
  }
}

/** Best first, each price once, none without size. */
function inOrder(levels: readonly number[], direction: 1 | -1): boolean {
  for (let at = 0; at < levels.length; at += 2) {
    if (levels[at + 1] === 0) return false;
    if (at > 0 && (levels[at]! - levels[at - 2]!) * direction <= 0) return false;
  }
  return true;
}

/** The highest price (1) or the lowest (-1) of a side in any order, levels without size left out; NaN of an empty one. */
function furthest(levels: readonly number[], direction: 1 | -1): number {
  let price = Number.NaN;
  for (let at = 0; at < levels.length; at += 2)
    if (levels[at + 1]! > 0 && !((levels[at]! - price) * direction <= 0)) price = levels[at]!;
  return price;
}

/** Walks two sides that are in order: what is new or different, and with size 0 what is there no more. */
function changesOf(before: readonly number[], now: readonly number[], direction: 1 | -1): number[] {
  const changes: number[] = [];
  let old = 0;
  let at = 0;
  while (old < before.length || at < now.length) {
    const apart = old < before.length && at < now.length ? (now[at]! - before[old]!) * direction : null;
    if (apart === 0) {
      if (before[old + 1] !== now[at + 1]) changes.push(now[at]!, now[at + 1]!);
      old += 2;
      at += 2;
    } else if (apart === null ? at < now.length : apart < 0) {
      changes.push(now[at]!, now[at + 1]!);
      at += 2;
    } else {
      changes.push(before[old]!, 0);
      old += 2;
    }
  }
  return changes;
}
