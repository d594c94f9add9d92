import { asOf, type AsOf, type UnixUs } from '#protocol';

const VERSION_MAX = 0xff_ff_ff_ff;

/**
 * Numbers the states of a timeline. What changes between two flushes is stamped with `next`; a flush seals everything
 * stamped so far under one version, about the milliseconds since the epoch began.
 *
 * Invariant: a change is stamped above the version of every frame that was made before it. So "newer than asOf" never misses
 * and resume needs no log. What a flush carries is stamped at or below its version; only a snapshot made in between may hold
 * changes above its own, which then come twice.
 */
export class VersionClock {
  #startUs: UnixUs;
  #sealed = 0;

  constructor(startUs: UnixUs) {
    this.#startUs = startUs;
  }

  /** Stamp of a change that happens now. */
  get next(): number {
    return this.#sealed + 1;
  }

  /** The newest sealed version. */
  get current(): AsOf {
    return asOf(this.#sealed);
  }

  /** True when the 32 bits are nearly used up (49 days): the timeline then begins a new epoch. */
  get exhausted(): boolean {
    return this.#sealed > VERSION_MAX - 86_400_000;
  }

  /** Seals all changes so far and returns the version that now includes them. */
  seal(nowUs: UnixUs): AsOf {
    const elapsedMs = Math.floor((nowUs - this.#startUs) / 1000);
    this.#sealed = Math.min(VERSION_MAX, Math.max(this.#sealed + 1, elapsedMs));
    return asOf(this.#sealed);
  }

  /**
   * The version of a frame between two flushes. Seals where time has passed the sealed version; otherwise the version stands, so that
   * any number of newcomers in one millisecond cannot make versions run ahead of time.
   */
  reach(nowUs: UnixUs): AsOf {
    this.#sealed = this.peek(nowUs);
    return asOf(this.#sealed);
  }

  /** The version that time has reached, without sealing. */
  peek(nowUs: UnixUs): AsOf {
    return asOf(Math.min(VERSION_MAX, Math.max(this.#sealed, Math.floor((nowUs - this.#startUs) / 1000))));
  }

  /** Begins a new epoch at version 0. */
  restart(startUs: UnixUs): void {
    this.#startUs = startUs;
    this.#sealed = 0;
  }
}
