import type { EventDensity, UnixUs } from '#protocol';
import type { LaidOutAxis } from './bar-axis.ts';
import { endOf, eventsBetween } from './event-rates.ts';
import { LIVE_BUCKET_US } from './rate-history.ts';
import { ReplayAxis } from './replay-axis.ts';

/** A tape that has just begun is shown over this at least, us: a bar of a few seconds could not be aimed at. */
const SPAN_MIN_US = 60_000_000;

/**
 * The bar of the rolling tape while it is watched: all that it holds, growing up to now.
 * @param runs as the server told when the tape was opened
 * @param window the last hour, from where what came since is known
 */
export function tapeAxis(
  runs: readonly EventDensity[],
  window: EventDensity,
  tapeFromUs: number,
  nowUs: number,
): LaidOutAxis {
  const held = runs.flatMap((run) => cutBefore(run, tapeFromUs));
  const toldUs = held.length === 0 ? tapeFromUs : endOf(held.at(-1)!);
  const grown = nowUs > toldUs ? [...held, since(toldUs as UnixUs, window, nowUs)] : held;
  const fromUs = Math.min(tapeFromUs, nowUs - SPAN_MIN_US, ...grown.slice(0, 1).map((run) => run.fromTimeUs));
  return { axis: new ReplayAxis(fromUs, nowUs, grown), runs: grown };
}

/** What happened after the server told. */
function since(fromTimeUs: UnixUs, window: EventDensity, nowUs: number): EventDensity {
  const buckets = Math.ceil((nowUs - fromTimeUs) / LIVE_BUCKET_US);
  const counts = Array.from({ length: buckets }, (_, bucket) => {
    const beginUs = fromTimeUs + bucket * LIVE_BUCKET_US;
    return eventsBetween(window, beginUs, beginUs + LIVE_BUCKET_US);
  });
  return { fromTimeUs, bucketUs: LIVE_BUCKET_US, counts };
}

/** Without the buckets that the tape has let go. */
function cutBefore(run: EventDensity, timeUs: number): EventDensity[] {
  const gone = Math.max(0, Math.floor((timeUs - run.fromTimeUs) / run.bucketUs));
  if (gone >= run.counts.length) return [];
  const fromTimeUs = (run.fromTimeUs + gone * run.bucketUs) as UnixUs;
  return [{ ...run, fromTimeUs, counts: run.counts.slice(gone) }];
}
