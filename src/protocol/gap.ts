import type { InstrumentId, UnixUs } from './units.ts';

/** Why something is missing, and what a viewer reads of it. */
export const GAP_REASONS = {
  cut: 'The connection to the source was lost.',
  silence: 'The source fell silent.',
  sequence: 'Messages of the source are missing.',
  checksum: 'The book did not match the checksum of the source.',
  content: 'The source sent what cannot be.',
  overload: 'More came than could be taken.',
  recording: 'It was not recorded.',
} as const;
export type GapReason = keyof typeof GAP_REASONS;

export function isGapReason(text: unknown): text is GapReason {
  return typeof text === 'string' && Object.hasOwn(GAP_REASONS, text);
}

/** A stretch of time of which something is missing for good, both ends known. Times are those of arrival. */
export interface GapMark {
  /** The feed that it happened to; `tape` where the recording itself has the gap. */
  feed: string;
  /** Absent = everything that the feed brings. */
  instrument?: InstrumentId;
  /** The last that came before. */
  fromTimeUs: UnixUs;
  /** Since when it is complete again. */
  toTimeUs: UnixUs;
  reason: GapReason;
  /** Trades that never came, where that is known. */
  missing?: number;
}

/** Whether a gap is one of this instrument: its own, or one of the recording. Where its feed was away, its own marks say whether it lost anything. */
export function isGapOf(mark: GapMark, instrument: InstrumentId): boolean {
  return mark.instrument === undefined ? mark.reason === 'recording' : mark.instrument === instrument;
}

/** Whether two marks tell of the same gap. */
export function isSameGap(one: GapMark, other: GapMark): boolean {
  return (
    one.fromTimeUs === other.fromTimeUs &&
    one.toTimeUs === other.toTimeUs &&
    one.instrument === other.instrument &&
    one.feed === other.feed &&
    one.reason === other.reason
  );
}

/** Where something is missing for good: of the market's own data, not of what was sent to this client. */
export interface GapsMessage {
  type: 'gaps';
  /** True = these are all that are kept, in the place of those told before. */
  whole: boolean;
  /** In the order in which they became known. */
  marks: GapMark[];
}
