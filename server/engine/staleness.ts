import type { Staleness } from './reports.ts';

/** Upper ends of the buckets, ms. */
const BUCKETS_MS = [1, 2, 5, 10, 17, 33, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000];

/** How often something took how long, in buckets: enough for a quantile that an operator reads, cheap enough to have one a viewer. */
export class StalenessHistogram {
  readonly #counts = new Float64Array(BUCKETS_MS.length + 1);

  add(ms: number, count = 1): void {
    let bucket = 0;
    while (bucket < BUCKETS_MS.length && ms > BUCKETS_MS[bucket]!) bucket += 1;
    this.#counts[bucket]! += count;
  }

  addAll(other: StalenessHistogram): void {
    for (let bucket = 0; bucket < this.#counts.length; bucket += 1)
      this.#counts[bucket]! += other.#counts[bucket]!;
  }

  /** Quantiles, each the upper end of its bucket. */
  report(): Staleness {
    return { p50Ms: this.#quantile(0.5), p99Ms: this.#quantile(0.99) };
  }

  #quantile(share: number): number | null {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) return null;
    let below = 0;
    for (let bucket = 0; bucket < BUCKETS_MS.length; bucket += 1) {
      below += this.#counts[bucket]!;
      if (below >= total * share) return BUCKETS_MS[bucket]!;
    }
    return BUCKETS_MS.at(-1)! * 2;
  }
}
