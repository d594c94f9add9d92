import { stepsToText, type BookEvent, type Increment, type MarketEvent } from '#protocol';

/** Lowest and highest of a run of prices in ticks; NaN while there is none. */
class Span {
  low = Number.NaN;
  high = Number.NaN;

  add(low: number, high: number): void {
    if (!(low >= this.low)) this.low = Number.isNaN(low) ? this.low : low;
    if (!(high <= this.high)) this.high = Number.isNaN(high) ? this.high : high;
  }

  scale(ratio: number): void {
    this.low *= ratio;
    this.high *= ratio;
  }
}

/** What prices the lowest and the highest are taken from, best first. */
export type PriceKind = 'trade' | 'bar' | 'quote' | 'book';

/**
 * Counts the events of one instrument and keeps the lowest and highest price of each kind: of trades; of bars; lowest bid and highest ask
 * of quotes (0 stands for an absent side); lowest best bid and highest best ask of the book. Not a book for others to read.
 */
export class CapturePrices {
  events = 0;
  readonly #spans: Record<PriceKind, Span> = {
    trade: new Span(),
    bar: new Span(),
    quote: new Span(),
    book: new Span(),
  };
  #bids = new BestPrice(1);
  #asks = new BestPrice(-1);

  take(event: MarketEvent): void {
    this.events += 1;
    switch (event.type) {
      case 'trade':
        return this.#spans.trade.add(event.price, event.price);
      case 'bar':
        return this.#spans.bar.add(event.low, event.high);
      case 'quote':
        return this.#spans.quote.add(event.bid || Number.NaN, event.ask || Number.NaN);
      case 'book':
        return this.#book(event);
      case 'statistics':
    }
  }

  /** Ticks became `ratio` times finer. */
  scale(ratio: number): void {
    for (const span of Object.values(this.#spans)) span.scale(ratio);
    this.#bids.scale(ratio);
    this.#asks.scale(ratio);
  }

  /** By the best kind of price that there is; null where there is none. */
  span(tick: Increment): { of: PriceKind | null; low: string | null; high: string | null } {
    const kinds = Object.entries(this.#spans) as [PriceKind, Span][];
    const [of, span] = kinds.find(([, { low, high }]) => low === low || high === high) ?? [null, new Span()];
    const text = (ticks: number) => stepsToText(ticks, tick) || null;
    return { of, low: text(span.low), high: text(span.high) };
  }

  #book({ snapshot, bids, asks }: BookEvent): void {
    if (snapshot) {
      this.#bids.clear();
      this.#asks.clear();
    }
    this.#bids.take(bids);
    this.#asks.take(asks);
    this.#spans.book.add(this.#bids.best, this.#asks.best);
  }
}

/** One side of a book, kept for its best price. */
class BestPrice {
  best = Number.NaN;
  readonly #sign: 1 | -1;
  #prices = new Set<number>();

  /** @param sign 1 = the highest is the best */
  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  clear(): void {
    this.#prices.clear();
    this.best = Number.NaN;
  }

  take(levels: readonly number[]): void {
    for (let at = 0; at < levels.length; at += 2) {
      const price = levels[at]!;
      if (levels[at + 1] === 0) this.#remove(price);
      else {
        this.#prices.add(price);
        this.#offer(price);
      }
    }
  }

  scale(ratio: number): void {
    this.#prices = new Set([...this.#prices].map((price) => price * ratio));
    this.best *= ratio;
  }

  #remove(price: number): void {
    this.#prices.delete(price);
    if (price !== this.best) return;
    this.best = Number.NaN;
    for (const other of this.#prices) this.#offer(other);
  }

  #offer(price: number): void {
    if (!((price - this.best) * this.#sign <= 0)) this.best = price;
  }
}
