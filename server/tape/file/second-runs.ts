import { unixUs, type EventDensity } from '#protocol';

const BUCKETS = 240;
const RUN_BUCKETS_MIN = 24;
const RUNS_MAX = 32;
const SECOND_US = 1_000_000;

/** A second since 1970, and its events. */
export type Second = readonly [second: number, events: number];

/** Of several parts, or recordings: they may share a second, and a clock that was put back brings one again. */
export function addedSeconds(parts: readonly (readonly Second[])[]): Second[] {
  const counts = new Map<number, number>();
  for (const part of parts)
    for (const [second, events] of part) counts.set(second, (counts.get(second) ?? 0) + events);
  return [...counts].sort((one, other) => one[0] - other[0]);
}

/**
 * Runs of activity as `activityRuns` tells them, from counts by second: to the second only, and without a look at any event. For
 * recordings that are opened while others watch: a look at a million events holds everybody up for a second.
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
