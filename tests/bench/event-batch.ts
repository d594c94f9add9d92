import type { BookEvent, MarketEvent, QuoteEvent, StatisticsEvent, TradeEvent } from '#protocol';

/** Kinds that the simulated feed sends. */
interface Pools {
  trade: TradeEvent[];
  quote: QuoteEvent[];
  book: BookEvent[];
  statistics: StatisticsEvent[];
}

/**
 * Holds the events of one step of a source, so that a sink can be measured without it. The copies are used again for the next
 * step: nothing is allocated for an event, as in production, where a source has one object a kind.
 */
export class EventBatch {
  readonly #pools: Pools = { trade: [], quote: [], book: [], statistics: [] };
  readonly #used = { trade: 0, quote: 0, book: 0, statistics: 0 };
  readonly #events: MarketEvent[] = [];

  get events(): readonly MarketEvent[] {
    return this.#events;
  }

  clear(): void {
    this.#events.length = 0;
    Object.assign(this.#used, { trade: 0, quote: 0, book: 0, statistics: 0 });
  }

  onEvent(event: MarketEvent): void {
    if (event.type === 'bar') return;
    const pool: MarketEvent[] = this.#pools[event.type];
    const at = this.#used[event.type];
    this.#used[event.type] += 1;
    const copy = pool[at];
    if (copy === undefined) pool[at] = structuredClone(event);
    else if (copy.type === 'book' && event.type === 'book') copyBook(copy, event);
    else Object.assign(copy, event);
    this.#events.push(pool[at]!);
  }
}

function copyBook(copy: BookEvent, event: BookEvent): void {
  const { bids, asks } = copy;
  Object.assign(copy, event, { bids, asks });
  copyNumbers(bids, event.bids);
  copyNumbers(asks, event.asks);
}

function copyNumbers(into: number[], from: readonly number[]): void {
  into.length = from.length;
  for (let index = 0; index < from.length; index += 1) into[index] = from[index]!;
}
