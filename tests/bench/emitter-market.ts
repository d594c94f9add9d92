import {
  instrumentId,
  stepsToNumber,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
} from '#protocol';
import { EventEmitter } from 'node:events';

type Quote = Record<string, string | number>;

interface Levels {
  bids: number[];
  asks: number[];
}

/**
 * The plain way to hold a market: a Map of objects, an EventEmitter that says `update`, and a listener that notes who changed, so
 * that a viewer can be sent those quotes as JSON now and then. It does less than the engine: no bars, no ring of trades, no versions, no check of what comes in.
 */
export class EmitterMarket {
  readonly #definitions: InstrumentDefinition[] = [];
  readonly #quotes = new Map<string, Quote>();
  readonly #books = new Map<string, Levels>();
  readonly #emitter = new EventEmitter();
  readonly #dirty = new Set<string>();

  constructor() {
    this.#emitter.on('update', (quote: Quote) => this.#dirty.add(quote['symbol'] as string));
  }

  define(definition: InstrumentDefinition): InstrumentId {
    this.#definitions.push(definition);
    this.#quotes.set(definition.symbol, { symbol: definition.symbol, volume: 0 });
    return instrumentId(this.#definitions.length - 1);
  }

  onEvent(event: MarketEvent): void {
    const { symbol, tick, lot } = this.#definitions[event.instrument]!;
    const quote = this.#quotes.get(symbol)!;
    const time = Math.floor(event.venueTimeUs / 1000);
    if (event.type === 'trade') {
      const price = stepsToNumber(event.price, tick);
      const size = stepsToNumber(event.size, lot);
      const high = Math.max((quote['high'] as number | undefined) ?? price, price);
      const low = Math.min((quote['low'] as number | undefined) ?? price, price);
      const volume = (quote['volume'] as number) + size;
      Object.assign(quote, { last: price, lastSize: size, volume, high, low, time });
    } else if (event.type === 'quote') {
      Object.assign(quote, {
        bid: stepsToNumber(event.bid, tick),
        bidSize: stepsToNumber(event.bidSize, lot),
        ask: stepsToNumber(event.ask, tick),
        askSize: stepsToNumber(event.askSize, lot),
        time,
      });
    } else if (event.type === 'book') {
      this.#books.set(symbol, { bids: event.bids.slice(), asks: event.asks.slice() });
      Object.assign(quote, {
        bid: stepsToNumber(event.bids[0]!, tick),
        ask: stepsToNumber(event.asks[0]!, tick),
        time,
      });
    }
    this.#emitter.emit('update', quote);
  }

  /** What a viewer is sent at a tick: the quotes that changed since the last one. */
  tick(): string {
    const changed = [...this.#dirty].map((symbol) => this.#quotes.get(symbol));
    this.#dirty.clear();
    return JSON.stringify(changed);
  }
}
