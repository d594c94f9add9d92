import { MalformedError } from './byte-cursor.ts';
import { parsedJson } from './dictionary-content.ts';

/** A word about the recording, at its place among the events. */
export interface TapeNote {
  /** `feed`, `gap`, or what a later version brings. */
  kind: string;
  /** One sentence. */
  text: string;
  /** State of the feed, for notes of that kind. */
  state?: string;
  /** Number of the first event after it. */
  event: number;
  timeUs: number;
}

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
