import { unixUs, type EventDensity } from '#protocol';
import type { TapeIndex } from './index-content.ts';

const BUCKETS = 240;
const RUN_BUCKETS_MIN = 24;
const RUNS_MAX = 32;
const SECOND_US = 1_000_000;

/** A second since 1970, and its events. */
export type Second = readonly [second: number, events: number];

/** Events by second as the indexes of a tape tell them; null where they do not tell of all `events`. */
export function countsBySecond(indexes: readonly TapeIndex[], events: number): Second[] | null {
  const counted = new Map<number, number>();
  let total = 0;
  for (const { seconds } of indexes) {
    for (const [second, count] of seconds) {
      counted.set(second, (counted.get(second) ?? 0) + count);
      total += count;
    }
  }
  return total === events ? [...counted].sort((one, other) => one[0] - other[0]) : null;
}

/**
 * Runs of activity as `activityRuns` tells them, from counts by second: to the second only, and without a look at any event. For tapes
 * of which a look at every event would take seconds.
 */
export function secondRuns(seconds: readonly Second[], silenceUs: number): EventDensity[] {
  const silences = seconds
    .map(([second], at) => ({ at, lengthUs: at === 0 ? 0 : (second - seconds[at - 1]![0]) * SECOND_US }))
    .filter(({ lengthUs }) => lengthUs > silenceUs + SECOND_US)
    .sort((one, other) => other.lengthUs - one.lengthUs)
    .slice(0, RUNS_MAX - 1)
    .map(({ at }) => at)
    .sort((one, other) => one - other);
  const bounds = [0, ...silences, seconds.length];
  const runs = bounds.slice(1).map((end, at) => seconds.slice(bounds[at], end));
  const total = runs.reduce((sum, run) => sum + spanOf(run), 0);
  return runs.map((run) => {
    const span = spanOf(run);
    const buckets = Math.max(RUN_BUCKETS_MIN, Math.round((BUCKETS * span) / total));
    const width = Math.ceil(span / buckets);
    const from = run[0]![0];
    const counts = Array.from({ length: Math.ceil(span / width) }, () => 0);
    for (const [second, events] of run) counts[Math.floor((second - from) / width)]! += events;
    return { fromTimeUs: unixUs(from * SECOND_US), bucketUs: width * SECOND_US, counts };
  });
}

function spanOf(run: readonly Second[]): number {
  return run.at(-1)![0] - run[0]![0] + 1;
}
