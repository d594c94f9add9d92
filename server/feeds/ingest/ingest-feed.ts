import { invariant, type FeedState, type MarketEventType } from '#protocol';
import type { Cancel, Clock, EventSink, Feed } from '../../engine/ports.ts';
import { faultSentence } from './fault-notice.ts';
import { addOutcome, newReport, type BatchReport, type GivenRow, type PlacedFault } from './row-batch.ts';
import { RowIntake } from './row-intake.ts';

/** A large batch lets others in after this time, us. */
const SLICE_US = 8_000;
/** Silence that is never called stale, ms. */
const SILENCE_MS_MIN = 15_000;
/** Beyond that, so many times the usual pause between batches. */
const SILENCE_PAUSES = 5;
/** Share of a new pause in the usual one. */
const PAUSE_WEIGHT = 0.2;
/** How long refused rows are told in the status bar, us. */
const NOTICE_US = 60_000_000;

/** What was pushed since the start. */
export interface IngestTotals {
  readonly batches: number;
  readonly taken: number;
  readonly instruments: number;
  readonly duplicates: number;
  readonly refused: number;
}

/**
 * Rows that other people's programs push, as a feed: `connecting` until something came, `stale` when it falls silent. Who may push,
 * how much, and over which transport is not its business.
 *
 * Invariant: rows of one batch go in in their order, and a batch of any size holds up the process for SLICE_US at a time.
 */
export class IngestFeed implements Feed {
  readonly name = 'ingest';
  readonly venue = 'push';
  readonly simulated = false;
  readonly offers: readonly MarketEventType[] = ['trade', 'quote', 'book', 'statistics', 'bar'];
  readonly #clock: Clock;
  readonly #reserved: readonly string[];
  #sink: EventSink | null = null;
  #intake: RowIntake | null = null;
  #watch: Cancel | null = null;
  readonly #totals = { batches: 0, taken: 0, instruments: 0, duplicates: 0, refused: 0 };
  #state: FeedState = 'connecting';
  #message = '';
  /** NaN = nothing yet. */
  #lastUs = Number.NaN;
  #usualPauseUs = 0;
  #lastFault: PlacedFault | null = null;
  #lastFaultUs = 0;

  /** @param options.reserved venues of the other feeds, whose prices are not to be mixed with pushed ones */
  constructor(options: { clock: Clock; reserved?: Iterable<string> }) {
    this.#clock = options.clock;
    this.#reserved = [...(options.reserved ?? [])];
  }

  /** Whether rows can go in now. */
  get isOpen(): boolean {
    return this.#intake !== null;
  }

  get totals(): IngestTotals {
    return this.#totals;
  }

  async start(sink: EventSink): Promise<void> {
    invariant(this.#sink === null, 'an ingest feed is started once');
    this.#sink = sink;
    this.#intake = new RowIntake(sink, { venue: this.venue, reserved: this.#reserved });
    this.#watch = this.#clock.every(1_000, () => this.#tellState());
    sink.onState('connecting', 'Nothing was pushed yet.');
  }

  /** Nothing to do: what is pushed is taken, watched or not. */
  subscribe(): void {}

  /** Nothing to do, as above. */
  unsubscribe(): void {}

  /** Takes rows in their order and says what became of them; null when the feed is not open, or was closed midway. */
  async take(rows: readonly GivenRow[]): Promise<BatchReport | null> {
    const report = newReport();
    let sliceUs = this.#clock.nowUs();
    for (const given of rows) {
      const nowUs = this.#clock.nowUs();
      if (nowUs - sliceUs > SLICE_US) {
        await new Promise<void>((resolve) => this.#clock.soon(resolve));
        sliceUs = this.#clock.nowUs();
      }
      if (this.#intake === null) return null;
      addOutcome(report, given, given.fault ?? this.#intake.take(given.value, nowUs, given.impliedType));
    }
    if (this.#intake === null) return null;
    this.#onBatch(report);
    return report;
  }

  async close(): Promise<void> {
    this.#watch?.();
    this.#watch = null;
    this.#intake = null;
    this.#setState('closed', '');
  }

  #onBatch(report: BatchReport): void {
    const nowUs = this.#clock.nowUs();
    this.#totals.batches += 1;
    for (const key of ['taken', 'instruments', 'duplicates', 'refused'] as const)
      this.#totals[key] += report[key];
    if (report.refused > 0) {
      this.#lastFault = report.faults.at(-1) ?? this.#lastFault;
      this.#lastFaultUs = nowUs;
    }
    // A duplicate is a sign of life as well.
    if (report.taken + report.duplicates > 0) {
      const pauseUs = nowUs - this.#lastUs;
      if (pauseUs === pauseUs) this.#usualPauseUs += PAUSE_WEIGHT * (pauseUs - this.#usualPauseUs);
      this.#lastUs = nowUs;
    }
    this.#tellState();
  }

  #tellState(): void {
    const nowUs = this.#clock.nowUs();
    const notice =
      this.#lastFault !== null && nowUs - this.#lastFaultUs < NOTICE_US
        ? `${this.#totals.refused} rows were refused; the last was ${faultSentence(this.#lastFault)}`
        : '';
    if (this.#lastUs !== this.#lastUs) {
      this.#setState('connecting', notice === '' ? 'Nothing was pushed yet.' : notice);
      return;
    }
    const silentMs = (nowUs - this.#lastUs) / 1000;
    const limitMs = Math.max(SILENCE_MS_MIN, (SILENCE_PAUSES * this.#usualPauseUs) / 1000);
    if (silentMs <= limitMs) this.#setState('live', notice);
    else this.#setState('stale', `Nothing was pushed for more than ${Math.round(limitMs / 1000)} s.`);
  }

  #setState(state: FeedState, message: string): void {
    if (state === this.#state && message === this.#message) return;
    this.#state = state;
    this.#message = message;
    this.#sink?.onState(state, message);
  }
}
