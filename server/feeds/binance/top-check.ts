import type { VenueInstrument } from '../venue/ports.ts';
import type { BinanceMessage, DepthSnapshot } from './map.ts';
import { TopSide } from './top-side.ts';
import type { BinanceLevel } from './wire.ts';

export type BinanceQuote = Extract<BinanceMessage, { type: 'quote' }>;

/** Levels as flat runs of ticks, lots. */
export interface DepthLevels {
  readonly bids: readonly number[];
  readonly asks: readonly number[];
}

/** Ten times what came between two changes of the book, 100 ms apart, in a busy recording. */
const QUOTES_MAX = 512;

/**
 * Compares a book that was built from changes with the best prices that the venue sends beside it. An unbroken chain of ids does not prove
 * a book: a level that was lost or kept too long breaks no chain. Not the book that viewers see.
 *
 * BN14 "u: order book updateId" of bookTicker: where it is the last update of a change, both show the same book. (Of 3,448 recorded changes
 *      564 had such a quote, and every one agreed in prices and sizes.)
 *
 * Invariant: it compares only numbers of the same units.
 */
export class TopCheck {
  readonly #instrument: VenueInstrument;
  #hasBook = false;
  readonly #bids = new TopSide(-1);
  readonly #asks = new TopSide(1);
  /** Of the instrument when the book was last brought to its units. */
  #revision: number | undefined;
  /** A price and a size of the book with their numbers, to tell what became of the units. */
  #known: { readonly level: BinanceLevel; price: number; size: number } | null = null;
  /** Those since the last change, oldest first. */
  readonly #quotes: BinanceQuote[] = [];

  constructor(instrument: VenueInstrument) {
    this.#instrument = instrument;
  }

  clear(): void {
    this.#hasBook = false;
    this.#quotes.length = 0;
  }

  /** Takes a whole book, as text and as numbers. */
  snapshot({ bids: [bid], asks: [ask] }: DepthSnapshot, levels: DepthLevels): void {
    const level = bid ?? ask ?? null;
    this.#revision = this.#instrument.revision;
    this.#known = level === null ? null : { level, ...this.#numbersOf(level) };
    this.#hasBook = true;
    this.#bids.replace(levels.bids);
    this.#asks.replace(levels.asks);
  }

  /** Takes a change. Nothing is known of the book before the first snapshot. */
  change({ bids, asks }: DepthLevels): void {
    this.#bringUp();
    if (!this.#hasBook) return;
    this.#bids.change(bids);
    this.#asks.change(asks);
  }

  /** BN14. The quote of this update, if one came before it; what is older is forgotten. */
  quoteOf(updateId: number): BinanceQuote | null {
    const quotes = this.#quotes;
    let found: BinanceQuote | null = null;
    let later = quotes.length;
    while (later > 0 && quotes[later - 1]!.updateId >= updateId) {
      later -= 1;
      if (quotes[later]!.updateId === updateId) found = quotes[later]!;
    }
    quotes.splice(0, found === null ? later : later + 1);
    return found;
  }

  /** A quote of a change that is still to come. */
  remember(quote: BinanceQuote): void {
    if (this.#quotes.length === QUOTES_MAX) this.#quotes.length = 0;
    this.#quotes.push(quote);
  }

  /** Null when there is nothing to compare with. */
  agrees({ bid, ask }: BinanceQuote): boolean | null {
    const bestBid = this.#numbersOf(bid);
    const bestAsk = this.#numbersOf(ask);
    this.#bringUp();
    if (!this.#hasBook) return null;
    // A side on which nothing rests: NaN of the book, 0 of the quote.
    return (
      (this.#bids.price || 0) === bestBid.price &&
      (this.#bids.size || 0) === bestBid.size &&
      (this.#asks.price || 0) === bestAsk.price &&
      (this.#asks.size || 0) === bestAsk.size
    );
  }

  #numbersOf([price, size]: BinanceLevel): { price: number; size: number } {
    return { price: this.#instrument.price(price), size: this.#instrument.size(size) };
  }

  /** Steps became finer: the book is written in the new ones. */
  #bringUp(): void {
    if (this.#instrument.revision === this.#revision) return;
    this.#revision = this.#instrument.revision;
    const known = this.#known;
    if (known === null) this.#hasBook = false;
    if (known === null || !this.#hasBook) return;
    const { price, size } = this.#numbersOf(known.level);
    this.#bids.rescale(price / known.price, size / known.size);
    this.#asks.rescale(price / known.price, size / known.size);
    known.price = price;
    known.size = size;
  }
}
