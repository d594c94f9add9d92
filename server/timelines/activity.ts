import { unixUs, type EventDensity, type UnixUs } from '#protocol';

const BUCKETS = 240;
const BUCKET_US = 15_000_000;

/** Events a quarter of a minute over the last hour: the histogram of the live bar. */
export class Activity {
  readonly #counts = new Float64Array(BUCKETS);
  #newest: number;

  constructor(nowUs: UnixUs) {
    this.#newest = Math.floor(nowUs / BUCKET_US);
  }

  add(nowUs: UnixUs, events: number): void {
    const bucket = Math.floor(nowUs / BUCKET_US);
    for (let empty = Math.max(this.#newest + 1, bucket - BUCKETS + 1); empty <= bucket; empty += 1) {
      this.#counts[empty % BUCKETS] = 0;
    }
    this.#newest = Math.max(this.#newest, bucket);
    this.#counts[bucket % BUCKETS]! += events;
  }

  density(): EventDensity {
    const first = this.#newest - BUCKETS + 1;
    const counts = Array.from({ length: BUCKETS }, (_, index) => this.#counts[(first + index) % BUCKETS]!);
    return { fromTimeUs: unixUs(first * BUCKET_US), bucketUs: BUCKET_US, counts };
  }
}
