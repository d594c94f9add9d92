import type { Portions } from '../venue/portions.ts';
import type { VenueFault, VenueInstrument } from '../venue/ports.ts';
import type { DepthSnapshot, DepthUpdate } from './map.ts';
import { TopCheck, type BinanceQuote, type DepthLevels } from './top-check.ts';

/** A minute of the busiest; the oldest go first, and a snapshot that is older than what is left is not taken (BN10). */
const WAITING_MAX = 600;

/** Where what is in order goes. */
export interface DepthSink {
  /** Hands levels on and returns them as numbers; null when they are none. */
  emit(levels: DepthUpdate): DepthLevels | null;
  /** The same of a whole book. */
  emitWhole(levels: DepthSnapshot): Portions<DepthLevels | null>;
  fault(kind: VenueFault['kind'], detail: string): void;
  /** A quote was compared with the book. */
  checked(isRight: boolean): void;
  /** The book stands. */
  live(): void;
  /** A snapshot is needed. */
  ask(): void;
}

/**
 * One symbol's book, brought in step with its stream of changes.
 *
 * "How to manage a local order book correctly", the end of
 * https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md:
 * BN8  "Buffer the events received from the stream. Note the U of the first event you received."
 * BN9  "Get a depth snapshot from /api/v3/depth?symbol=BNBBTC&limit=5000."
 * BN10 "If the lastUpdateId from the snapshot is strictly less than the U from step 2, go back to step 3." (One less is the state just
 *      before that event, so nothing is missing: it is taken.)
 * BN11 "In the buffered events, discard any event where u is <= lastUpdateId of the snapshot."
 * BN12 "If the event last update ID (u) is less than the update ID of your local order book, ignore the event."
 * BN13 "If the event first update ID (U) is greater than the update ID of your local order book + 1, you have missed some events.
 *      Discard your local order book and restart the process from the beginning."
 *
 * Invariant: what is emitted begins with a snapshot, and from there on no update is missing; after a fault nothing is until the next one.
 */
export class DepthSync {
  readonly #sink: DepthSink;
  readonly #check: TopCheck;
  #waiting: DepthUpdate[] = [];
  /** The last update in the book; -1 while there is none. */
  #lastId = -1;
  /** After a fault, whoever paces resyncs asks. */
  #asksItself = true;

  constructor(instrument: VenueInstrument, sink: DepthSink) {
    this.#sink = sink;
    this.#check = new TopCheck(instrument);
  }

  get isWaiting(): boolean {
    return this.#lastId < 0;
  }

  update(update: DepthUpdate): void {
    if (this.isWaiting) return this.#wait(update);
    // BN11, BN12.
    if (update.lastId <= this.#lastId) return;
    if (isHole(update, this.#lastId)) return this.#missed(update, this.#lastId);
    this.#lastId = update.lastId;
    if (!this.#emit(update)) return;
    const quote = this.#check.quoteOf(update.lastId);
    if (quote !== null) this.#compare(quote);
  }

  /** Changes that come while the book is read are for whoever hands them on to keep. */
  *snapshot(snapshot: DepthSnapshot): Portions {
    if (!this.isWaiting) return;
    const waiting = this.#waiting;
    if (waiting.length > 0 && snapshot.lastId + 1 < waiting[0]!.firstId) {
      // BN10.
      this.#sink.ask();
      return;
    }
    const numbers = yield* this.#sink.emitWhole(snapshot);
    this.#waiting = [];
    this.#lastId = snapshot.lastId;
    if (numbers === null) {
      this.#broken();
      return;
    }
    this.#check.snapshot(snapshot, numbers);
    this.#sink.live();
    for (const update of waiting) this.update(update);
  }

  quote(quote: BinanceQuote): void {
    if (this.isWaiting || quote.updateId < this.#lastId) return;
    if (quote.updateId === this.#lastId) this.#compare(quote);
    else this.#check.remember(quote);
  }

  /** Begins anew with the next snapshot. */
  restart(): void {
    this.#waiting = [];
    this.#lastId = -1;
    this.#check.clear();
  }

  /** BN13: what is from before the hole is of no use, whether it is in the book or waits for one. */
  #missed(update: DepthUpdate, lastId: number): void {
    this.restart();
    this.#waiting.push(update);
    this.#fault('gap', `Update ${update.firstId} follows ${lastId}.`);
  }

  /** BN8. */
  #wait(update: DepthUpdate): void {
    const last = this.#waiting.at(-1);
    if (last !== undefined && isHole(update, last.lastId)) return this.#missed(update, last.lastId);
    if (this.#waiting.length === 0 && this.#asksItself) this.#sink.ask();
    this.#waiting.push(update);
    if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
  }

  /** False when that was a fault. */
  #emit(levels: DepthUpdate): boolean {
    const numbers = this.#sink.emit(levels);
    if (numbers === null) {
      this.#broken();
      return false;
    }
    this.#check.change(numbers);
    return true;
  }

  #broken(): void {
    this.restart();
    this.#fault('malformed', 'A change of the book has levels that are no numbers.');
  }

  /** BN14. */
  #compare(quote: BinanceQuote): void {
    const isRight = this.#check.agrees(quote);
    if (isRight === null) return;
    this.#sink.checked(isRight);
    if (isRight) return;
    this.restart();
    this.#fault('checksum', `The book is not the one that the quote of update ${quote.updateId} shows.`);
  }

  #fault(kind: VenueFault['kind'], detail: string): void {
    this.#asksItself = false;
    this.#sink.fault(kind, detail);
  }
}

/** On futures ids have holes, and each update names the one before it. */
function isHole({ firstId, previousId }: DepthUpdate, lastId: number): boolean {
  return Number.isNaN(previousId) ? firstId > lastId + 1 : previousId > lastId;
}
