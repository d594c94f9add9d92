import type { FeedState, FeedStatus, InstrumentDefinition, InstrumentId, MarketEvent } from '#protocol';
import type { Cancel, Clock, EventSink, Feed } from '../engine/ports.ts';

/** Latencies of one second that are kept for the median. */
const LATENCY_SAMPLES = 512;
const RESTART_DELAY_MS_MIN = 500;
const RESTART_DELAY_MS_MAX = 30_000;
/** A first attempt that takes longer goes on by itself: a venue that does not answer must not keep the server from starting. */
const START_PATIENCE_MS = 5_000;

/**
 * Runs one feed: starts it, starts it again with a growing, jittered pause when it fails, counts what it delivers, and keeps
 * whatever it throws away from the engine. It does not know what the feed talks to.
 */
export class FeedSupervisor implements EventSink {
  readonly feed: Feed;
  readonly #clock: Clock;
  readonly #sink: Pick<EventSink, 'define' | 'onEvent'>;
  readonly #random: () => number;
  readonly #onProblem: (sentence: string) => void;
  readonly #meter: Cancel;
  #state: FeedState = 'connecting';
  #message = '';
  #events = 0;
  #eventsPerSecond = 0;
  #latencies = new Float64Array(LATENCY_SAMPLES);
  #latencyCount = 0;
  #latencyMs: number | null = null;
  #attempts = 0;
  #restart: Cancel | null = null;
  #closed = false;

  constructor(options: {
    feed: Feed;
    clock: Clock;
    sink: Pick<EventSink, 'define' | 'onEvent'>;
    random?: () => number;
    onProblem: (sentence: string) => void;
  }) {
    this.feed = options.feed;
    this.#clock = options.clock;
    this.#sink = options.sink;
    this.#random = options.random ?? Math.random;
    this.#onProblem = options.onProblem;
    this.#meter = options.clock.every(1_000, () => this.#measure());
  }

  /** Starts the feed; resolves when the first attempt has ended, whether or not it worked, or after 5 s. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(START_PATIENCE_MS, resolve);
      void this.#attempt().then(() => {
        cancel();
        resolve();
      });
    });
  }

  async #attempt(): Promise<void> {
    this.#restart = null;
    this.#attempts += 1;
    try {
      await this.feed.start(this);
      this.#attempts = 0;
    } catch (error) {
      this.#fail(error);
    }
  }

  define(instrument: InstrumentDefinition): InstrumentId {
    return this.#sink.define(instrument);
  }

  onEvent(event: MarketEvent): void {
    if (this.#closed) return;
    this.#events += 1;
    this.#latencies[this.#latencyCount % LATENCY_SAMPLES] = event.receiveTimeUs - event.venueTimeUs;
    this.#latencyCount += 1;
    this.#sink.onEvent(event);
  }

  onState(state: FeedState, message: string): void {
    this.#state = state;
    this.#message = message;
  }

  status(): FeedStatus {
    const { name, venue, simulated } = this.feed;
    return {
      name,
      venue,
      simulated,
      state: this.#state,
      message: this.#message,
      eventsPerSecond: this.#eventsPerSecond,
      latencyMs: this.#latencyMs,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#restart?.();
    this.#meter();
    try {
      await this.feed.close();
    } catch (error) {
      this.#onProblem(`${this.feed.name} did not close: ${reasonOf(error)}`);
    }
    this.#state = 'closed';
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    const reason = reasonOf(error);
    const limitMs = Math.min(RESTART_DELAY_MS_MAX, RESTART_DELAY_MS_MIN * 2 ** Math.min(this.#attempts, 10));
    const delayMs = Math.round(RESTART_DELAY_MS_MIN + this.#random() * (limitMs - RESTART_DELAY_MS_MIN));
    this.onState('down', `${this.feed.name}: ${reason} Next attempt in ${(delayMs / 1000).toFixed(1)} s.`);
    this.#onProblem(this.#message);
    this.#restart = this.#clock.after(delayMs, () => void this.#attempt());
  }

  #measure(): void {
    this.#eventsPerSecond = this.#events;
    this.#events = 0;
    const samples = this.#latencies.slice(0, Math.min(this.#latencyCount, LATENCY_SAMPLES)).sort();
    this.#latencyMs = samples.length === 0 ? null : samples[samples.length >> 1]! / 1000;
    this.#latencyCount = 0;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
