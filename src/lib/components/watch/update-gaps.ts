/** Below this age nothing is stale, ms. */
const STALE_AGE_MIN_MS = 2000;
/** An instrument is stale when it is silent this many times longer than it usually is. */
const STALE_GAPS = 5;
/** Usual gap that is assumed before one was seen, ms. */
const GAP_UNKNOWN_MS = 6000;
/** Step of the median estimate: rises or falls by this factor an update. */
const STEP = 1.15;

/**
 * How long each instrument usually stays silent, and for how long it has been silent now. The median is estimated by stepping
 * up or down with each gap ("frugal" streaming median): one number an instrument instead of a window of samples.
 * Times are whatever clock the caller uses throughout: the page's own when live, the recording's when it plays one.
 */
export class UpdateGaps {
  #lastMs = new Float64Array(0);
  #medianMs = new Float64Array(0);
  #updates = new Uint32Array(0);

  onUpdates(instruments: Int32Array, nowMs: number): void {
    for (const instrument of instruments) {
      if (instrument >= this.#lastMs.length) this.#grow(instrument + 1);
      this.#updates[instrument]! += 1;
      const gap = nowMs - this.#lastMs[instrument]!;
      const seen = this.#lastMs[instrument]! > 0;
      this.#lastMs[instrument] = nowMs;
      if (!seen || gap <= 0) continue;
      const median = this.#medianMs[instrument]!;
      this.#medianMs[instrument] = median === 0 ? gap : gap > median ? median * STEP : median / STEP;
    }
  }

  /** Age of the last update when it is older than it should be, ms; 0 for a row that is current or was never seen. */
  staleAgeMs(instrument: number, nowMs: number): number {
    const last = this.#lastMs[instrument] ?? 0;
    if (last === 0) return 0;
    const age = nowMs - last;
    const usual = this.#medianMs[instrument] || GAP_UNKNOWN_MS;
    return age > Math.max(STALE_AGE_MIN_MS, STALE_GAPS * usual) ? age : 0;
  }

  /** Age of the last update, ms; NaN before the first. */
  ageMs(instrument: number, nowMs: number): number {
    const last = this.#lastMs[instrument] ?? 0;
    return last === 0 ? Number.NaN : Math.max(0, nowMs - last);
  }

  /** Updates that this page has seen since it was opened, or since the last jump. */
  updates(instrument: number): number {
    return this.#updates[instrument] ?? 0;
  }

  /** Forgets all: the clock jumped, by a seek or another recording. */
  clear(): void {
    this.#lastMs.fill(0);
    this.#medianMs.fill(0);
    this.#updates.fill(0);
  }

  #grow(length: number): void {
    const size = Math.max(length, 2 * this.#lastMs.length, 64);
    const last = new Float64Array(size);
    const median = new Float64Array(size);
    last.set(this.#lastMs);
    const updates = new Uint32Array(size);
    median.set(this.#medianMs);
    updates.set(this.#updates);
    this.#updates = updates;
    this.#lastMs = last;
    this.#medianMs = median;
  }
}
