import type { EventDensity } from '#protocol';

/** Silence that parts two sessions, us: longer than any lunch break of one instrument among several, shorter than a night. */
const NIGHT_US = 1_800_000_000;

/** Begin of the session that a time lies in: the first activity after the last long silence before it. */
export function sessionStart(runs: readonly EventDensity[], timeUs: number, firstTimeUs: number): number {
  let startUs = firstTimeUs;
  let quietSinceUs = firstTimeUs;
  for (const { fromTimeUs, bucketUs, counts } of runs) {
    for (const [bucket, count] of counts.entries()) {
      if (!(count > 0)) continue;
      const beginUs = fromTimeUs + bucket * bucketUs;
      if (beginUs > timeUs) return startUs;
      if (beginUs - quietSinceUs >= NIGHT_US) startUs = beginUs;
      quietSinceUs = beginUs + bucketUs;
    }
  }
  return startUs;
}
