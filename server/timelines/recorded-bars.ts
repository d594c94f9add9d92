import type { BarEvent, InstrumentId, MarketEvent, TradeEvent, WireBar } from '#protocol';
import { INTERVALS_S } from '../engine/bars.ts';
import { isLateTrade } from '../engine/late-trade.ts';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { RecordingReader } from '../tape/ports.ts';

const US_PER_S = 1_000_000;
const MINUTE_S = 60;
/** Work in one go, ms, and events between two looks at the clock. */
const SLICE_MS = 6;
const BATCH_EVENTS = 2_048;
/**
 * Once minutes were asked for, so many events are counted beyond that, with a pause between two portions, ms: whoever seeks further on finds
 * them counted. A fifth of a core while it lasts; beyond it they are counted when they are asked for.
 */
const AHEAD_EVENTS_MAX = 4_000_000;
const AHEAD_PAUSE_MS = 24;
/** Events that are played for bars below a minute, at most: a quarter of a second of work. */
const SECONDS_EVENTS_MAX = 400_000;
/** How far the search for more of them goes back at a time, as a multiple of what was searched. */
const SECONDS_WIDER = 4;
/** Trades that come so long after the end of their bar still go into one below a minute, us. */
const LATE_US = 5_000_000;

/** Time of an instrument's newest trade so far; NaN = none. */
interface Newest {
  us: number;
}

/** A bar, the numbers of the first and last event that made it, and what was the newest trade before them. */
interface CountedBar extends WireBar {
  firstEvent: number;
  lastEvent: number;
  newestUs: number;
}

/** Bars of one interval, by start. */
type BarTable = Map<number, WireBar>;

/**
 * Bars of a recording before any place in it, for a player that came there without playing all that is before. Minutes are counted once
 * over the whole recording, in portions, when the first are asked for; shorter bars are counted where they are wanted. Invariant: nothing
 * that comes after the place is in an answer, also where a late trade of an old bar has been counted already.
 */
export class RecordedBars {
  readonly #recording: RecordingReader;
  readonly #clock: Clock;
  /** By instrument and interval in seconds: minutes made of trades, and whatever bars were recorded as such. */
  readonly #tables = new Map<string, Map<number, CountedBar>>();
  /** By instrument. */
  readonly #newest = new Map<number, Newest>();
  /** Events that were counted. */
  #counted = 0;
  /** Number of the event that is being counted. */
  #at = 0;
  /** State of the definitions that the tables are written in. */
  #units: number | undefined;
  #waiting: { index: number; resolve: () => void }[] = [];
  #cancel: Cancel | null = null;
  #isClosed = false;

  constructor(recording: RecordingReader, clock: Clock) {
    this.#recording = recording;
    this.#clock = clock;
    this.#units = recording.units;
  }

  /** At most `count` bars that start before `beforeS` and are made of the first `index` events, oldest first. */
  async history(
    id: InstrumentId,
    intervalS: number,
    beforeS: number,
    count: number,
    index: number,
  ): Promise<WireBar[]> {
    if (intervalS % MINUTE_S !== 0) return this.#seconds(id, intervalS, beforeS, count, index);
    await this.#countTo(index);
    const interval = this.#intervalFor(id, intervalS);
    const bars: BarTable = new Map();
    for (const bar of this.#tables.get(key(id, interval))?.values() ?? []) {
      if (bar.startS >= beforeS || bar.firstEvent >= index) continue;
      const then = bar.lastEvent < index ? bar : this.#barAt(id, interval, bar, index);
      if (then !== undefined) merge(bars, intervalS, then);
    }
    return newest(bars, count);
  }

  /** Of what bars are made: of those that were recorded, of minutes, or of the shortest that there are. */
  #intervalFor(id: InstrumentId, intervalS: number): number {
    const isThere = (one: number): boolean => intervalS % one === 0 && this.#tables.has(key(id, one));
    return [intervalS, MINUTE_S, ...INTERVALS_S].find(isThere) ?? intervalS;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  async #seconds(
    id: InstrumentId,
    intervalS: number,
    beforeS: number,
    count: number,
    index: number,
  ): Promise<WireBar[]> {
    const recording = this.#recording;
    const to = Math.min(index, recording.indexAt(beforeS * US_PER_S + LATE_US));
    const first = Math.max(recording.firstEvent ?? 0, to - SECONDS_EVENTS_MAX);
    let from = Math.max(first, recording.indexAt((beforeS - count * intervalS) * US_PER_S - 1));
    for (;;) {
      const bars = await this.#made(id, intervalS, beforeS, from, to);
      if (from > (recording.firstEvent ?? 0)) {
        // What came before is not counted, so that the oldest may have lost a part.
        const wholeFromUs = recording.timeOfEvent(from);
        for (const startS of bars.keys()) if (startS * US_PER_S < wholeFromUs) bars.delete(startS);
      }
      if (bars.size >= count || from === first || this.#isClosed) return newest(bars, count);
      from = Math.max(first, to - SECONDS_WIDER * Math.max(BATCH_EVENTS, to - from));
    }
  }

  /** Bars that start before `beforeS`, made of the trades of a stretch, or of bars that were recorded as such; of shorter ones where nothing else is. */
  async #made(
    id: InstrumentId,
    intervalS: number,
    beforeS: number,
    fromEvent: number,
    toEvent: number,
  ): Promise<BarTable> {
    const bars: BarTable = new Map();
    const shorter: BarTable = new Map();
    const newestTrade = { us: Number.NaN };
    const take = (event: MarketEvent): void => {
      if (event.instrument !== id) return;
      if (event.type === 'trade') {
        const bar = barOf(event.venueTimeUs, event.price, event.size);
        const closes = isClose(event, newestTrade, intervalS);
        if (bar.startS < beforeS) merge(bars, intervalS, bar, closes);
      } else if (event.type === 'bar' && intervalS % event.intervalSeconds === 0) {
        const bar = recordedBar(event);
        if (bar.startS < beforeS) (event.intervalSeconds === intervalS ? bars : shorter).set(bar.startS, bar);
      }
    };
    for (let at = fromEvent; at < toEvent && !this.#isClosed;) {
      const untilUs = this.#clock.nowUs() + SLICE_MS * 1000;
      do {
        const to = Math.min(toEvent, at + BATCH_EVENTS);
        this.#recording.play(at, to, take);
        at = to;
      } while (at < toEvent && this.#clock.nowUs() < untilUs);
      if (at < toEvent) await new Promise<void>((resolve) => this.#clock.soon(resolve));
    }
    if (bars.size === 0) for (const bar of shorter.values()) merge(bars, intervalS, bar);
    return bars;
  }

  /** A bar as it was after the first `index` events; it was counted further. */
  #barAt(id: InstrumentId, intervalS: number, bar: CountedBar, index: number): WireBar | undefined {
    const then = new Map<number, CountedBar>();
    const newestTrade = { us: bar.newestUs };
    this.#recording.play(bar.firstEvent, index, (event) => {
      if (event.instrument === id) count(then, intervalS, event, 0, newestTrade);
    });
    return then.get(bar.startS);
  }

  #countTo(index: number): Promise<void> {
    if (this.#units !== this.#recording.units) {
      // What is told from now on is in other units.
      this.#units = this.#recording.units;
      this.#tables.clear();
      this.#newest.clear();
      this.#counted = 0;
    }
    if (this.#counted >= index || this.#isClosed) return Promise.resolve();
    if (this.#waiting.length === 0) {
      this.#cancel?.();
      this.#cancel = this.#clock.soon(() => this.#slice());
    }
    return new Promise((resolve) => this.#waiting.push({ index, resolve }));
  }

  #slice(): void {
    this.#cancel = null;
    const recording = this.#recording;
    const untilUs = this.#clock.nowUs() + SLICE_MS * 1000;
    do {
      const to = Math.min(recording.events, this.#counted + BATCH_EVENTS);
      this.#at = this.#counted;
      recording.play(this.#counted, to, this.#take);
      this.#counted = to;
    } while (this.#counted < recording.events && this.#clock.nowUs() < untilUs);
    this.#waiting = this.#waiting.filter(({ index, resolve }) => {
      if (index > this.#counted) return true;
      resolve();
      return false;
    });
    if (this.#waiting.length > 0) this.#cancel = this.#clock.soon(() => this.#slice());
    else if (this.#counted < Math.min(recording.events, AHEAD_EVENTS_MAX))
      this.#cancel = this.#clock.after(AHEAD_PAUSE_MS, () => this.#slice());
  }

  readonly #take = (event: MarketEvent): void => {
    const number = this.#at;
    this.#at += 1;
    const intervalS =
      event.type === 'trade' ? MINUTE_S : event.type === 'bar' ? event.intervalSeconds : Number.NaN;
    if (intervalS !== intervalS) return;
    let newestTrade = this.#newest.get(event.instrument);
    if (newestTrade === undefined) this.#newest.set(event.instrument, (newestTrade = { us: Number.NaN }));
    count(this.#table(event.instrument, intervalS), intervalS, event, number, newestTrade);
  };

  #table(id: number, intervalS: number): Map<number, CountedBar> {
    const name = key(id, intervalS);
    let table = this.#tables.get(name);
    if (table === undefined) this.#tables.set(name, (table = new Map()));
    return table;
  }
}

const key = (id: number, intervalS: number): string => `${id}/${intervalS}`;

/** Takes an event into the bar of its time: a trade into what is there, a bar in its place. */
function count(
  bars: Map<number, CountedBar>,
  intervalS: number,
  event: MarketEvent,
  number: number,
  newestTrade: Newest,
): void {
  const newestUs = newestTrade.us;
  if (event.type === 'trade') {
    const part = barOf(event.venueTimeUs, event.price, event.size);
    const closes = isClose(event, newestTrade, intervalS);
    const made = merge(bars, intervalS, { ...part, firstEvent: number, lastEvent: number, newestUs }, closes);
    made.lastEvent = number;
  } else if (event.type === 'bar' && event.intervalSeconds === intervalS) {
    const bar = recordedBar(event);
    const before = bars.get(bar.startS) ?? { firstEvent: number, newestUs };
    bars.set(bar.startS, { ...before, ...bar, lastEvent: number });
  }
}

/** Whether a trade closes the bar of its time, as the engine says: not where it is late and the newest is in that bar too. Notes the newest. */
function isClose(trade: TradeEvent, newestTrade: Newest, intervalS: number): boolean {
  const { us } = newestTrade;
  if (!isLateTrade(trade, us)) {
    newestTrade.us = trade.venueTimeUs;
    return true;
  }
  const lengthUs = intervalS * US_PER_S;
  return Math.floor(us / lengthUs) !== Math.floor(trade.venueTimeUs / lengthUs);
}

function recordedBar({ startTimeUs, open, high, low, close, volume }: BarEvent): WireBar {
  return { startS: startTimeUs / US_PER_S, open, high, low, close, volume };
}

function barOf(timeUs: number, price: number, size: number): WireBar {
  const startS = Math.floor(timeUs / US_PER_S);
  return { startS, open: price, high: price, low: price, close: price, volume: size };
}

/** Takes a shorter bar, later than those before it unless it does not close, into the bar of its time, which it returns. */
function merge<Bar extends WireBar>(
  bars: Map<number, Bar>,
  intervalS: number,
  part: Bar,
  closes = true,
): Bar {
  const startS = part.startS - (part.startS % intervalS);
  const bar = bars.get(startS);
  if (bar === undefined) {
    const first = { ...part, startS };
    bars.set(startS, first);
    return first;
  }
  if (part.high > bar.high) bar.high = part.high;
  if (part.low < bar.low) bar.low = part.low;
  if (closes) bar.close = part.close;
  bar.volume += part.volume;
  return bar;
}

function newest(bars: BarTable, count: number): WireBar[] {
  const list = [...bars.values()].sort((a, b) => a.startS - b.startS).slice(-count);
  return list.map(({ startS, open, high, low, close, volume }) => ({
    startS,
    open,
    high,
    low,
    close,
    volume,
  }));
}
