import type { EventDensity } from '#protocol';

/** Span of the live bar, and of one of its columns, us: an hour in 240 columns. */
export const LIVE_SPAN_US = 3_600_000_000;
export const LIVE_BUCKET_US = 15_000_000;
const BUCKETS = LIVE_SPAN_US / LIVE_BUCKET_US;

/**
 * Events a quarter of a minute over the last hour: what the server knew at the start, and then what it reports each second.
 * Buckets lie on multiples of 15 s since 1970, so that columns move as a whole and never change their height afterwards.
 */
export class RateHistory {
  readonly #counts = new Map<number, number>();
  #lastTimeUs = 0;
  #adopted: readonly EventDensity[] = [];

  /** Takes the server's histogram; one that was taken already is left alone. */
  adopt(runs: readonly EventDensity[]): void {
    if (runs.length === 0 || runs === this.#adopted) return;
    this.#adopted = runs;
    this.#counts.clear();
    for (const { fromTimeUs, bucketUs, counts } of runs) {
      counts.forEach((count, index) => {
        const bucket = Math.floor((fromTimeUs + index * bucketUs) / LIVE_BUCKET_US);
        this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
      });
    }
  }

  /** Adds what came in since the last call at the given rate. A pause of more than five seconds stays empty. */
  add(timeUs: number, eventsPerSecond: number): void {
    const passedS = (timeUs - this.#lastTimeUs) / 1e6;
    this.#lastTimeUs = timeUs;
    if (passedS <= 0 || passedS > 5) return;
    const bucket = Math.floor(timeUs / LIVE_BUCKET_US);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + eventsPerSecond * passedS);
    for (const old of this.#counts.keys()) if (old < bucket - BUCKETS) this.#counts.delete(old);
  }

  /** The hour that ends now, oldest first. */
  window(nowUs: number): EventDensity {
    const newest = Math.floor(nowUs / LIVE_BUCKET_US);
    const first = newest - BUCKETS + 1;
    const counts = Array.from({ length: BUCKETS }, (_, index) => this.#counts.get(first + index) ?? 0);
    return {
      fromTimeUs: (first * LIVE_BUCKET_US) as EventDensity['fromTimeUs'],
      bucketUs: LIVE_BUCKET_US,
      counts,
    };
  }
}
