/** What is read out, at most once in this time, ms. */
export const SPEECH_INTERVAL_MS = 3_000;

/**
 * Groups what a screen reader interrupts for: the first at once, then at most once in three seconds, and then as one sentence. Driven by
 * the caller's clock.
 */
export class FiringSpeech {
  #waiting: string[] = [];
  #spokenMs = Number.NEGATIVE_INFINITY;

  add(sentence: string): void {
    this.#waiting.push(sentence);
  }

  /** What is to be said now; null = nothing. */
  take(nowMs: number): string | null {
    if (this.#waiting.length === 0 || nowMs - this.#spokenMs < SPEECH_INTERVAL_MS) return null;
    this.#spokenMs = nowMs;
    const [first, ...others] = this.#waiting.splice(0);
    return others.length === 0 ? first! : `${others.length + 1} alerts`;
  }

  /** Until `take` may have something, ms; null = nothing waits. */
  waitMs(nowMs: number): number | null {
    if (this.#waiting.length === 0) return null;
    return Math.max(0, this.#spokenMs + SPEECH_INTERVAL_MS - nowMs);
  }
}
