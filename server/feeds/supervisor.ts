import type {
  FeedState,
  FeedStatus,
  GapMark,
  GapReason,
  InstrumentDefinition,
  InstrumentId,
  MarketEvent,
  UnixUs,
} from '#protocol';
import type { Cancel, Clock, EventSink, Feed, FeedGap, FeedReport } from '../engine/ports.ts';
import { ClockSkew } from './clock-skew.ts';
import { definitionFlaw } from './definition-flaw.ts';
import { FeedTrust } from './feed-trust.ts';
import { outageWords } from './outage-words.ts';
import { TrustGaps } from './trust-gaps.ts';

/** Latencies of one second that are kept for the median. */
const LATENCY_SAMPLES = 512;
const RESTART_DELAY_MS_MIN = 500;
const RESTART_DELAY_MS_MAX = 30_000;
/** A first attempt that takes longer goes on by itself: a venue that does not answer must not keep the server from starting. */
const START_PATIENCE_MS = 5_000;
/** A feed that does not close in this time is given up: it must not keep the server from stopping, nor from a restart. */
const CLOSE_PATIENCE_MS = 2_000;

/** What a supervisor passes on. */
export interface SupervisedSink extends Pick<EventSink, 'define' | 'onEvent' | 'onTrust'> {
  onGap?(mark: GapMark): void;
}

/**
 * Runs one feed: starts it, starts it again with a growing, jittered pause when it fails or the operator says so, counts what it
 * delivers, says what of it cannot be trusted, and keeps whatever it throws away from the engine. It does not know what the feed
 * talks to.
 */
export class FeedSupervisor implements EventSink {
  readonly feed: Feed;
  readonly #clock: Clock;
  readonly #sink: SupervisedSink;
  readonly #trust: FeedTrust;
  readonly #gaps: TrustGaps;
  readonly #skew = new ClockSkew();
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
  #latencyP99Ms: number | null = null;
  #lastEventUs = 0;
  /** Problem of our own: the feed's are in its report. */
  #problem: { readonly timeUs: UnixUs; readonly message: string } | null = null;
  #isReportBroken = false;
  #restarts = 0;
  #attempts = 0;
  #restart: Cancel | null = null;
  #closed = false;

  constructor(options: {
    feed: Feed;
    clock: Clock;
    sink: SupervisedSink;
    random?: () => number;
    onProblem: (sentence: string) => void;
  }) {
    this.feed = options.feed;
    this.#clock = options.clock;
    this.#sink = options.sink;
    this.#random = options.random ?? Math.random;
    this.#onProblem = options.onProblem;
    this.#gaps = new TrustGaps((gap) => this.onGap(gap), options.feed.tellsGaps !== true);
    this.#trust = new FeedTrust((instrument, reason, cause) => {
      this.#gaps.set(instrument, reason === '', cause, this.lifeUs, this.#clock.nowUs());
      options.sink.onTrust?.(instrument, reason);
    });
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

  /** Ends what the feed has and starts it again, at once. False for a feed that can be started only once. */
  async restart(): Promise<boolean> {
    if (this.#closed || this.feed.restartable !== true) return false;
    this.#restart?.();
    this.#restarts += 1;
    this.#attempts = 0;
    await this.#closeFeed();
    if (!this.#closed) this.onState('connecting', 'Restarted by the operator.');
    await this.#attempt();
    return true;
  }

  async #attempt(): Promise<void> {
    if (this.#closed) return;
    this.#restart = null;
    this.#attempts += 1;
    const restarts = this.#restarts;
    try {
      await this.feed.start(this);
      this.#attempts = 0;
      // It was closed before it had anything that could be.
      if (this.#closed) await this.#closeFeed();
    } catch (error) {
      // What a restart has ended is no failure of the start that followed.
      if (restarts === this.#restarts) this.#fail(error);
    }
  }

  /** @throws Error what is wrong with the definition: the feed's own fault, and the end of its start */
  define(instrument: InstrumentDefinition): InstrumentId {
    const flaw = definitionFlaw(instrument);
    if (flaw !== null) throw new Error(flaw);
    const id = this.#sink.define(instrument);
    this.#trust.add(id);
    return id;
  }

  onEvent(event: MarketEvent): void {
    if (this.#closed) return;
    this.#events += 1;
    this.#latencies[this.#latencyCount % LATENCY_SAMPLES] = event.receiveTimeUs - event.venueTimeUs;
    this.#latencyCount += 1;
    this.#lastEventUs = event.receiveTimeUs;
    this.#sink.onEvent(event);
  }

  onState(state: FeedState, message: string): void {
    this.#state = state;
    this.#message = message;
    this.#trust.state(state, message);
  }

  onTrust(instrument: InstrumentId, reason: string, cause?: GapReason | 'late'): void {
    if (!this.#closed) this.#trust.set(instrument, reason, cause);
  }

  onGap(gap: FeedGap): void {
    if (!this.#closed) this.#sink.onGap?.({ feed: this.feed.name, ...gap });
  }

  /** Someone wants these now. What the feed throws is kept away from whoever asks. */
  subscribe(instruments: readonly InstrumentId[]): void {
    for (const id of instruments) this.#gaps.want(id, false);
    this.#guard(() => this.feed.subscribe(instruments));
    for (const id of instruments) this.#gaps.want(id, this.#trust.reason(id) === '');
  }

  unsubscribe(instruments: readonly InstrumentId[]): void {
    this.#gaps.leave(instruments);
    this.#guard(() => this.feed.unsubscribe(instruments));
  }

  /** Why an instrument of this feed cannot be trusted now; empty = it can. */
  trustOf(instrument: InstrumentId): string {
    return this.#trust.reason(instrument);
  }

  /** Instruments that the feed made known. */
  get instruments(): InstrumentId[] {
    return this.#trust.instruments;
  }

  /** When the feed or its venue last showed that it lives; 0 = never. */
  get lifeUs(): number {
    return Math.max(this.#lastEventUs, this.#report()?.lifeUs ?? 0);
  }

  /** The newest faults in words, newest last. */
  get problems(): readonly { readonly timeUs: UnixUs; readonly message: string }[] {
    return this.#report()?.problems ?? (this.#problem === null ? [] : [this.#problem]);
  }

  status(): FeedStatus {
    const { name, venue, simulated, restartable } = this.feed;
    const report = this.#report();
    const skewMs = this.#skew.ms;
    return {
      name,
      venue,
      simulated,
      state: this.#state,
      message: this.#words(report),
      eventsPerSecond: this.#eventsPerSecond,
      latencyMs: this.#latencyMs,
      latencyP99Ms: this.#latencyP99Ms,
      ...(skewMs === null ? {} : { skewMs }),
      ...(restartable === true ? { restartable } : {}),
      ...(report === undefined ? {} : { instruments: report.instruments, counters: report.counters }),
      lastProblem: report?.problems.at(-1) ?? this.#problem,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#restart?.();
    this.#meter();
    await this.#closeFeed();
    this.#state = 'closed';
  }

  /** What the feed says of itself; of one that lost its venue and comes back by itself first since when, and when it tries again. */
  #words(report: FeedReport | undefined): string {
    const isAway = this.#state === 'down' || this.#state === 'connecting';
    if (report?.retryUs === undefined || !isAway || this.#message === '') return this.#message;
    const lifeUs = Math.max(this.#lastEventUs, report.lifeUs ?? 0);
    return `${outageWords(lifeUs, report.retryUs, this.#clock.nowUs())} ${this.#message}`.trim();
  }

  #guard(run: () => void): void {
    if (this.#closed) return;
    try {
      run();
    } catch (error) {
      this.#tellProblem(error);
    }
  }

  /** Undefined when there is none, or when the feed fails to say it. */
  #report(): FeedReport | undefined {
    try {
      return this.feed.report?.();
    } catch (error) {
      const isNews = !this.#isReportBroken;
      this.#isReportBroken = true;
      if (isNews) this.#tellProblem(error);
      return undefined;
    }
  }

  #tellProblem(error: unknown): void {
    this.#problem = { timeUs: this.#clock.nowUs(), message: `${this.feed.name}: ${reasonOf(error)}` };
    this.#onProblem(this.#problem.message);
  }

  async #closeFeed(): Promise<void> {
    const { name } = this.feed;
    const patience = Promise.withResolvers<void>();
    const cancel = this.#clock.after(CLOSE_PATIENCE_MS, () =>
      patience.reject(new Error(`it took longer than ${CLOSE_PATIENCE_MS / 1000} s.`)),
    );
    try {
      await Promise.race([this.feed.close(), patience.promise]);
    } catch (error) {
      this.#onProblem(`${name} did not close: ${reasonOf(error)}`);
    } finally {
      cancel();
    }
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    const reason = asSentence(reasonOf(error));
    const limitMs = Math.min(RESTART_DELAY_MS_MAX, RESTART_DELAY_MS_MIN * 2 ** Math.min(this.#attempts, 10));
    const delayMs = Math.round(RESTART_DELAY_MS_MIN + this.#random() * (limitMs - RESTART_DELAY_MS_MIN));
    this.onState('down', `${this.feed.name}: ${reason} Next attempt in ${(delayMs / 1000).toFixed(1)} s.`);
    this.#problem = { timeUs: this.#clock.nowUs(), message: this.#message };
    this.#onProblem(this.#message);
    this.#restart = this.#clock.after(delayMs, () => void this.#attempt());
  }

  #measure(): void {
    this.#eventsPerSecond = this.#events;
    this.#events = 0;
    const samples = this.#latencies.slice(0, Math.min(this.#latencyCount, LATENCY_SAMPLES)).sort();
    this.#latencyMs = samples.length === 0 ? null : samples[samples.length >> 1]! / 1000;
    this.#latencyP99Ms = samples.length === 0 ? null : samples[Math.floor(samples.length * 0.99)]! / 1000;
    // Where a venue sends no time, arrival stands for it, and says nothing of its clock.
    const stamped = samples.filter((sample) => sample !== 0);
    if (stamped.length > 0) this.#skew.add(stamped[stamped.length >> 1]! / 1000);
    this.#latencyCount = 0;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a library throws ends in a word or a number, and is shown to viewers before another sentence. */
const asSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
