import { sameLimits, type ConnectionLimits } from '../client/connection-limits.ts';
import type { ConnectionReport } from '../client/connection-report.ts';
import type { Commit, RatesCommit } from '../client/worker-api.ts';
import type { ConnectionPhase, ConnectionState } from './market.ts';

/** Numbers that move with every frame become runes at most this often, ms. */
const NUMBERS_EVERY_MS = 250;

const NOTHING_GRANTED: ConnectionLimits = { maxRateHz: 0, maxBitsPerSecond: 0 };

/** How the page is connected, for the status bar and the pill. Follows what the worker reports; decides nothing. */
export class Connection implements ConnectionState {
  phase = $state.raw<ConnectionPhase>('connecting');
  attempt = $state.raw(0);
  message = $state.raw('');
  mustSignIn = $state.raw(false);
  shownTimeUs = $state.raw(0);
  lagMs = $state.raw(0);
  receivedPerSecond = $state.raw(0);
  shownPerSecond = $state.raw(0);
  appliedPerSecond = $state.raw(0);
  asOf = $state.raw(0);
  missedUpdates = $state.raw(0);
  throttled = $state.raw('');
  granted = $state.raw<ConnectionLimits>(NOTHING_GRANTED);
  readonly #hasSnapshot: boolean;
  #numbersAtMs = Number.NEGATIVE_INFINITY;
  #quoteCommits = 0;
  #ratesAtMs = Number.NaN;

  /** @param snapshotTimeUs time of the rows that came with the page; 0 = none came */
  constructor(snapshotTimeUs: number) {
    this.#hasSnapshot = snapshotTimeUs > 0;
    this.shownTimeUs = snapshotTimeUs;
    if (this.#hasSnapshot) this.phase = 'snapshot';
  }

  get isLive(): boolean {
    return this.phase === 'live' || this.phase === 'recovered';
  }

  onReport(report: ConnectionReport): void {
    this.phase = this.#phaseOf(report);
    this.attempt = report.attempt;
    this.message = report.message;
    this.mustSignIn = report.mustSignIn;
    this.missedUpdates = report.missedUpdates;
    this.throttled = report.throttled;
    if (!sameLimits(this.granted, report.granted)) this.granted = report.granted;
  }

  onHead(head: NonNullable<Commit['head']>, nowMs: number): void {
    if (nowMs - this.#numbersAtMs < NUMBERS_EVERY_MS) return;
    this.#numbersAtMs = nowMs;
    this.shownTimeUs = head.timeUs;
    this.asOf = head.asOf;
    if (!Number.isNaN(head.lagMs)) this.lagMs = head.lagMs;
  }

  onQuoteCommit(): void {
    this.#quoteCommits += 1;
  }

  onRates(rates: RatesCommit, nowMs: number): void {
    const seconds = (nowMs - this.#ratesAtMs) / 1000;
    if (seconds > 0) this.shownPerSecond = Math.round(this.#quoteCommits / seconds);
    this.appliedPerSecond = Math.round(rates.valuesPerSecond);
    this.#quoteCommits = 0;
    this.#ratesAtMs = nowMs;
  }

  /** The worker is broken: nothing will come any more. */
  onFailure(sentence: string): void {
    this.phase = 'stopped';
    this.message = sentence;
  }

  #phaseOf({ phase, attempt }: ConnectionReport): ConnectionPhase {
    if (phase !== 'connecting' || !this.#hasSnapshot) return phase;
    return attempt <= 1 ? 'snapshot' : 'reconnecting';
  }
}
