import { type InstrumentId, type MarketEventType, type WireBar, invariant } from '#protocol';
import type { Cancel, Clock, EventSink, Feed } from '../../engine/ports.ts';
import { SIMULATED_VENUE, type Simulation, createSimulation } from './simulation.ts';

export interface SimulatedFeedOptions {
  readonly seed: number;
  readonly symbols: number;
  readonly eventsPerSecond: number;
  readonly clock: Clock;
  readonly pumpIntervalMs?: number;
}

const PUMP_INTERVAL_MS = 10;
/** Most market time that one pump makes up for; the rest of a stall is skipped. */
const CATCH_UP_US = 250_000;
/** How long the viewer is told of skipped time. */
const NOTICE_US = 5_000_000;

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
  readonly #indexOf = new Map<InstrumentId, number>();
  #simulation: Simulation | null = null;
  #cancelPump: Cancel | null = null;
  #closed = false;
  #skippedUs = 0;
  /** 0 = the viewer is not being told of a skip. */
  #noticeEndUs = 0;

  constructor(options: SimulatedFeedOptions) {
    this.#options = options;
  }

  /** Market time that stalls of the process have swallowed, ms. */
  get skippedMs(): number {
    return this.#skippedUs / 1000;
  }

  async start(sink: EventSink): Promise<void> {
    invariant(this.#simulation === null && !this.#closed, 'a simulated feed is started once');
    const { seed, symbols, eventsPerSecond, clock, pumpIntervalMs } = this.#options;
    const simulation = createSimulation({ seed, symbols, eventsPerSecond, startTimeUs: clock.nowUs() });
    this.#simulation = simulation;
    const ids = simulation.define(sink);
    ids.forEach((id, index) => this.#indexOf.set(id, index));
    sink.onState('live', '');
    simulation.emitFirst(sink);
    this.#cancelPump = clock.every(pumpIntervalMs ?? PUMP_INTERVAL_MS, () => this.#pump(simulation, sink));
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
      this.#noticeEndUs = nowUs + NOTICE_US;
      const seconds = (lateUs / 1_000_000).toFixed(1);
      sink.onState('live', `The server was busy: the simulation stood still for ${seconds} s.`);
    } else if (this.#noticeEndUs !== 0 && nowUs >= this.#noticeEndUs) {
      this.#noticeEndUs = 0;
      sink.onState('live', '');
    }
    simulation.advance(nowUs, sink);
  }
}
