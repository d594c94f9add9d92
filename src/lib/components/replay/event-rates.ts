import type { EventDensity } from '#protocol';

/** Shortest time over which a rate is told, us: a single event has none. */
const RATE_SPAN_MIN_US = 1_000_000;

/** Events between two times, when those of a bucket are spread evenly over it. */
export function eventsBetween(
  { fromTimeUs, bucketUs, counts }: EventDensity,
  fromUs: number,
  toUs: number,
): number {
  const from = (fromUs - fromTimeUs) / bucketUs;
  const to = (toUs - fromTimeUs) / bucketUs;
  let events = 0;
  for (let bucket = Math.max(0, Math.floor(from)); bucket < Math.min(counts.length, to); bucket += 1) {
    const overlap = Math.min(to, bucket + 1) - Math.max(from, bucket);
    events += counts[bucket]! * overlap;
  }
  return events;
}

/** Events a second between two times. */
export function ratePerSecond(runs: readonly EventDensity[], fromUs: number, toUs: number): number {
  const events = runs.reduce((sum, run) => sum + eventsBetween(run, fromUs, toUs), 0);
  return events / (Math.max(toUs - fromUs, RATE_SPAN_MIN_US) / 1e6);
}

export function endOf({ fromTimeUs, bucketUs, counts }: EventDensity): number {
  return fromTimeUs + bucketUs * counts.length;
}

/** Of a share of the bar. */
export function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
