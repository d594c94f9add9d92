/** Allows `perSecond` on average and `burst` at once. Driven by the caller's clock. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #atUs: number;

  constructor(perSecond: number, burst: number, nowUs: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#atUs = nowUs;
  }

  /** Takes tokens for what has been done already; they may be missing for a while. */
  charge(tokens: number): void {
    this.#tokens -= tokens;
  }

  /** Takes one token; false when there is none. */
  take(nowUs: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((nowUs - this.#atUs) / 1_000_000) * this.#perSecond);
    this.#atUs = nowUs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
