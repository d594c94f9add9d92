/** Wrong tokens that one address may send at once. */
const FAILURES_MAX = 5;
/** One failure is forgotten after this time, s: an address can try 360 tokens an hour. */
const FORGET_S = 10;
/** Addresses that are remembered at once; the one that failed longest ago is forgotten first. */
const ADDRESSES_MAX = 1_000;

interface Failures {
  /** Failures that are not forgotten yet as of `atUs`. */
  count: number;
  atUs: number;
}

/**
 * Slows down who guesses the token. Per address, so that nobody who guesses can lock out the scraper that knows it.
 *
 * Invariant: it remembers `ADDRESSES_MAX` addresses at most, in the order of their last failure.
 */
export class FailureThrottle {
  readonly #failures = new Map<string, Failures>();

  /** Seconds until this address may try again; 0 = it may now. */
  waitS(address: string, nowUs: number): number {
    const excess = this.#count(address, nowUs) - (FAILURES_MAX - 1);
    return excess > 0 ? Math.ceil(excess * FORGET_S) : 0;
  }

  /** Remembers a failure. */
  add(address: string, nowUs: number): void {
    const count = this.#count(address, nowUs) + 1;
    this.#failures.delete(address);
    this.#failures.set(address, { count, atUs: nowUs });
    if (this.#failures.size > ADDRESSES_MAX) {
      this.#failures.delete(this.#failures.keys().next().value!);
    }
  }

  #count(address: string, nowUs: number): number {
    const failures = this.#failures.get(address);
    if (failures === undefined) return 0;
    return Math.max(0, failures.count - (nowUs - failures.atUs) / 1_000_000 / FORGET_S);
  }
}
