/** A stretch of time, us since 1970; `fromUs` is the earlier end. */
export interface TimeRange {
  readonly fromUs: number;
  readonly toUs: number;
}

/** The ends of a loop as the viewer set them; null = not set, which means the end of what there is. */
export interface LoopMarks {
  readonly inUs: number | null;
  readonly outUs: number | null;
}

export const NO_MARKS: LoopMarks = { inUs: null, outUs: null };

/** Shortest loop, us: each round begins a new epoch with all values sent again. */
export const LOOP_MIN_US = 250_000;
/** A loop that is asked for without any end reaches this far to either side of the playhead, us. */
const PROPOSED_HALF_US = 15_000_000;
/** Part of the whole that such a loop takes at most. */
const PROPOSED_SHARE = 0.25;

/** Sets the begin; an end that would lie before it is dropped. */
export function withIn({ outUs }: LoopMarks, timeUs: number): LoopMarks {
  return { inUs: timeUs, outUs: outUs !== null && outUs - timeUs >= LOOP_MIN_US ? outUs : null };
}

export function withOut({ inUs }: LoopMarks, timeUs: number): LoopMarks {
  return { inUs: inUs !== null && timeUs - inUs >= LOOP_MIN_US ? inUs : null, outUs: timeUs };
}

/** The stretch that the marks mean within what there is; null where none is set or nothing is left between them. */
export function loopOf({ inUs, outUs }: LoopMarks, span: TimeRange): TimeRange | null {
  if (inUs === null && outUs === null) return null;
  const fromUs = Math.max(span.fromUs, inUs ?? span.fromUs);
  const toUs = Math.min(span.toUs, outUs ?? span.toUs);
  return toUs - fromUs >= LOOP_MIN_US ? { fromUs, toUs } : null;
}

/** What is looped when nobody said what: some seconds around the playhead. */
export function loopAround(timeUs: number, span: TimeRange): TimeRange {
  return rangeAround(
    timeUs,
    Math.min(2 * PROPOSED_HALF_US, Math.max(LOOP_MIN_US, (span.toUs - span.fromUs) * PROPOSED_SHARE)),
    span,
  );
}

/** A stretch of this length with a time in its middle, moved into the span where it would reach out of it. */
export function rangeAround(timeUs: number, lengthUs: number, span: TimeRange): TimeRange {
  const length = Math.min(lengthUs, span.toUs - span.fromUs);
  const fromUs = Math.min(Math.max(Math.round(timeUs - length / 2), span.fromUs), span.toUs - length);
  return { fromUs, toUs: fromUs + length };
}

/** Moves one end of a loop; the other stays, and they keep their distance. */
export function moveEnd(range: TimeRange, end: 'in' | 'out', timeUs: number, span: TimeRange): TimeRange {
  return end === 'in'
    ? { ...range, fromUs: Math.round(Math.max(span.fromUs, Math.min(timeUs, range.toUs - LOOP_MIN_US))) }
    : { ...range, toUs: Math.round(Math.min(span.toUs, Math.max(timeUs, range.fromUs + LOOP_MIN_US))) };
}
