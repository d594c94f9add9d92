import { priceTicks, sizeLots, unixUs, type BookEvent, type UnixUs } from '#protocol';
import { Book } from '../../engine/book.ts';
import type { Portions } from '../venue/portions.ts';
import type { VenueFault, VenueInstrument, VenuePort } from '../venue/ports.ts';
import { isNumber } from './map.ts';
import type { CoinbaseChange, CoinbaseLevel } from './wire.ts';

/** Levels a side that are looked at for a crossing: as many as the engine keeps. What lies further cannot be the top. */
const WATCHED_MAX = 5_000;
/** Changes in a frame up to which each number is read by itself; larger batches are read like a snapshot. */
const SINGLE_MAX = 1_000;

/**
 * One product's book as far as a fault can be seen in it: what came is handed on, and the top is watched. Not a second order book for
 * anybody to read. Invariant: between a fault and the next snapshot nothing is handed on.
 *
 * level2_batch has neither sequence nor checksum, so these are the signs of a loss:
 * CB5 A matching engine leaves no bid at or above an ask behind: a crossed or locked book is a wrong one.
 * CB6 "time" never goes back within a product (CB4): an update older than the one before would write old sizes over new ones.
 * CB7 What comes before the snapshot, or after a fault and before the next, belongs to a book that nobody has: it is left out.
 */
export class CoinbaseBook {
  readonly #symbol: string;
  readonly #instrument: VenueInstrument;
  readonly #port: VenuePort;
  readonly #event: BookEvent;
  #watched: Book | null = null;
  #lastTimeUs = 0;
  /** Units of the watched levels, and a price to tell by how much they became finer. */
  #revision = 0;
  #probe: { text: string; ticks: number } | null = null;

  constructor(symbol: string, instrument: VenueInstrument, port: VenuePort) {
    this.#symbol = symbol;
    this.#instrument = instrument;
    this.#port = port;
    const never = unixUs(0);
    this.#event = {
      type: 'book',
      instrument: instrument.id,
      venueTimeUs: never,
      receiveTimeUs: never,
      snapshot: false,
      bids: [],
      asks: [],
    };
  }

  get hasSnapshot(): boolean {
    return this.#watched !== null;
  }

  /** What comes until the next snapshot is left out. */
  drop(): void {
    this.#watched = null;
  }

  /** CB3. A snapshot has no time of the venue. False when it was none: the fault was told. */
  *snapshot(
    bids: readonly CoinbaseLevel[],
    asks: readonly CoinbaseLevel[],
    receiveTimeUs: UnixUs,
  ): Portions<boolean> {
    const read = yield* this.#instrument.book(bids, asks);
    if (read.refused > 0 && !this.#isInexact([...bids, ...asks])) return this.#broken('snapshot');
    const event = this.#begin(true, receiveTimeUs, receiveTimeUs);
    event.bids = read.bids;
    event.asks = read.asks;
    this.#port.event(event);
    this.#watched = new Book();
    this.#lastTimeUs = 0;
    this.#revision = this.#instrument.revision ?? 0;
    this.#watched.apply(true, nearest(event.bids, -1), nearest(event.asks, 1));
    const text = bids[0]?.[0] ?? asks[0]?.[0];
    this.#probe = text === undefined ? null : { text, ticks: this.#instrument.price(text) };
    return this.#isOpen();
  }

  update(changes: readonly CoinbaseChange[], venueTimeUs: UnixUs, receiveTimeUs: UnixUs): void {
    const watched = this.#watched;
    if (watched === null) return;
    if (venueTimeUs < this.#lastTimeUs) {
      const backMs = (this.#lastTimeUs - venueTimeUs) / 1000;
      this.#fault('order', `An update of the book is ${backMs} ms older than the one before.`);
      return;
    }
    this.#lastTimeUs = venueTimeUs;
    const event = this.#begin(false, venueTimeUs, receiveTimeUs);
    if (!this.#read(changes, event)) {
      this.#broken('update');
      return;
    }
    // The port puts the event's numbers right when one of them made the tick finer.
    this.#port.event(event);
    if ((this.#instrument.revision ?? 0) !== this.#revision) this.#rescale(watched);
    watched.apply(false, event.bids, event.asks);
    this.#isOpen();
  }

  #begin(snapshot: boolean, venueTimeUs: UnixUs, receiveTimeUs: UnixUs): BookEvent {
    const event = this.#event;
    event.snapshot = snapshot;
    event.venueTimeUs = venueTimeUs;
    event.receiveTimeUs = receiveTimeUs;
    event.bids.length = 0;
    event.asks.length = 0;
    return event;
  }

  #read(changes: readonly CoinbaseChange[], event: BookEvent): boolean {
    const instrument = this.#instrument;
    if (changes.length > SINGLE_MAX) {
      const side = (name: string): CoinbaseLevel[] =>
        changes.filter(([of]) => of === name).map(([, price, size]) => [price, size]);
      const bids = side('buy');
      const asks = side('sell');
      const refused = instrument.levels(bids, event.bids) + instrument.levels(asks, event.asks);
      return refused === 0 || this.#isInexact([...bids, ...asks]);
    }
    for (const change of changes) {
      const price = instrument.price(change[1]);
      const size = instrument.size(change[2]);
      if (price === price && size === size)
        (change[0] === 'buy' ? event.bids : event.asks).push(priceTicks(price), sizeLots(size));
      else if (!this.#isInexact([[change[1], change[2]]])) return false;
    }
    return true;
  }

  /**
   * Whether levels that could not be read are numbers all the same, only too large to be exact in the product's steps (an ask of
   * 10^8 units beside one of 10^-8). Such a level is left out, and that is counted.
   */
  #isInexact(levels: readonly CoinbaseLevel[]): boolean {
    if (!levels.every(([price, size]) => isNumber(price) && isNumber(size))) return false;
    this.#port.malformed(`A level of ${this.#symbol} has more digits than can be exact, and was left out.`);
    return true;
  }

  /** Sizes are left as they are: here only whether there is one counts. */
  #rescale(watched: Book): void {
    this.#revision = this.#instrument.revision ?? 0;
    if (this.#probe === null) return;
    const ticks = this.#instrument.price(this.#probe.text);
    if (ticks !== this.#probe.ticks) watched.rescale(ticks / this.#probe.ticks, 1);
    this.#probe.ticks = ticks;
  }

  /** CB5. */
  #isOpen(): boolean {
    const bid = this.#watched!.bidPrice;
    const ask = this.#watched!.askPrice;
    if (!(bid >= ask)) return true;
    return this.#fault('crossed', `The best bid is ${bid - ask} ticks above the best ask.`);
  }

  #broken(what: string): false {
    return this.#fault('malformed', `A level in the ${what} of the book is no number.`);
  }

  #fault(kind: VenueFault['kind'], detail: string): false {
    this.drop();
    this.#port.fault({ kind, symbol: this.#symbol, detail });
    return false;
  }
}

/** The levels next to the top of a side that is in order, as the venue sends it; all of one that is not. */
function nearest(levels: readonly number[], direction: 1 | -1): readonly number[] {
  if (levels.length <= 2 * WATCHED_MAX) return levels;
  for (let at = 2; at < levels.length; at += 2)
    if ((levels[at]! - levels[at - 2]!) * direction <= 0) return levels;
  return levels.slice(0, 2 * WATCHED_MAX);
}
