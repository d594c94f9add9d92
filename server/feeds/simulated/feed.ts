import { type InstrumentId, type MarketEventType, type WireBar, invariant } from '#protocol';
import type { Cancel, Clock, EventSink, Feed } from '../../engine/ports.ts';
import { SIMULATED_VENUE } from './simulated-venue.ts';
import { type Simulation, createSimulation } from './simulation.ts';

export interface SimulatedFeedOptions {
  readonly seed: number;
  readonly symbols: number;
  readonly eventsPerSecond: number;
  readonly clock: Clock;
  /** How often events are let out, ms; at most PUMP_INTERVAL_MAX_MS. */
  readonly pumpIntervalMs?: number;
}

const PUMP_INTERVAL_MS = 10;
const PUMP_INTERVAL_MAX_MS = 100;
/** Most market time that one pump makes up for; the rest of a stall is skipped. */
const CATCH_UP_US = 250_000;
/** How long the viewer is told of skipped time, and how often at most the number is brought up to date. */
const NOTICE_US = 5_000_000;
const NOTICE_GAP_US = 1_000_000;

/**
 * A made-up market on the clock's time: a pump that moves a Simulation on. Holds no market logic.
 * Invariant: one pump emits at most 250 ms of events, and time that was skipped is said and counted.
 */
export class SimulatedFeed implements Feed {
  readonly name = 'simulated';
  readonly venue = SIMULATED_VENUE;
  readonly simulated = true;
  readonly offers: readonly MarketEventType[] = ['trade', 'quote', 'book', 'statistics'];
  readonly #options: SimulatedFeedOptions;
  readonly #pumpIntervalMs: number;
  readonly #indexOf = new Map<InstrumentId, number>();
  #simulation: Simulation | null = null;
  #cancelPump: Cancel | null = null;
  #closed = false;
  #skippedUs = 0;
  /** When the viewer was told of a skip, and when the last one was; 0 = neither stands. */
  #noticeUs = 0;
  #lastSkipUs = 0;

  constructor(options: SimulatedFeedOptions) {
    const intervalMs = options.pumpIntervalMs ?? PUMP_INTERVAL_MS;
    invariant(
      intervalMs > 0 && intervalMs <= PUMP_INTERVAL_MAX_MS,
      `a simulated feed is pumped at least every ${PUMP_INTERVAL_MAX_MS} ms`,
    );
    this.#options = options;
    this.#pumpIntervalMs = intervalMs;
  }

  /** Market time that stalls of the process have swallowed, ms. */
  get skippedMs(): number {
    return this.#skippedUs / 1000;
  }

  async start(sink: EventSink): Promise<void> {
    invariant(this.#simulation === null && !this.#closed, 'a simulated feed is started once');
    const { seed, symbols, eventsPerSecond, clock } = this.#options;
    const simulation = createSimulation({ seed, symbols, eventsPerSecond, startTimeUs: clock.nowUs() });
    this.#simulation = simulation;
    const ids = simulation.define(sink);
    ids.forEach((id, index) => this.#indexOf.set(id, index));
    sink.onState('live', '');
    simulation.emitFirst(sink);
    this.#cancelPump = clock.every(this.#pumpIntervalMs, () => this.#pump(simulation, sink));
  }

  /** Nothing to do: a simulation costs the same whether anyone looks or not, and its sequence must not depend on viewers. */
  subscribe(): void {}

  /** Nothing to do, as above. */
  unsubscribe(): void {}

  async history(
    instrument: InstrumentId,
    intervalS: number,
    beforeS: number,
    count: number,
  ): Promise<WireBar[]> {
    const index = this.#indexOf.get(instrument);
    if (this.#simulation === null || index === undefined) return [];
    return this.#simulation.history(index, intervalS, beforeS, count);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelPump?.();
    this.#cancelPump = null;
  }

  #pump(simulation: Simulation, sink: EventSink): void {
    const nowUs = this.#options.clock.nowUs();
    const lateUs = nowUs - simulation.timeUs - CATCH_UP_US;
    if (lateUs > 0) {
      simulation.skip(lateUs);
      this.#skippedUs += lateUs;
      this.#lastSkipUs = nowUs;
    }
    this.#tellSkips(nowUs, sink);
    simulation.advance(nowUs, sink);
  }

  #tellSkips(nowUs: number, sink: EventSink): void {
    if (this.#lastSkipUs > this.#noticeUs && nowUs - this.#noticeUs >= NOTICE_GAP_US) {
      this.#noticeUs = nowUs;
      const seconds = (this.#skippedUs / 1_000_000).toFixed(1);
      sink.onState('live', `The server was busy: the simulation has stood still for ${seconds} s in all.`);
    } else if (this.#noticeUs !== 0 && nowUs - this.#lastSkipUs >= NOTICE_US) {
      this.#noticeUs = 0;
      this.#lastSkipUs = 0;
      sink.onState('live', '');
    }
  }
}
