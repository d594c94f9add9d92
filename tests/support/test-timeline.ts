import {
  instrumentId,
  priceTicks,
  sizeLots,
  unixUs,
  type Aggressor,
  type BarEvent,
  type BookEvent,
  type ErrorName,
  type EventDensity,
  type FeedStatus,
  type InstrumentDefinition,
  type QuoteEvent,
  type RecordingInfo,
  type StatisticsEvent,
  type TimelineCommand,
  type TimelineState,
  type TradeEvent,
  type UnixUs,
  type WireBar,
} from '#protocol';
import { Engine } from '../../server/engine/engine.ts';
import type { TimelineSource } from '../../server/timelines/source.ts';
import { Timeline } from '../../server/timelines/timeline.ts';
import { ManualClock } from './manual-clock.ts';

/** A source that has only what a test gives it. */
export class TestSource implements TimelineSource {
  readonly mode: 'live' | 'replay';
  state: TimelineState;
  speed = 1;
  recording: RecordingInfo | null = null;
  commands: TimelineCommand[] = [];
  watched = 0;
  isClosed = false;
  status: FeedStatus[] = [];
  runs: EventDensity[] = [];
  /** Answers `history`; none by default. */
  past: (id: number, intervalS: number, beforeS: number, count: number) => Promise<WireBar[]> = () =>
    Promise.resolve([]);
  readonly #clock: ManualClock;

  constructor(mode: 'live' | 'replay', clock: ManualClock) {
    this.mode = mode;
    this.state = mode === 'live' ? 'live' : 'playing';
    this.#clock = clock;
  }

  positionUs(): UnixUs {
    return this.#clock.nowUs();
  }

  density(): EventDensity[] {
    return this.runs;
  }

  feeds(): FeedStatus[] {
    return this.status;
  }

  command(command: TimelineCommand): ErrorName | null {
    this.commands.push(command);
    return this.mode === 'live' ? 'notSeekable' : null;
  }

  details(): Record<string, never> {
    return {};
  }

  onWatched(): void {
    this.watched += 1;
  }

  history(instrument: number, intervalS: number, beforeS: number, count: number): Promise<WireBar[]> {
    return this.past(instrument, intervalS, beforeS, count);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

export interface TestTimeline {
  readonly clock: ManualClock;
  readonly engine: Engine;
  readonly source: TestSource;
  readonly timeline: Timeline;
}

/** A timeline on the test's own clock and source. */
export function testTimeline(
  options: {
    mode?: 'live' | 'replay';
    symbols?: readonly string[];
    tradeRingSize?: number;
    chunkViewers?: number;
  } = {},
): TestTimeline {
  const clock = new ManualClock();
  const engine = new Engine(clock.nowUs(), options.tradeRingSize ?? 4_096);
  const source = new TestSource(options.mode ?? 'live', clock);
  const timeline = new Timeline(engine, clock, options.chunkViewers);
  timeline.drive(source);
  for (const symbol of options.symbols ?? []) engine.define(instrument(symbol));
  return { clock, engine, source, timeline };
}

/** An instrument with a tick and a lot of 0.01. */
export function instrument(symbol: string, more: Partial<InstrumentDefinition> = {}): InstrumentDefinition {
  return {
    venue: 'test',
    symbol,
    name: symbol,
    assetClass: 'other',
    currency: 'USD',
    tick: { units: 1, decimals: 2 },
    lot: { units: 1, decimals: 2 },
    ...more,
  };
}

const times = (timeUs: number): { venueTimeUs: UnixUs; receiveTimeUs: UnixUs } => ({
  venueTimeUs: unixUs(timeUs),
  receiveTimeUs: unixUs(timeUs),
});

export function trade(
  id: number,
  timeUs: number,
  price: number,
  size: number,
  aggressor: Aggressor = 1,
): TradeEvent {
  return {
    type: 'trade',
    instrument: instrumentId(id),
    ...times(timeUs),
    price: priceTicks(price),
    size: sizeLots(size),
    aggressor,
    tradeId: '',
  };
}

/** Top of book; NaN = not said. */
export function quote(
  id: number,
  timeUs: number,
  bid: number,
  bidSize: number,
  ask: number,
  askSize: number,
): QuoteEvent {
  return {
    type: 'quote',
    instrument: instrumentId(id),
    ...times(timeUs),
    bid: priceTicks(bid),
    bidSize: sizeLots(bidSize),
    ask: priceTicks(ask),
    askSize: sizeLots(askSize),
  };
}

export function book(
  id: number,
  timeUs: number,
  snapshot: boolean,
  bids: number[],
  asks: number[],
): BookEvent {
  return { type: 'book', instrument: instrumentId(id), ...times(timeUs), snapshot, bids, asks };
}

export function statistics(
  id: number,
  timeUs: number,
  values: Partial<Record<'open' | 'high' | 'low' | 'volume', number>>,
): StatisticsEvent {
  const { open = NaN, high = NaN, low = NaN, volume = NaN } = values;
  return {
    type: 'statistics',
    instrument: instrumentId(id),
    ...times(timeUs),
    open: priceTicks(open),
    high: priceTicks(high),
    low: priceTicks(low),
    volume: sizeLots(volume),
  };
}

export function bar(id: number, intervalSeconds: number, wire: WireBar): BarEvent {
  return {
    type: 'bar',
    instrument: instrumentId(id),
    ...times((wire.startS + intervalSeconds) * 1_000_000),
    intervalSeconds,
    startTimeUs: unixUs(wire.startS * 1_000_000),
    open: priceTicks(wire.open),
    high: priceTicks(wire.high),
    low: priceTicks(wire.low),
    close: priceTicks(wire.close),
    volume: sizeLots(wire.volume),
  };
}
