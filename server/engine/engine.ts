import {
  ALL_BITS,
  LIMITS,
  instrumentId,
  instrumentKey,
  type GapMark,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
  type UnixUs,
} from '#protocol';
import { Bars } from './bars.ts';
import { Counters } from './counters.ts';
import { Dictionary, stepRatio } from './dictionary.ts';
import {
  areLevels,
  areTicks,
  isSizeOrAbsent,
  isSize,
  isTick,
  isTickOrAbsent,
  isTime,
} from './event-check.ts';
import { GapLog } from './gap-log.ts';
import type { InstrumentState } from './instrument-state.ts';
import { MarketState } from './market-state.ts';
import { RawRing } from './raw-ring.ts';
import { TradeRing } from './trade-ring.ts';
import { VersionClock } from './version-clock.ts';

/** Told of every change, as it happens. Implemented by the hub. */
export interface EngineListener {
  /** An instrument's values are about to be written in other units. */
  onUnits(): void;
  onInstrument(id: InstrumentId): void;
  onQuoteChange(id: number, bits: number): void;
  onTrade(id: number, seq: number): void;
  onBarChange(intervalIndex: number, id: number, startS: number): void;
  onBookChange(id: number): void;
}

/**
 * The synchronous core of one timeline: takes events in order, numbers them, keeps the state that all viewers share. It does no
 * I/O, owns no timer and reads no clock.
 *
 * Invariant: after `onEvent` returns, state, bars and trades agree with each other and the listener was told of every change.
 */
export class Engine {
  readonly dictionary = new Dictionary();
  readonly state = new MarketState();
  readonly counters = new Counters();
  readonly versions: VersionClock;
  readonly trades: TradeRing;
  readonly raw = new RawRing(LIMITS.tradeRingSize);
  readonly bars: Bars;
  /** Where something is missing, newest last; a new epoch leaves them as they are. */
  readonly gaps = new GapLog();
  /** Events taken in since the start, refused ones not counted. */
  eventsTaken = 0;
  #listener: EngineListener | null = null;
  readonly #onLevelsDropped = (levels: number): void => this.counters.add('book_levels_dropped', levels);

  constructor(startUs: UnixUs, tradeRingSize: number = LIMITS.tradeRingSize) {
    this.versions = new VersionClock(startUs);
    this.trades = new TradeRing(tradeRingSize);
    this.bars = new Bars((interval, id, startS) => this.#listener?.onBarChange(interval, id, startS));
  }

  listen(listener: EngineListener): void {
    this.#listener = listener;
  }

  /** Makes an instrument known. A known one whose tick or lot changed has its values written in the new units. */
  define(definition: InstrumentDefinition): InstrumentId {
    const known = this.dictionary.find(instrumentKey(definition));
    if (known !== undefined) {
      const before = this.dictionary.definition(known);
      const price = stepRatio(before.tick, definition.tick);
      const size = stepRatio(before.lot, definition.lot);
      if (price !== 1 || size !== 1) this.#listener?.onUnits();
      this.dictionary.define(definition);
      if (price !== 1 || size !== 1) this.#rescale(known, price, size);
      return known;
    }
    const id = this.dictionary.define(definition);
    this.state.reserve(this.dictionary.size);
    this.bars.plan(this.dictionary.size);
    this.#listener?.onInstrument(id);
    return id;
  }

  onEvent(event: MarketEvent): void {
    const id = event.instrument;
    if (!this.dictionary.has(id)) return this.counters.add('unknown_instrument');
    const bits = this.#apply(event);
    if (bits < 0) return;
    this.eventsTaken += 1;
    if (bits === 0) return;
    const version = this.versions.next;
    this.state.stamp(id, version);
    this.raw.push(id, bits, this.state.columns, event.venueTimeUs, version);
    this.#listener?.onQuoteChange(id, bits);
  }

  /** Takes a gap of the market's data. One whose ends are no times, or of no known instrument, is refused. */
  onGap(mark: GapMark): boolean {
    const { instrument, fromTimeUs, toTimeUs } = mark;
    if (instrument !== undefined && !this.dictionary.has(instrument)) {
      this.counters.add('unknown_instrument');
      return false;
    }
    if (!isTime(fromTimeUs, toTimeUs) || fromTimeUs > toTimeUs) {
      this.counters.add('bad_time');
      return false;
    }
    if (!this.gaps.add(mark)) return false;
    this.counters.add(`gap_${mark.reason}`);
    return true;
  }

  /** Drops all values for a new epoch. Instruments and their ids stay. */
  reset(startUs: UnixUs): void {
    this.state.clear();
    this.trades.clear();
    this.raw.clear();
    this.bars.clear();
    this.dictionary.reset();
    this.versions.restart(startUs);
  }

  /**
   * Goes on from a known state: values, books, the newest bars, how many trades there were. For an engine that was just reset: nobody is
   * told of the changes.
   */
  load(states: readonly InstrumentState[]): void {
    for (const state of states) {
      const id = instrumentId(state.instrument);
      if (!this.dictionary.has(id)) continue;
      const version = this.versions.next;
      const { last, bid, ask, open } = state;
      this.#anchor(id, [last, bid, ask].find((price) => price === price) ?? Number.NaN, state.volume);
      if (open === open) this.dictionary.setOpen(id, open);
      this.state.load(state);
      this.state.stamp(id, version);
      this.trades.resumeAt(id, state.trades);
      for (const { intervalSeconds, ...bar } of state.bars) this.bars.put(id, intervalSeconds, bar, version);
      this.bars.resume(id, state.trades > 0);
    }
  }

  /** Begins to count versions anew and keeps all values. */
  renumber(startUs: UnixUs): void {
    this.versions.restart(startUs);
    for (let id = 0; id < this.dictionary.size; id += 1) {
      if (this.state.version(id) > 0) this.state.stamp(id, this.versions.next);
    }
    this.trades.restamp(this.versions.next);
    this.raw.restamp(this.versions.next);
    this.bars.restamp(this.versions.next);
  }

  /** Writes what is known of an instrument in other units; where a ratio is NaN they cannot be told exactly, and are dropped. */
  #rescale(id: InstrumentId, price: number, size: number): void {
    const version = this.versions.next;
    this.dictionary.rescale(id, price, size);
    this.state.rescale(id, price, size);
    this.raw.rescale(id, price, size);
    if (price * size === price * size) {
      this.bars.rescale(id, price, size, version);
      this.trades.rescale(id, price, size);
    } else {
      this.counters.add('units_changed');
      this.bars.forget(id);
      this.trades.forget(id);
    }
    this.state.stamp(id, version);
    this.#listener?.onQuoteChange(id, ALL_BITS);
    if (this.state.bookLevels(id) !== undefined) this.#listener?.onBookChange(id);
  }

  /** Applies an event; returns the changed bits, or -1 when it was refused. */
  #apply(event: MarketEvent): number {
    switch (event.type) {
      case 'quote':
        if (!isTickOrAbsent(event.bid) || !isTickOrAbsent(event.ask)) return this.#refuse('bad_price');
        if (!isSizeOrAbsent(event.bidSize) || !isSizeOrAbsent(event.askSize)) return this.#refuse('bad_size');
        this.#anchor(event.instrument, event.bid === event.bid ? event.bid : event.ask);
        return this.state.quote(event);
      case 'trade':
        return this.#trade(event);
      case 'book':
        return this.#book(event);
      case 'statistics':
        if (!isTickOrAbsent(event.open) || !isTickOrAbsent(event.high) || !isTickOrAbsent(event.low))
          return this.#refuse('bad_price');
        if (!isSizeOrAbsent(event.volume)) return this.#refuse('bad_size');
        if (event.open === event.open) this.dictionary.setOpen(event.instrument, event.open);
        return this.state.statistics(event);
      case 'bar':
        return this.#bar(event);
      default:
        // An adapter that nobody type-checked: the port promises that it cannot bring the process down.
        event satisfies never;
        return this.#refuse('unknown_type');
    }
  }

  #trade(event: MarketEvent & { type: 'trade' }): number {
    if (!isTick(event.price)) return this.#refuse('bad_price');
    if (!isSize(event.size)) return this.#refuse('bad_size');
    if (!isTime(event.venueTimeUs, event.receiveTimeUs)) return this.#refuse('bad_time');
    if (event.size === 0) this.counters.add('zero_size');
    const id = event.instrument;
    this.#anchor(id, event.price);
    if (this.state.beginsDay(id, event.venueTimeUs) || Number.isNaN(this.dictionary.open(id)))
      this.dictionary.setOpen(id, event.price);
    const behindUs = this.state.behind(event);
    const bits = this.state.trade(event);
    const version = this.versions.next;
    const seq = this.trades.push(id, event.venueTimeUs, event.price, event.size, event.aggressor, version);
    const tooLate = this.bars.trade(id, event.venueTimeUs, event.price, event.size, version, behindUs);
    if (tooLate > 0) this.counters.add('too_late_for_bar', tooLate);
    this.#listener?.onTrade(id, seq);
    return bits;
  }

  #book(event: MarketEvent & { type: 'book' }): number {
    if (!areLevels(event.bids) || !areLevels(event.asks)) return this.#refuse('bad_book');
    this.#anchor(event.instrument, event.bids[0] ?? event.asks[0] ?? Number.NaN);
    const bits = this.state.book(event, this.#onLevelsDropped);
    this.#listener?.onBookChange(event.instrument);
    return bits;
  }

  /** A finished bar moves the last price too, for sources that have nothing finer. */
  #bar(event: MarketEvent & { type: 'bar' }): number {
    const { instrument: id, open, high, low, close, volume } = event;
    if (!areTicks(open, high, low, close)) return this.#refuse('bad_price');
    if (!isSize(volume)) return this.#refuse('bad_size');
    const startS = event.startTimeUs / 1_000_000;
    if (!isTime(event.startTimeUs, event.receiveTimeUs) || startS % event.intervalSeconds !== 0)
      return this.#refuse('bad_time');
    const bar = { startS, open, high, low, close, volume };
    // One that comes after a later one is history: it moves no price, whether or not its place is still held.
    const isLate =
      this.bars.range(event.intervalSeconds, id, startS + 1, Number.POSITIVE_INFINITY, 1).length > 0;
    const counted = this.bars.bar(id, event.intervalSeconds, bar, this.versions.next);
    if (counted === null) return this.#refuse('bar_not_kept');
    if (isLate) return 0;
    this.#anchor(id, close);
    if (this.state.beginsDay(id, event.startTimeUs) || Number.isNaN(this.dictionary.open(id)))
      this.dictionary.setOpen(id, open);
    return this.state.bar(event, counted);
  }

  /** The first price that is seen becomes the reference, with the day's volume as far as it is known then. */
  #anchor(id: InstrumentId, price: number, volume = this.state.columns.volume[id]!): void {
    if (this.dictionary.isAnchored(id) || price !== price) return;
    this.dictionary.anchor(id, price, volume === volume ? volume : 0);
  }

  #refuse(reason: string): -1 {
    this.counters.add(reason);
    return -1;
  }
}
