import type { EventDensity, GapMark, StatusMessage, TimelineMessage, UnixUs } from '#protocol';

/** The live histogram reaches back an hour, us. */
const LIVE_SPAN_US = 3_600_000_000;
/** Gap marks that are kept: twice what a server tells a newcomer. */
const GAPS_MAX = 512;

/**
 * What the server told of its timeline and its feeds, as a page that comes later has to hear it: several messages say only what
 * changed. No clock and no history of its own but the live histogram, which is carried on.
 */
export class ToldTimeline {
  #timeline: TimelineMessage | null = null;
  #status: StatusMessage | null = null;
  #gaps: readonly GapMark[] = [];

  /** Null before the server told. */
  get timeline(): TimelineMessage | null {
    return this.#timeline;
  }

  get status(): StatusMessage | null {
    return this.#status;
  }

  get gaps(): readonly GapMark[] {
    return this.#gaps;
  }

  onGaps(marks: readonly GapMark[], whole: boolean): void {
    this.#gaps = whole ? marks : [...this.#gaps, ...marks].slice(-GAPS_MAX);
  }

  onTimeline(message: TimelineMessage): void {
    const density = message.density ?? this.#timeline?.density ?? null;
    this.#timeline = { ...message, density, skipped: null };
    delete this.#timeline.switched;
  }

  /** @param timeUs of the newest frame; the status counts the second before it */
  onStatus(message: StatusMessage, timeUs: number): void {
    const stale = message.stale ?? this.#status?.stale;
    this.#status = stale === undefined ? message : { ...message, stale };
    const told = this.#timeline;
    if (told?.mode !== 'live' || told.density === null || timeUs === 0) return;
    this.#timeline = {
      ...told,
      density: told.density.map((run) => extended(run, timeUs, message.receivedPerSecond)),
    };
  }
}

function extended(run: EventDensity, timeUs: number, events: number): EventDensity {
  const bucket = Math.floor((timeUs - run.fromTimeUs) / run.bucketUs);
  const longest = Math.ceil(LIVE_SPAN_US / run.bucketUs);
  if (!(bucket >= 0)) return run;
  const counts = run.counts.slice();
  // A machine that slept for days: what lies further back than the span is not filled up first.
  if (bucket - counts.length > longest) counts.length = 0;
  while (counts.length <= Math.min(bucket, run.counts.length + longest)) counts.push(0);
  counts[counts.length - 1]! += events;
  const dropped = Math.max(0, counts.length - longest);
  return {
    bucketUs: run.bucketUs,
    fromTimeUs: (run.fromTimeUs + (bucket + 1 - counts.length + dropped) * run.bucketUs) as UnixUs,
    counts: counts.slice(dropped),
  };
}
