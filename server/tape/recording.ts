import {
  invariant,
  type Aggressor,
  type BarEvent,
  type BookEvent,
  type EventDensity,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
  type PriceTicks,
  type QuoteEvent,
  type SizeLots,
  type TradeEvent,
  type UnixUs,
} from '#protocol';
import { activityRuns } from './activity-runs.ts';
import {
  AGGRESSOR_SHIFT,
  BLOCK_EVENTS,
  KIND_BAR,
  KIND_BOOK_SNAPSHOT,
  KIND_MASK,
  KIND_QUOTE,
  KIND_TRADE,
  type EventBlock,
} from './event-block.ts';
import type { RecordingReader } from './ports.ts';
import { TradeView } from './trade-view.ts';

const BLOCK_SHIFT = 16;

/**
 * A whole recording in memory, in columns: about 45 bytes a trade. Not an importer (formats) and not a clock (timelines).
 * Invariant: nothing in it changes after construction, and only the last block is not full.
 */
export class Recording implements RecordingReader {
  readonly instruments: readonly InstrumentDefinition[];
  readonly events: number;
  readonly firstTimeUs: UnixUs;
  readonly lastTimeUs: UnixUs;
  readonly #blocks: readonly EventBlock[];
  /** Running maximum of the receive times per block; the receive column itself where that never goes back. */
  readonly #clocks: readonly Float64Array[];
  readonly #trade = new TradeView();
  readonly #quote: QuoteEvent;
  readonly #book: BookEvent;
  readonly #bar: BarEvent;

  constructor(instruments: readonly InstrumentDefinition[], blocks: readonly EventBlock[]) {
    invariant(1 << BLOCK_SHIFT === BLOCK_EVENTS, 'the shift finds the block of an event');
    this.instruments = instruments;
    this.#blocks = blocks;
    this.events = blocks.reduce((sum, block) => sum + block.count, 0);
    invariant(this.events > 0, 'a recording holds at least one event');
    this.#clocks = runningMaximum(blocks);
    this.firstTimeUs = this.timeOfEvent(0);
    this.lastTimeUs = this.timeOfEvent(this.events - 1);
    const base = { instrument: 0 as InstrumentId, venueTimeUs: 0 as UnixUs, receiveTimeUs: 0 as UnixUs };
    const none = 0 as PriceTicks & SizeLots;
    this.#quote = { type: 'quote', ...base, bid: none, bidSize: none, ask: none, askSize: none };
    this.#book = { type: 'book', ...base, snapshot: false, bids: [], asks: [] };
    const prices = { open: none, high: none, low: none, close: none };
    const span = { intervalSeconds: 0, startTimeUs: base.venueTimeUs };
    this.#bar = { type: 'bar', ...base, ...span, ...prices, volume: none };
  }

  timeOfEvent(index: number): UnixUs {
    invariant(index >= 0 && index < this.events, 'an event has a number from 0 to events - 1');
    return this.#clocks[index >>> BLOCK_SHIFT]![index & (BLOCK_EVENTS - 1)]! as UnixUs;
  }

  indexAt(timeUs: number): number {
    let low = 0;
    let high = this.events;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timeOfEvent(middle) <= timeUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  play(fromIndex: number, toIndex: number, onEvent: (event: MarketEvent) => void): void {
    invariant(fromIndex >= 0 && toIndex <= this.events, 'only events that exist can be played');
    for (let index = fromIndex; index < toIndex; index += 1) {
      const block = this.#blocks[index >>> BLOCK_SHIFT]!;
      const at = index & (BLOCK_EVENTS - 1);
      const kind = block.kind[at]!;
      const event = this.#fill(block, at, kind);
      event.instrument = block.instrument[at]! as InstrumentId;
      event.venueTimeUs = block.venueTimeUs[at]! as UnixUs;
      event.receiveTimeUs = block.receiveTimeUs[at]! as UnixUs;
      onEvent(event);
    }
  }

  density(silenceUs: number): EventDensity[] {
    return activityRuns(this, silenceUs);
  }

  #fill(block: EventBlock, at: number, kind: number): TradeEvent | QuoteEvent | BookEvent | BarEvent {
    if ((kind & KIND_MASK) === KIND_TRADE) return this.#fillTrade(block, at, kind);
    if (kind === KIND_QUOTE) return this.#fillQuote(block, at);
    return kind === KIND_BAR ? this.#fillBar(block, at) : this.#fillBook(block, at, kind);
  }

  #fillTrade(block: EventBlock, at: number, kind: number): TradeEvent {
    const event = this.#trade;
    event.price = block.first[at]! as PriceTicks;
    event.size = block.second[at]! as SizeLots;
    event.aggressor = (kind >> AGGRESSOR_SHIFT) as Aggressor;
    event.setId(block.third[at]!, block);
    return event;
  }

  #fillQuote(block: EventBlock, at: number): QuoteEvent {
    const event = this.#quote;
    event.bid = block.first[at]! as PriceTicks;
    event.bidSize = block.second[at]! as SizeLots;
    event.ask = block.third[at]! as PriceTicks;
    event.askSize = block.fourth![at]! as SizeLots;
    return event;
  }

  #fillBar(block: EventBlock, at: number): BarEvent {
    const event = this.#bar;
    const { volume, intervalSeconds, startTimeUs } = block.bars!;
    event.open = block.first[at]! as PriceTicks;
    event.high = block.second[at]! as PriceTicks;
    event.low = block.third[at]! as PriceTicks;
    event.close = block.fourth![at]! as PriceTicks;
    event.volume = volume[at]! as SizeLots;
    event.intervalSeconds = intervalSeconds[at]!;
    event.startTimeUs = startTimeUs[at]! as UnixUs;
    return event;
  }

  #fillBook(block: EventBlock, at: number, kind: number): BookEvent {
    const event = this.#book;
    const start = block.first[at]!;
    const asksAt = start + 2 * block.second[at]!;
    event.snapshot = kind === KIND_BOOK_SNAPSHOT;
    copyNumbers(event.bids, block.levels, start, asksAt);
    copyNumbers(event.asks, block.levels, asksAt, asksAt + 2 * block.third[at]!);
    return event;
  }
}

function copyNumbers(into: number[], from: Float64Array, start: number, end: number): void {
  into.length = end - start;
  for (let place = start; place < end; place += 1) into[place - start] = from[place]!;
}

function runningMaximum(blocks: readonly EventBlock[]): Float64Array[] {
  let highest = Number.NEGATIVE_INFINITY;
  return blocks.map((block) => {
    let clock: Float64Array | null = null;
    for (let at = 0; at < block.count; at += 1) {
      const time = block.receiveTimeUs[at]!;
      if (time >= highest) highest = time;
      else clock ??= block.receiveTimeUs.slice();
      if (clock !== null) clock[at] = highest;
    }
    return clock ?? block.receiveTimeUs;
  });
}
