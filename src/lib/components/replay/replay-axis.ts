import type { EventDensity } from '#protocol';

interface Segment {
  fromUs: number;
  toUs: number;
  /** Place on the bar, 0..1. */
  fromShare: number;
  toShare: number;
  gap: boolean;
}

/** A run of empty buckets is folded when it is longer than this share of the whole. */
const GAP_SHARE_MIN = 0.04;
const GAP_BUCKETS_MIN = 3;
/** Room that a folded gap takes on the bar. */
const GAP_ROOM = 0.02;
/** Least room of a stretch with data, as a share of what all data has. */
const DATA_ROOM_MIN = 0.04;

/**
 * Time along the replay bar. Linear, but for long silence, which is folded to a narrow mark: a recording of two hours with
 * three weeks between them would otherwise be two dots at the ends of an empty line.
 */
export class ReplayAxis {
  readonly segments: readonly Segment[];
  readonly fromUs: number;
  readonly toUs: number;

  constructor(fromUs: number, toUs: number, density: EventDensity | null) {
    this.fromUs = fromUs;
    this.toUs = Math.max(toUs, fromUs + 1);
    this.segments = density === null ? [this.#whole()] : this.#fold(density);
  }

  shareAt(timeUs: number): number {
    const segment = this.segments.find((it) => timeUs < it.toUs) ?? this.segments.at(-1)!;
    const within = (timeUs - segment.fromUs) / (segment.toUs - segment.fromUs);
    return segment.fromShare + clamp(within) * (segment.toShare - segment.fromShare);
  }

  timeAt(share: number): number {
    const segment = this.segments.find((it) => share < it.toShare) ?? this.segments.at(-1)!;
    const within = (share - segment.fromShare) / (segment.toShare - segment.fromShare);
    return Math.round(segment.fromUs + clamp(within) * (segment.toUs - segment.fromUs));
  }

  /** Events in each of `count` columns of equal width, with buckets shared out by overlap. NaN where a column lies in a gap. */
  columns(density: EventDensity, count: number): Float64Array {
    const columns = new Float64Array(count);
    for (let column = 0; column < count; column += 1) {
      const middle = (column + 0.5) / count;
      const segment = this.segments.find((it) => middle < it.toShare) ?? this.segments.at(-1)!;
      if (segment.gap) {
        columns[column] = Number.NaN;
        continue;
      }
      columns[column] = eventsBetween(
        density,
        this.timeAt(Math.max(segment.fromShare, column / count)),
        this.timeAt(Math.min(segment.toShare - 1e-9, (column + 1) / count)),
      );
    }
    return columns;
  }

  #whole(): Segment {
    return { fromUs: this.fromUs, toUs: this.toUs, fromShare: 0, toShare: 1, gap: false };
  }

  #fold(density: EventDensity): Segment[] {
    const spans: { fromUs: number; toUs: number; gap: boolean }[] = [];
    let atUs = this.fromUs;
    for (const run of emptyRuns(density)) {
      const fromUs = Math.max(run.fromUs, this.fromUs);
      const toUs = Math.min(run.toUs, this.toUs);
      if (toUs - fromUs < GAP_SHARE_MIN * (this.toUs - this.fromUs) || run.buckets < GAP_BUCKETS_MIN)
        continue;
      if (fromUs > atUs) spans.push({ fromUs: atUs, toUs: fromUs, gap: false });
      spans.push({ fromUs, toUs, gap: true });
      atUs = toUs;
    }
    if (atUs < this.toUs) spans.push({ fromUs: atUs, toUs: this.toUs, gap: false });
    if (!spans.some((span) => !span.gap)) return [this.#whole()];
    return layOut(spans);
  }
}

function layOut(spans: readonly { fromUs: number; toUs: number; gap: boolean }[]): Segment[] {
  const dataUs = spans.reduce((sum, span) => sum + (span.gap ? 0 : span.toUs - span.fromUs), 0);
  const weights = spans.map((span) =>
    span.gap ? GAP_ROOM : Math.max(DATA_ROOM_MIN, (span.toUs - span.fromUs) / dataUs),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let share = 0;
  return spans.map((span, at) => {
    const fromShare = share;
    share = at === spans.length - 1 ? 1 : share + weights[at]! / total;
    return { ...span, fromShare, toShare: share };
  });
}

function* emptyRuns(density: EventDensity): Generator<{ fromUs: number; toUs: number; buckets: number }> {
  let start = -1;
  for (let bucket = 0; bucket <= density.counts.length; bucket += 1) {
    const empty = bucket < density.counts.length && density.counts[bucket] === 0;
    if (empty && start === -1) start = bucket;
    if (empty || start === -1) continue;
    yield {
      fromUs: density.fromTimeUs + start * density.bucketUs,
      toUs: density.fromTimeUs + bucket * density.bucketUs,
      buckets: bucket - start,
    };
    start = -1;
  }
}

/** Events between two times, when those of a bucket are spread evenly over it. */
export function eventsBetween(density: EventDensity, fromUs: number, toUs: number): number {
  const { bucketUs, counts } = density;
  const from = (fromUs - density.fromTimeUs) / bucketUs;
  const to = (toUs - density.fromTimeUs) / bucketUs;
  let events = 0;
  for (let bucket = Math.max(0, Math.floor(from)); bucket < Math.min(counts.length, to); bucket += 1) {
    const overlap = Math.min(to, bucket + 1) - Math.max(from, bucket);
    events += counts[bucket]! * overlap;
  }
  return events;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
