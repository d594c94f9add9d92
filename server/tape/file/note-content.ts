import { instrumentId, isGapReason, unixUs, type GapMark } from '#protocol';
import { MalformedError } from './byte-cursor.ts';
import { parsedJson } from './dictionary-content.ts';

/** The state begins anew where the note stands, with the keyframe behind it. */
export const NOTE_ANEW = 'anew';

/** A word about the recording, at its place among the events. */
export interface TapeNote {
  /** `feed`, `gap`, `anew`, or what a later version brings. */
  kind: string;
  /** One sentence. */
  text: string;
  /** State of the feed, for notes of that kind. */
  state?: string;
  /** Number of the first event after it. */
  event: number;
  timeUs: number;
  /** Of a gap with both ends: see `GapMark`. The instrument is its id in the file. */
  feed?: string;
  instrument?: number;
  fromTimeUs?: number;
  toTimeUs?: number;
  reason?: string;
  missing?: number;
}

/** The gap that a note tells of; null where it tells of none, or not of both ends. */
export function gapOf({
  kind,
  feed,
  instrument,
  fromTimeUs,
  toTimeUs,
  reason,
  missing,
}: TapeNote): GapMark | null {
  if (kind !== 'gap' || typeof feed !== 'string') return null;
  if (!isTime(fromTimeUs) || !isTime(toTimeUs) || fromTimeUs > toTimeUs) return null;
  if (instrument !== undefined && !isCount(instrument)) return null;
  return {
    feed,
    ...(instrument === undefined ? {} : { instrument: instrumentId(instrument) }),
    fromTimeUs: unixUs(fromTimeUs),
    toTimeUs: unixUs(toTimeUs),
    // One of a later version is a gap all the same.
    reason: isGapReason(reason) ? reason : 'content',
    ...(isCount(missing) ? { missing } : {}),
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isTime = (value: unknown): value is number => isCount(value) && value > 0;

export function encodeNotes(notes: readonly TapeNote[]): Uint8Array {
  return Buffer.from(JSON.stringify({ notes }), 'utf8');
}

/** @throws MalformedError */
export function decodeNotes(content: Uint8Array): TapeNote[] {
  const { notes } = parsedJson(content);
  if (!Array.isArray(notes)) throw new MalformedError('no notes');
  return notes.filter(isNote);
}

function isNote(value: unknown): value is TapeNote {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, text, event, timeUs } = value as Partial<TapeNote>;
  return (
    typeof kind === 'string' &&
    typeof text === 'string' &&
    Number.isSafeInteger(event) &&
    Number.isSafeInteger(timeUs)
  );
}
