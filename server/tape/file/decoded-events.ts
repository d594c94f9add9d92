import type {
  Aggressor,
  BarEvent,
  BookEvent,
  InstrumentId,
  MarketEvent,
  PriceTicks,
  QuoteEvent,
  SizeLots,
  StatisticsEvent,
  UnixUs,
} from '#protocol';
import {
  KIND_BAR,
  KIND_BOOK,
  KIND_QUOTE,
  KIND_STATISTICS,
  KIND_TRADE,
  TAG_AGGRESSOR,
  TAG_AGGRESSOR_SHIFT,
  TAG_KIND,
  TAG_SNAPSHOT,
} from './event-kinds.ts';
import { NO_ID, TradeView, type IdTexts } from '../trade-view.ts';

/** Stands in the place of a trade id that is no number: the first text, and below it the n-th. */
export const FIRST_TEXT_ID = NO_ID - 1;

/** How many units of its instrument one unit of a block is: more than 1 where the tick or lot became finer later. */
export interface UnitFactors {
  readonly price: Float64Array;
  readonly size: Float64Array;
}

/**
 * One block of events, read. Numbers by kind, from `at` on: trade = price, size, id; quote = bid, bid size, ask, ask size; book = bids,
 * asks, then their levels; statistics = open, high, low, volume; bar = interval, start, open, high, low, close, volume.
 */
export interface DecodedEvents {
  readonly count: number;
  readonly tag: Uint8Array;
  readonly instrument: Uint32Array;
  readonly venueTimeUs: Float64Array;
  readonly receiveTimeUs: Float64Array;
  /** Replay time: the highest receive time so far. */
  readonly timeUs: Float64Array;
  readonly at: Uint32Array;
  readonly numbers: Float64Array;
  readonly texts: readonly string[];
}

/** Bytes that a block holds in memory, roughly. */
export function decodedBytes({ count, numbers, texts }: DecodedEvents): number {
  return count * 33 + numbers.length * 8 + texts.length * 64;
}

/** Writes prices and sizes in the units of the whole tape. */
export function applyFactors(events: DecodedEvents, factors: UnitFactors): void {
  const { numbers } = events;
  for (let index = 0; index < events.count; index += 1) {
    const instrument = events.instrument[index]!;
    const price = factors.price[instrument]!;
    const size = factors.size[instrument]!;
    if (price === 1 && size === 1) continue;
    const from = events.at[index]!;
    const kind = events.tag[index]! & TAG_KIND;
    const alternate = (start: number, end: number): void => {
      for (let at = start; at < end; at += 2) {
        numbers[at]! *= price;
        numbers[at + 1]! *= size;
      }
    };
    if (kind === KIND_TRADE) alternate(from, from + 2);
    else if (kind === KIND_QUOTE) alternate(from, from + 4);
    else if (kind === KIND_BOOK) {
      const levels = numbers[from]! + numbers[from + 1]!;
      alternate(from + 2, from + 2 + 2 * levels);
    } else {
      const prices = kind === KIND_STATISTICS ? 3 : 4;
      const first = kind === KIND_STATISTICS ? from : from + 2;
      for (let at = first; at < first + prices; at += 1) numbers[at]! *= price;
      numbers[first + prices]! *= size;
    }
  }
}

/** Hands out decoded events, in objects that are used again. */
export class EventPlayer implements IdTexts {
  readonly #trade = new TradeView();
  readonly #quote: QuoteEvent;
  readonly #book: BookEvent;
  readonly #statistics: StatisticsEvent;
  readonly #bar: BarEvent;
  #texts: readonly string[] = [];

  constructor() {
    const base = { instrument: 0 as InstrumentId, venueTimeUs: 0 as UnixUs, receiveTimeUs: 0 as UnixUs };
    const price = 0 as PriceTicks;
    const size = 0 as SizeLots;
    this.#quote = { type: 'quote', ...base, bid: price, bidSize: size, ask: price, askSize: size };
    this.#book = { type: 'book', ...base, snapshot: false, bids: [], asks: [] };
    this.#statistics = { type: 'statistics', ...base, open: price, high: price, low: price, volume: size };
    const bar = { open: price, high: price, low: price, close: price, volume: size };
    this.#bar = { type: 'bar', ...base, intervalSeconds: 0, startTimeUs: 0 as UnixUs, ...bar };
  }

  play(block: DecodedEvents, from: number, to: number, onEvent: (event: MarketEvent) => void): void {
    for (let index = from; index < to; index += 1) {
      const event = this.#fill(block, index);
      event.instrument = block.instrument[index] as InstrumentId;
      event.venueTimeUs = block.venueTimeUs[index] as UnixUs;
      event.receiveTimeUs = block.receiveTimeUs[index] as UnixUs;
      onEvent(event);
    }
  }

  /** Of the trade that was handed out last. */
  idText(code: number): string {
    return this.#texts[FIRST_TEXT_ID - code]!;
  }

  #fill(block: DecodedEvents, index: number): MarketEvent {
    const { numbers } = block;
    const at = block.at[index]!;
    const tag = block.tag[index]!;
    switch (tag & TAG_KIND) {
      case KIND_TRADE: {
        const event = this.#trade;
        event.price = numbers[at] as PriceTicks;
        event.size = numbers[at + 1] as SizeLots;
        event.aggressor = ((tag & TAG_AGGRESSOR) >> TAG_AGGRESSOR_SHIFT) as Aggressor;
        event.setId(numbers[at + 2]!, this);
        this.#texts = block.texts;
        return event;
      }
      case KIND_QUOTE: {
        const event = this.#quote;
        event.bid = numbers[at] as PriceTicks;
        event.bidSize = numbers[at + 1] as SizeLots;
        event.ask = numbers[at + 2] as PriceTicks;
        event.askSize = numbers[at + 3] as SizeLots;
        return event;
      }
      case KIND_BOOK: {
        const event = this.#book;
        const asksAt = at + 2 + 2 * numbers[at]!;
        event.snapshot = (tag & TAG_SNAPSHOT) !== 0;
        copyNumbers(event.bids, numbers, at + 2, asksAt);
        copyNumbers(event.asks, numbers, asksAt, asksAt + 2 * numbers[at + 1]!);
        return event;
      }
      case KIND_STATISTICS: {
        const event = this.#statistics;
        event.open = numbers[at] as PriceTicks;
        event.high = numbers[at + 1] as PriceTicks;
        event.low = numbers[at + 2] as PriceTicks;
        event.volume = numbers[at + 3] as SizeLots;
        return event;
      }
      default:
        // The decoder lets no other kind through than KIND_BAR.
        return this.#fillBar(numbers, at);
    }
  }

  #fillBar(numbers: Float64Array, at: number): BarEvent {
    const event = this.#bar;
    event.intervalSeconds = numbers[at]!;
    event.startTimeUs = numbers[at + 1] as UnixUs;
    event.open = numbers[at + 2] as PriceTicks;
    event.high = numbers[at + 3] as PriceTicks;
    event.low = numbers[at + 4] as PriceTicks;
    event.close = numbers[at + 5] as PriceTicks;
    event.volume = numbers[at + 6] as SizeLots;
    return event;
  }
}

/** Whether a tag is of a kind that version 1 has. */
export function isKnownKind(kind: number): boolean {
  return kind >= KIND_TRADE && kind <= KIND_BAR;
}

function copyNumbers(into: number[], from: Float64Array, start: number, end: number): void {
  into.length = end - start;
  for (let place = start; place < end; place += 1) into[place - start] = from[place]!;
}
