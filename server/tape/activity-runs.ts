import { unixUs, type EventDensity } from '#protocol';

/** Buckets of all runs together, shared out by duration. */
const BUCKETS = 240;
/** A short run gets this many all the same, so that its bursts can be told apart. */
const RUN_BUCKETS_MIN = 24;
const RUNS_MAX = 32;

/** What is asked of a recording: numbered events whose times never fall. */
interface TimedEvents {
  readonly events: number;
  timeOfEvent(index: number): number;
  indexAt(timeUs: number): number;
}

interface Silence {
  lengthUs: number;
  /** Number of the first event after it. */
  before: number;
}

/**
 * Where a recording has events and how many: a run ends where nothing follows for longer than `silenceUs`. With more than 32
 * runs only the longest silences part them. Costs one pass over the times.
 */
export function activityRuns(recording: TimedEvents, silenceUs: number): EventDensity[] {
  const starts = longestSilences(recording, silenceUs).map(({ before }) => before);
  const bounds = [0, ...starts, recording.events];
  const runs = bounds.slice(1).map((end, at) => spanOf(recording, bounds[at]!, end));
  const totalUs = runs.reduce((sum, { spanUs }) => sum + spanUs, 0);
  return runs.map(({ from, fromTimeUs, spanUs }) => {
    const buckets = Math.max(RUN_BUCKETS_MIN, Math.round((BUCKETS * spanUs) / totalUs));
    const bucketUs = Math.ceil(spanUs / buckets);
    let counted = from;
    const counts = Array.from({ length: Math.ceil(spanUs / bucketUs) }, (_, bucket) => {
      const before = counted;
      counted = recording.indexAt(fromTimeUs + (bucket + 1) * bucketUs - 1);
      return counted - before;
    });
    return { fromTimeUs: unixUs(fromTimeUs), bucketUs, counts };
  });
}

/** At most one less than there may be runs, in the order of time. */
function longestSilences(recording: TimedEvents, silenceUs: number): Silence[] {
  const longest: Silence[] = [];
  let previousUs = recording.timeOfEvent(0);
  for (let index = 1; index < recording.events; index += 1) {
    const timeUs = recording.timeOfEvent(index);
    const lengthUs = timeUs - previousUs;
    previousUs = timeUs;
    if (lengthUs <= silenceUs) continue;
    if (longest.length < RUNS_MAX - 1) longest.push({ lengthUs, before: index });
    else {
      const shortest = longest.reduce((one, other) => (other.lengthUs < one.lengthUs ? other : one));
      if (lengthUs > shortest.lengthUs) longest[longest.indexOf(shortest)] = { lengthUs, before: index };
    }
  }
  return longest.sort((one, other) => one.before - other.before);
}

function spanOf(recording: TimedEvents, from: number, end: number) {
  const fromTimeUs = recording.timeOfEvent(from);
  return { from, fromTimeUs, spanUs: recording.timeOfEvent(end - 1) - fromTimeUs + 1 };
}
