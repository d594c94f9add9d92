import {
  AGGRESSOR_BUY,
  InvariantError,
  invariant,
  type BookEvent,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
  type PriceTicks,
  type QuoteEvent,
  type SizeLots,
  type TradeEvent,
  type UnixUs,
} from '#protocol';
import { createSimulation } from '../../../server/feeds/simulated/simulation.ts';

const KINDS = ['trade', 'quote', 'book'] as const;
const TRADE = 0;
const QUOTE = 1;
/** Whoever plays the lap shifts the times by what is the time now; a start of its own keeps it the same in every process. */
const START_US = 1_750_000_000_000_000;
const US_PER_S = 1_000_000;

export interface LapOptions {
  readonly symbols: number;
  readonly eventsPerSecond: number;
  /** After this much market time it begins anew, s. */
  readonly lapS: number;
}

/**
 * Some seconds of the simulated market, made beforehand: in a server that plays it, what a real source would not cost (inventing
 * prices) is off the clock, and every server gets the same events. In flat columns, so that the collector never looks at them.
 */
export class MarketLap {
  readonly definitions: readonly InstrumentDefinition[];
  readonly lapUs: number;
  /** Trades, quotes and books of each instrument in a lap. */
  readonly eventsOf: Int32Array;
  readonly #kinds: Uint8Array;
  readonly #instruments: Uint16Array;
  readonly #offsetsUs: Float64Array;
  /** Where an event's numbers begin; those of a book are the bids, then as many asks. */
  readonly #starts: Uint32Array;
  readonly #values: Float64Array;
  readonly #trade: TradeEvent;
  readonly #quote: QuoteEvent;
  readonly #book: BookEvent;

  constructor({ symbols, eventsPerSecond, lapS }: LapOptions) {
    const simulation = createSimulation({ seed: 1, symbols, eventsPerSecond, startTimeUs: START_US });
    this.definitions = simulation.definitions;
    this.lapUs = lapS * US_PER_S;
    this.eventsOf = new Int32Array(symbols);
    const kinds: number[] = [];
    const instruments: number[] = [];
    const offsets: number[] = [];
    const starts: number[] = [0];
    const values: number[] = [];
    simulation.advance(START_US + this.lapUs - 1, {
      onEvent: (event) => {
        const numbers = numbersOf(event);
        kinds.push(KINDS.indexOf(event.type as (typeof KINDS)[number]));
        instruments.push(event.instrument);
        offsets.push(event.venueTimeUs - START_US);
        for (const number of numbers) values.push(number);
        starts.push(values.length);
        this.eventsOf[event.instrument]! += 1;
      },
    });
    invariant(kinds.length > 0, 'something happens in a lap');
    this.#kinds = Uint8Array.from(kinds);
    this.#instruments = Uint16Array.from(instruments);
    this.#offsetsUs = Float64Array.from(offsets);
    this.#starts = Uint32Array.from(starts);
    this.#values = Float64Array.from(values);
    const base = { instrument: 0 as InstrumentId, venueTimeUs: 0 as UnixUs, receiveTimeUs: 0 as UnixUs };
    const price = 0 as PriceTicks;
    const size = 0 as SizeLots;
    this.#trade = { ...base, type: 'trade', price, size, aggressor: AGGRESSOR_BUY, tradeId: '' };
    this.#quote = { ...base, type: 'quote', bid: price, bidSize: size, ask: price, askSize: size };
    this.#book = { ...base, type: 'book', snapshot: true, bids: [], asks: [] };
  }

  get events(): number {
    return this.#kinds.length;
  }

  /** When an event happens, us after the beginning of the lap. */
  offsetUs(index: number): number {
    return this.#offsetsUs[index]!;
  }

  /** Place of an event's instrument in the definitions. */
  instrumentOf(index: number): number {
    return this.#instruments[index]!;
  }

  /** One of three objects, filled anew by each call. */
  event(index: number, instrument: InstrumentId, timeUs: UnixUs): MarketEvent {
    const values = this.#values;
    const at = this.#starts[index]!;
    const kind = this.#kinds[index]!;
    const event = kind === TRADE ? this.#trade : kind === QUOTE ? this.#quote : this.#book;
    event.instrument = instrument;
    event.venueTimeUs = timeUs;
    event.receiveTimeUs = timeUs;
    if (event.type === 'trade') {
      event.price = values[at] as PriceTicks;
      event.size = values[at + 1] as SizeLots;
      event.aggressor = values[at + 2] as TradeEvent['aggressor'];
    } else if (event.type === 'quote') {
      event.bid = values[at] as PriceTicks;
      event.bidSize = values[at + 1] as SizeLots;
      event.ask = values[at + 2] as PriceTicks;
      event.askSize = values[at + 3] as SizeLots;
    } else {
      const half = (this.#starts[index + 1]! - at) / 2;
      for (let level = 0; level < half; level += 1) {
        event.bids[level] = values[at + level]!;
        event.asks[level] = values[at + half + level]!;
      }
      event.bids.length = event.asks.length = half;
    }
    return event;
  }
}

function numbersOf(event: MarketEvent): readonly number[] {
  switch (event.type) {
    case 'trade':
      return [event.price, event.size, event.aggressor];
    case 'quote':
      return [event.bid, event.bidSize, event.ask, event.askSize];
    case 'book':
      invariant(event.bids.length === event.asks.length, 'simulated books are as deep on both sides');
      return [...event.bids, ...event.asks];
    default:
      throw new InvariantError(`a lap holds no ${event.type}`);
  }
}
