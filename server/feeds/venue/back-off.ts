/**
 * Growing pauses with full jitter: each anywhere between 0 and a limit that doubles up to a cap, so that thousands who lost the
 * same venue do not come back together.
 */
export class BackOff {
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #failures = 0;

  constructor(minMs: number, maxMs: number, random: () => number) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  get failures(): number {
    return this.#failures;
  }

  /** The next pause, ms. Never 0: a venue that answers at once must not be asked in a tight loop. */
  next(): number {
    const limitMs = Math.min(this.#maxMs, this.#minMs * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    return Math.max(this.#minMs / 10, Math.round(this.#random() * limitMs));
  }

  reset(): void {
    this.#failures = 0;
  }
}
