import { LIMITS, type ThrottledMessage } from '#protocol';
import type { Clock } from '../engine/ports.ts';
import { BandwidthCap } from './bandwidth-cap.ts';
import { Throttle, type Slowdown } from './throttle.ts';

/** A client that acknowledges nothing for this long while data is held for it is served again, ms. */
const HOLD_MS_MAX = 10_000;
/** Versions (about ms) under way above which a client that lags is given time to catch up. */
const UNDER_WAY_MAX = LIMITS.ackLagMs / 2;

/** In the place of a time: it was noticed long enough ago, and told. */
const TOLD = -1;

/** Who tells the peer. */
export interface Teller {
  tell(message: ThrottledMessage): void;
}

/**
 * How much one connection may be sent now: nothing while bytes are unsent or untaken, or the client has to catch up, and no more than its
 * bandwidth cap. What may not be sent conflates. Not a queue: it holds no data.
 */
export class BackPressure {
  readonly #teller: Teller;
  readonly #clock: Clock;
  /** Made when something slows the connection down for the first time: most are never slowed down. */
  #throttle: Throttle | null = null;
  #cap: BandwidthCap | null = null;
  /** Since when it takes nothing; 0 = it takes what it is sent. */
  #blockedUs = 0;
  /** The client catches up to this version before it is sent more; -1 = it does not have to. */
  #catchUpTo = -1;
  #catchUpUs = 0;
  lagMs: number | null = null;

  constructor(teller: Teller, clock: Clock) {
    this.#teller = teller;
    this.#clock = clock;
  }

  get reason(): Slowdown | null {
    return this.#throttle?.reason ?? null;
  }

  /** Bits a second; 0 = no cap. */
  get bitsPerSecond(): number {
    return this.#cap?.bitsPerSecond ?? 0;
  }

  get isCapped(): boolean {
    return this.#cap !== null;
  }

  /** Bytes of two seconds of the cap. */
  get windowBytes(): number {
    return this.#cap?.windowBytes ?? Number.POSITIVE_INFINITY;
  }

  /** Keeps room free of data for an answer of this size; 0 = no more. */
  reserve(bytes: number): void {
    if (this.#cap !== null) this.#cap.reservedBytes = bytes;
  }

  /** Bytes that may be sent now of what was reserved. */
  roomUnreserved(): number {
    return this.#cap?.roomUnreserved(this.#clock.nowUs()) ?? Number.POSITIVE_INFINITY;
  }

  limit(bitsPerSecond: number): void {
    if (bitsPerSecond === this.bitsPerSecond) return;
    if (bitsPerSecond === 0) this.#cap = null;
    else if (this.#cap === null) this.#cap = new BandwidthCap(bitsPerSecond, this.#clock.nowUs());
    else this.#cap.change(bitsPerSecond);
  }

  /** Something was sent. */
  spend(bytes: number): void {
    this.#cap?.spend(bytes, this.#clock.nowUs());
  }

  /** @param isBlocked what was sent before has not been taken */
  room(isBlocked: boolean, rateHz: number): number {
    if (isBlocked) {
      this.#onBlocked();
      return 0;
    }
    if (this.#blockedUs !== 0) this.#onUnblocked();
    if (this.#catchUpTo >= 0 && !this.#hasWaitedEnough(this.#clock.nowUs())) return 0;
    return this.#cap === null ? Number.POSITIVE_INFINITY : this.#cap.frameRoom(this.#clock.nowUs(), rateHz);
  }

  roomAtMost(): number {
    return this.#cap === null ? Number.POSITIVE_INFINITY : this.#cap.room(this.#clock.nowUs());
  }

  /**
   * The client says how far it is.
   * @param served newest version that it was sent
   */
  onAck(acked: number, lagMs: number, served: number): void {
    this.lagMs = lagMs;
    if (this.#catchUpTo >= 0) {
      if (acked >= this.#catchUpTo) this.#resume();
    } else if (lagMs >= LIMITS.ackLagMs && served - acked > UNDER_WAY_MAX) {
      this.#catchUpTo = served;
      this.#catchUpUs = this.#clock.nowUs();
      this.#begin('client-lag', 0);
    }
  }

  /** Versions begin anew. */
  onEpoch(): void {
    if (this.#catchUpTo >= 0) this.#resume();
  }

  /** @param maxRateHz served at most; null = as granted */
  onServerBusy(maxRateHz: number | null): void {
    if (maxRateHz === null) this.#end('server-busy');
    else this.#begin('server-busy', maxRateHz);
  }

  /** Called at each tick of each who takes nothing: those who were told already cost nothing more. */
  #onBlocked(): void {
    if (this.#blockedUs === TOLD) return;
    const nowUs = this.#clock.nowUs();
    if (this.#blockedUs === 0) this.#blockedUs = nowUs;
    if (nowUs - this.#blockedUs < LIMITS.queueNoticeMs * 1000) return;
    this.#blockedUs = TOLD;
    this.#begin('queue-full', 0);
  }

  #onUnblocked(): void {
    this.#blockedUs = 0;
    this.#end('queue-full');
  }

  #hasWaitedEnough(nowUs: number): boolean {
    if (nowUs - this.#catchUpUs < HOLD_MS_MAX * 1000) return false;
    this.#resume();
    return true;
  }

  #resume(): void {
    this.#catchUpTo = -1;
    this.#end('client-lag');
  }

  #begin(reason: Slowdown, maxRateHz: number): void {
    this.#throttle ??= new Throttle();
    const news = this.#throttle.begin(reason, maxRateHz);
    if (news !== null) this.#teller.tell(news);
  }

  #end(reason: Slowdown): void {
    const news = this.#throttle?.end(reason) ?? null;
    if (news !== null) this.#teller.tell(news);
  }
}
