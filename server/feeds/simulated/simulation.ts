import {
  type InstrumentDefinition,
  type InstrumentId,
  type UnixUs,
  type WireBar,
  invariant,
} from '#protocol';
import type { EventSink } from '../../engine/ports.ts';
import { QUOTE_SHARE, TRADE_SHARE, activityOf } from './activity.ts';
import { Arrivals } from './arrivals.ts';
import { EventWriter } from './event-writer.ts';
import type { InstrumentModel } from './instrument-model.ts';
import { OrderBooks } from './order-book.ts';
import { PriceHistory } from './price-history.ts';
import { PriceProcess, floorTicks } from './price-process.ts';
import { Sfc32, hash32, normalOf } from './random.ts';
import { RelativeVolume } from './relative-volume.ts';
import { HOUR_US, RollingDay } from './rolling-day.ts';
import { SIMULATED_VENUE } from './simulated-venue.ts';
import { universe } from './universe.ts';

export interface SimulationOptions {
  /** Any whole number. */
  readonly seed: number;
  /** Number of instruments, 1 to 10,000: the first ones of a fixed list. */
  readonly symbols: number;
  /** Average of all events of all instruments together. */
  readonly eventsPerSecond: number;
  /** Time of the first events. */
  readonly startTimeUs: number;
}

/** Random streams, one a part, so that a change in one leaves the others' numbers alone. */
const ARRIVAL_STREAM = 1;
const PRICE_STREAM = 2;
const BOOK_STREAM = 3;
const FLOW_STREAM = 4;
const START_STREAM = 5;
const SEED_STREAM = 6;
const VOLUME_STREAM = 7;

const UINT32 = 0x1_0000_0000;
/** Books come with quotes, in place of an event later on: what is drawn is which of the others it is. */
const QUOTE_BELOW = (QUOTE_SHARE / (QUOTE_SHARE + TRADE_SHARE)) * UINT32;

/** A jump sets off this share of a second's events in the instrument it hit, at most so many, within about so long. */
const BURST_SHARE = 0.5;
const BURST_MAX = 40;
const BURST_SPAN_US = 120_000;

/** How much the price's place between bid and ask decides who trades, against chance and the last aggressor. */
const PLACE_WEIGHT = 0.35;
const REPEAT_WEIGHT = 0.2;

export const SIMULATION_RATE_MAX = 200_000;

export function createSimulation(options: SimulationOptions): Simulation {
  return new Simulation(options);
}

/**
 * A made-up market in virtual time: who trades when, at which price, and what was before. No timers and no clock; whoever
 * drives it says how far. Invariant: the events depend on the options alone, not on the steps in which `advance` is called.
 */
export class Simulation {
  readonly definitions: readonly InstrumentDefinition[];
  readonly startTimeUs: UnixUs;
  /** Up to here all events are out. */
  timeUs: UnixUs;
  readonly #arrivals: Arrivals;
  readonly #prices: PriceProcess;
  readonly #books: OrderBooks;
  readonly #history: PriceHistory;
  readonly #writer: EventWriter;
  readonly #flow: Sfc32;
  readonly #volume: RelativeVolume;
  /** Events that a jump sets off. */
  readonly #burst: number;
  /** Wall time of the simulation's own time 0, us; later than `startTimeUs` by what was skipped. */
  #originUs: number;
  /** Number of each instrument in the events. */
  readonly #ids: Int32Array;
  /** +1 or -1: who took the initiative last. */
  readonly #side: Int8Array;
  /** Books that came with a quote: as many of the next events are left out, so that the rate stays. */
  readonly #owed: Uint8Array;
  readonly #day: RollingDay;
  /** Hour in which each instrument's numbers of 24 h were told last. */
  readonly #toldHour: Float64Array;

  constructor(options: SimulationOptions) {
    const { seed, symbols, eventsPerSecond } = options;
    invariant(Number.isSafeInteger(seed), 'the seed of a simulation is a whole number');
    invariant(
      eventsPerSecond > 0 && eventsPerSecond <= SIMULATION_RATE_MAX,
      `a simulation makes more than 0 and at most ${SIMULATION_RATE_MAX} events a second`,
    );
    const key = hash32(seed, Math.floor(seed / UINT32), SEED_STREAM);
    const models = universe(symbols);
    const activity = activityOf(models);
    const startTicks = Float64Array.from(models, (model, index) => startTicksOf(model, key, index));
    const startTimeUs = Math.floor(options.startTimeUs) as UnixUs;
    this.definitions = models.map(definitionOf);
    this.startTimeUs = startTimeUs;
    this.timeUs = startTimeUs;
    this.#originUs = startTimeUs;
    this.#ids = Int32Array.from(models, (_, index) => index);
    this.#side = new Int8Array(models.length).fill(1);
    this.#owed = new Uint8Array(models.length);
    this.#burst = Math.min(BURST_MAX, Math.floor(eventsPerSecond * BURST_SHARE));
    this.#flow = new Sfc32(key, FLOW_STREAM);
    this.#arrivals = new Arrivals(new Sfc32(key, ARRIVAL_STREAM), eventsPerSecond, activity);
    const priceRandom = new Sfc32(key, PRICE_STREAM);
    const tradesPerSecond = eventsPerSecond * TRADE_SHARE;
    this.#prices = new PriceProcess(priceRandom, models, activity, startTicks, tradesPerSecond);
    this.#volume = new RelativeVolume(new Sfc32(key, VOLUME_STREAM), activity, this.#prices);
    this.#books = new OrderBooks(new Sfc32(key, BOOK_STREAM), models, this.#prices);
    this.#writer = new EventWriter(this.#ids, this.#books);
    this.#history = new PriceHistory({ key, models, activity, eventsPerSecond, startTicks, startTimeUs });
    this.#day = new RollingDay(models.length, this.#history, startTimeUs);
    this.#toldHour = new Float64Array(models.length).fill(Math.floor(startTimeUs / HOUR_US));
    startTicks.forEach((price, index) => this.#books.open(index, price));
  }

  /** Makes all instruments known. Their ids stand in the events from then on, in place of their places in `definitions`. */
  define(sink: Pick<EventSink, 'define'>): InstrumentId[] {
    const ids = this.definitions.map((definition) => sink.define(definition));
    this.#ids.set(ids);
    return ids;
  }

  /**
   * Gives each instrument its first values at the start time: the last 24 h, a quote, a book and a trade, which prints at the
   * price at which the history ends. Call it once, before `advance`.
   */
  emitFirst(sink: Pick<EventSink, 'onEvent'>): void {
    const writer = this.#writer;
    for (let index = 0; index < this.definitions.length; index += 1) {
      writer.statistics(index, this.startTimeUs, this.#history.lastDay(index), sink);
      writer.quote(index, this.startTimeUs, sink);
      writer.book(index, this.startTimeUs, sink);
      this.#trade(index, this.startTimeUs, 1, 1, sink);
    }
  }

  /** Emits all events up to and including `untilUs`, in order of time. Returns how many. */
  advance(untilUs: number, sink: Pick<EventSink, 'onEvent'>): number {
    const arrivals = this.#arrivals;
    const prices = this.#prices;
    const end = Math.floor(untilUs) - this.#originUs + 1;
    let emitted = 0;
    for (;;) {
      const nextUs = arrivals.nextUs;
      const movedUs = Math.min(prices.factorsUs, prices.jumpUs);
      if (Math.min(nextUs, movedUs) >= end) break;
      if (nextUs <= movedUs) {
        emitted += this.#emit(arrivals.instrument, nextUs, sink);
        arrivals.take();
      } else if (movedUs === prices.factorsUs) {
        prices.stepFactors();
      } else {
        this.#jump();
      }
    }
    if (untilUs > this.timeUs) this.timeUs = Math.floor(untilUs) as UnixUs;
    return emitted;
  }

  /** Lets `durationUs` pass in which the market stands still: what would have happened happens that much later. */
  skip(durationUs: number): void {
    const whole = Math.floor(durationUs);
    invariant(whole >= 0, 'time is skipped forward only');
    this.#originUs += whole;
    this.timeUs = (this.timeUs + whole) as UnixUs;
  }

  /** Bars before `beforeS` and before the start time, oldest first, at most `count`. See PriceHistory. */
  history(index: number, intervalS: number, beforeS: number, count: number): WireBar[] {
    return this.#history.bars(index, intervalS, beforeS, count);
  }

  #jump(): void {
    const atUs = this.#prices.jumpUs;
    const instrument = this.#prices.jump();
    this.#arrivals.burst(instrument, atUs, this.#burst, BURST_SPAN_US);
  }

  /** @returns the number of events: a quote at other prices has its book with it, or the ladder would stand on the wrong side of it */
  #emit(index: number, atUs: number, sink: Pick<EventSink, 'onEvent'>): number {
    const timeUs = (this.#originUs + Math.floor(atUs)) as UnixUs;
    this.#tellDay(index, timeUs, sink);
    const mid = this.#prices.touch(index, atUs);
    if (this.#owed[index]! > 0) {
      this.#owed[index]! -= 1;
      return 0;
    }
    if (this.#flow.next() < QUOTE_BELOW) {
      const isMoved = this.#books.requote(index);
      this.#writer.quote(index, timeUs, sink);
      if (!isMoved) return 1;
      this.#writer.book(index, timeUs, sink);
      this.#owed[index] = 1;
      return 2;
    }
    const side = this.#aggressor(index, mid);
    this.#side[index] = side;
    this.#trade(index, timeUs, side, this.#volume.at(index, atUs), sink);
    this.#prices.push(index, side);
    return 1;
  }

  #trade(
    index: number,
    timeUs: UnixUs,
    side: 1 | -1,
    relativeVolume: number,
    sink: Pick<EventSink, 'onEvent'>,
  ): void {
    const { price, size } = this.#writer.trade(index, timeUs, side, relativeVolume, sink);
    this.#day.trade(index, timeUs, price, size);
  }

  /** With an instrument's first event of each hour the numbers of 24 h are told anew: what is older is no part of them any more. */
  #tellDay(index: number, timeUs: UnixUs, sink: Pick<EventSink, 'onEvent'>): void {
    const hour = Math.floor(timeUs / HOUR_US);
    if (hour === this.#toldHour[index]) return;
    this.#toldHour[index] = hour;
    const day = this.#day.numbers(index, timeUs);
    if (day !== null) this.#writer.statistics(index, timeUs, day, sink);
  }

  /** A price above the ask makes buyers come, one below the bid sellers; in between, buyers follow buyers. */
  #aggressor(index: number, mid: number): 1 | -1 {
    const bid = this.#books.bid[index]!;
    const ask = this.#books.ask[index]!;
    const place = Math.max(-1, Math.min(1, (2 * mid - bid - ask) / (ask - bid)));
    const buys = 0.5 + PLACE_WEIGHT * place + REPEAT_WEIGHT * (1 - Math.abs(place)) * this.#side[index]!;
    return this.#flow.unit() < buys ? 1 : -1;
  }
}

function definitionOf(model: InstrumentModel): InstrumentDefinition {
  const { symbol, name, assetClass, currency, tick, lot } = model;
  return { venue: SIMULATED_VENUE, symbol, name, assetClass, currency, tick, lot };
}

/** Each seed starts at another price: within a few days' movement of the anchor. */
function startTicksOf(model: InstrumentModel, key: number, index: number): number {
  const deviation = normalOf(hash32(key, index, START_STREAM)) * model.dailyVolatility;
  return Math.max(floorTicks(model), Math.round(model.anchorTicks * Math.exp(deviation)));
}
