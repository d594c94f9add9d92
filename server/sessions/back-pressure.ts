import { LIMITS, type ThrottledMessage } from '#protocol';
import { BandwidthCap } from './bandwidth-cap.ts';
import { Throttle, type Slowdown } from './throttle.ts';

/** A client that acknowledges nothing for this long while data is held for it is served again, ms. */
const HOLD_MS_MAX = 10_000;
/** Versions (about ms) under way above which a client that lags is given time to catch up. */
const UNDER_WAY_MAX = LIMITS.ackLagMs / 2;

/**
 * How much one connection may be sent now: nothing while bytes are unsent or the client has to catch up, and no more than its
 * bandwidth cap. What may not be sent conflates. Not a queue: it holds no data.
 */
export class BackPressure {
  readonly #tell: (message: ThrottledMessage) => void;
  readonly #throttle = new Throttle();
  #cap: BandwidthCap | null = null;
  #blockedUs = 0;
  /** The client catches up to this version before it is sent more; -1 = it does not have to. */
  #catchUpTo = -1;
  #catchUpUs = 0;
  lagMs: number | null = null;

  constructor(tell: (message: ThrottledMessage) => void) {
    this.#tell = tell;
  }

  get reason(): Slowdown | null {
    return this.#throttle.reason;
  }

  /** Bits a second; 0 = no cap. */
  get bitsPerSecond(): number {
    return this.#cap?.bitsPerSecond ?? 0;
  }

  get isCapped(): boolean {
    return this.#cap !== null;
  }

  limit(bitsPerSecond: number, nowUs: number): void {
    if (bitsPerSecond === this.bitsPerSecond) return;
    this.#cap = bitsPerSecond === 0 ? null : new BandwidthCap(bitsPerSecond, nowUs);
  }

  /** Something was sent. */
  spend(bytes: number, clock: () => number): void {
    this.#cap?.spend(bytes, clock());
  }

  /** @param unsentBytes handed to the socket and not taken by the network */
  room(unsentBytes: number, rateHz: number, clock: () => number): number {
    if (unsentBytes > 0) {
      this.#onBlocked(clock());
      return 0;
    }
    if (this.#blockedUs !== 0) this.#onUnblocked();
    if (this.#catchUpTo >= 0 && !this.#hasWaitedEnough(clock())) return 0;
    return this.#cap === null ? Number.POSITIVE_INFINITY : this.#cap.frameRoom(clock(), rateHz);
  }

  roomAtMost(nowUs: number): number {
    return this.#cap === null ? Number.POSITIVE_INFINITY : this.#cap.room(nowUs);
  }

  /**
   * The client says how far it is.
   * @param served newest version that it was sent
   */
  onAck(acked: number, lagMs: number, served: number, nowUs: number): void {
    this.lagMs = lagMs;
    if (this.#catchUpTo >= 0) {
      if (acked >= this.#catchUpTo) this.#resume();
    } else if (lagMs >= LIMITS.ackLagMs && served - acked > UNDER_WAY_MAX) {
      this.#catchUpTo = served;
      this.#catchUpUs = nowUs;
      this.#say(this.#throttle.begin('client-lag', 0));
    }
  }

  /** Versions begin anew. */
  onEpoch(): void {
    if (this.#catchUpTo >= 0) this.#resume();
  }

  /** @param maxRateHz served at most; null = as granted */
  onServerBusy(maxRateHz: number | null): void {
    this.#say(
      maxRateHz === null ? this.#throttle.end('server-busy') : this.#throttle.begin('server-busy', maxRateHz),
    );
  }

  #onBlocked(nowUs: number): void {
    if (this.#blockedUs === 0) this.#blockedUs = nowUs;
    else if (nowUs - this.#blockedUs >= LIMITS.queueNoticeMs * 1000)
      this.#say(this.#throttle.begin('queue-full', 0));
  }

  #onUnblocked(): void {
    this.#blockedUs = 0;
    this.#say(this.#throttle.end('queue-full'));
  }

  #hasWaitedEnough(nowUs: number): boolean {
    if (nowUs - this.#catchUpUs < HOLD_MS_MAX * 1000) return false;
    this.#resume();
    return true;
  }

  #resume(): void {
    this.#catchUpTo = -1;
    this.#say(this.#throttle.end('client-lag'));
  }

  #say(message: ThrottledMessage | null): void {
    if (message !== null) this.#tell(message);
  }
}
