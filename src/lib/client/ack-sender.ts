import { LIMITS, asOf, type ClientMessage } from '#protocol';
import { CAUGHT_UP_MS, NOTHING_ACKED, decideAck, type AckState } from './ack-policy.ts';
import type { ClientClock } from './client-clock.ts';

/** What the sender needs of the connection. */
export interface AckLink {
  push(message: ClientMessage): boolean;
  /** Sends a ping, unless one waits for its answer. */
  probe(): void;
  readonly lag: { pongLateMs(nowUs: number): number };
}

/**
 * Tells the server how late this client shows what it gets, as `decideAck` says. A frame alone does not tell: under a bandwidth cap
 * its version is the one up to which nothing is owed, which may be old when it is sent. So a late frame counts only as far as the
 * answer to a ping, which comes the same way, was late too. Invariant: at most one timer, and none on a connection that does not lag.
 */
export class AckSender {
  readonly #clock: ClientClock;
  readonly #link: AckLink;
  #state: AckState = NOTHING_ACKED;
  #asOf = 0;
  #frameLagMs = Number.NaN;
  #shownLateMs = 0;
  #cancelLook: (() => void) | null = null;

  constructor(clock: ClientClock, link: AckLink) {
    this.#clock = clock;
    this.#link = link;
  }

  /** Forgets what was said: another connection, or none. */
  restart(): void {
    this.#state = NOTHING_ACKED;
    this.#cancelLook?.();
    this.#cancelLook = null;
  }

  /** Versions of another epoch count from elsewhere: what is not said yet of the one before is void. Whether it lags stands. */
  enterEpoch(): void {
    const { lags } = this.#state;
    this.restart();
    this.#state = { ...this.#state, lags };
  }

  /**
   * A data frame was applied.
   * @param frameLagMs age of its version; NaN = not known
   * @param shownLateMs how much later its owner shows it
   */
  onApplied(version: number, frameLagMs: number, shownLateMs: number): void {
    this.#asOf = version;
    this.#frameLagMs = frameLagMs;
    this.#shownLateMs = shownLateMs;
    // Nearly always: nothing lags, and nothing is to be said. The clock is not even read.
    if (!this.#state.lags && frameLagMs + shownLateMs <= LIMITS.ackLagMs) return;
    this.#decide();
  }

  #decide(): void {
    const nowUs = this.#clock.nowUs();
    const arrivalLagMs = this.#arrivalLagMs(nowUs);
    const { state, send, lookInMs } = decideAck(this.#state, {
      nowMs: nowUs / 1000,
      asOf: this.#asOf,
      lagMs: arrivalLagMs + this.#shownLateMs,
    });
    this.#state = state;
    if (send) this.#say(Number.isNaN(arrivalLagMs) ? this.#frameLagMs : arrivalLagMs);
    if (lookInMs === null || this.#cancelLook !== null) return;
    this.#cancelLook = this.#clock.after(Math.ceil(lookInMs), () => {
      this.#cancelLook = null;
      this.#decide();
    });
  }

  /** How late frames arrive; NaN = not known, or not known yet. */
  #arrivalLagMs(nowUs: number): number {
    const frameLagMs = this.#frameLagMs;
    // Not late enough to matter, whatever the reason.
    if (!(frameLagMs > (this.#state.lags ? CAUGHT_UP_MS : LIMITS.ackLagMs))) return frameLagMs;
    const pongLateMs = this.#link.lag.pongLateMs(nowUs);
    if (Number.isNaN(pongLateMs)) this.#link.probe();
    return Math.min(frameLagMs, pongLateMs);
  }

  #say(arrivalLagMs: number): void {
    const lagMs = Math.round((Number.isNaN(arrivalLagMs) ? 0 : arrivalLagMs) + this.#shownLateMs);
    this.#link.push({ type: 'ack', asOf: asOf(this.#asOf), lagMs });
  }
}
