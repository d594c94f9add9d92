import type { InstrumentId, MarketEvent, WireBar } from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { RecordingReader } from '../tape/ports.ts';

const US_PER_S = 1_000_000;
const MINUTE_S = 60;
/** Work in one go, ms, and events between two looks at the clock. */
const SLICE_MS = 6;
const BATCH_EVENTS = 2_048;
/** Events that are played for bars below a minute, at most: a quarter of a second of work. */
const SECONDS_EVENTS_MAX = 400_000;

/** Bars of one interval, by start. */
type BarTable = Map<number, WireBar>;

/**
 * Bars of a recording before any place in it, for a player that came there without playing all that is before. Minutes are counted once
 * over the whole recording, in portions, when the first are asked for; shorter bars are counted where they are wanted.
 */
export class RecordedBars {
  readonly #recording: RecordingReader;
  readonly #clock: Clock;
  /** By instrument and interval in seconds: minutes made of trades, and whatever bars were recorded as such. */
  readonly #tables = new Map<string, BarTable>();
  /** Events that were counted. */
  #counted = 0;
  #waiting: { index: number; resolve: () => void }[] = [];
  #cancel: Cancel | null = null;
  #isClosed = false;

  constructor(recording: RecordingReader, clock: Clock) {
    this.#recording = recording;
    this.#clock = clock;
  }

  /** At most `count` bars that start before `beforeS`, oldest first. */
  async history(id: InstrumentId, intervalS: number, beforeS: number, count: number): Promise<WireBar[]> {
    const beforeUs = beforeS * US_PER_S;
    const index = this.#recording.indexAt(beforeUs);
    if (intervalS % MINUTE_S !== 0) return this.#seconds(id, intervalS, index, beforeS, count);
    await this.#countTo(index);
    const native = this.#tables.get(key(id, intervalS));
    const source = native ?? this.#tables.get(key(id, MINUTE_S)) ?? new Map<number, WireBar>();
    const bars: BarTable = new Map();
    for (const bar of source.values()) if (bar.startS < beforeS) merge(bars, intervalS, bar);
    return newest(bars, count);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  async #seconds(
    id: InstrumentId,
    intervalS: number,
    toIndex: number,
    beforeS: number,
    count: number,
  ): Promise<WireBar[]> {
    const recording = this.#recording;
    const fromUs = (beforeS - count * intervalS) * US_PER_S;
    const bars: BarTable = new Map();
    let at = Math.max(recording.indexAt(fromUs), toIndex - SECONDS_EVENTS_MAX);
    const take = (event: MarketEvent): void => {
      if (event.instrument !== id || event.type !== 'trade') return;
      const bar = barOf(event.venueTimeUs, event.price, event.size);
      if (bar.startS < beforeS) merge(bars, intervalS, bar);
    };
    while (at < toIndex && !this.#isClosed) {
      const untilUs = this.#clock.nowUs() + SLICE_MS * 1000;
      do {
        const to = Math.min(toIndex, at + BATCH_EVENTS);
        recording.play(at, to, take);
        at = to;
      } while (at < toIndex && this.#clock.nowUs() < untilUs);
      if (at < toIndex) await new Promise<void>((resolve) => this.#clock.soon(resolve));
    }
    return newest(bars, count);
  }

  #countTo(index: number): Promise<void> {
    if (this.#counted >= index || this.#isClosed) return Promise.resolve();
    this.#cancel ??= this.#clock.soon(() => this.#slice());
    return new Promise((resolve) => this.#waiting.push({ index, resolve }));
  }

  #slice(): void {
    this.#cancel = null;
    const recording = this.#recording;
    const untilUs = this.#clock.nowUs() + SLICE_MS * 1000;
    do {
      const to = Math.min(recording.events, this.#counted + BATCH_EVENTS);
      recording.play(this.#counted, to, this.#take);
      this.#counted = to;
    } while (this.#counted < recording.events && this.#clock.nowUs() < untilUs);
    this.#waiting = this.#waiting.filter(({ index, resolve }) => {
      if (index > this.#counted) return true;
      resolve();
      return false;
    });
    if (this.#waiting.length > 0) this.#cancel = this.#clock.soon(() => this.#slice());
  }

  readonly #take = (event: MarketEvent): void => {
    if (event.type === 'trade') {
      merge(
        this.#table(event.instrument, MINUTE_S),
        MINUTE_S,
        barOf(event.venueTimeUs, event.price, event.size),
      );
    } else if (event.type === 'bar') {
      const { startTimeUs, open, high, low, close, volume, intervalSeconds } = event;
      const startS = startTimeUs / US_PER_S;
      this.#table(event.instrument, intervalSeconds).set(startS, { startS, open, high, low, close, volume });
    }
  };

  #table(id: number, intervalS: number): BarTable {
    const name = key(id, intervalS);
    let table = this.#tables.get(name);
    if (table === undefined) this.#tables.set(name, (table = new Map()));
    return table;
  }
}

const key = (id: number, intervalS: number): string => `${id}/${intervalS}`;

function barOf(timeUs: number, price: number, size: number): WireBar {
  const startS = Math.floor(timeUs / US_PER_S);
  return { startS, open: price, high: price, low: price, close: price, volume: size };
}

/** Takes a shorter bar, later than those before it, into the bar of its time. */
function merge(bars: BarTable, intervalS: number, part: WireBar): void {
  const startS = part.startS - (part.startS % intervalS);
  const bar = bars.get(startS);
  if (bar === undefined) {
    bars.set(startS, { ...part, startS });
    return;
  }
  if (part.high > bar.high) bar.high = part.high;
  if (part.low < bar.low) bar.low = part.low;
  bar.close = part.close;
  bar.volume += part.volume;
}

function newest(bars: BarTable, count: number): WireBar[] {
  return [...bars.values()].sort((a, b) => a.startS - b.startS).slice(-count);
}
