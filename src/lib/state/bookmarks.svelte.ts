import { BOOKMARKS_KEY } from './bookmarks-key.ts';
import { isRecord, StoredValue } from './stored-value.ts';
import type { SettingStorage } from './settings.svelte.ts';

export interface Bookmark {
  /** Replay time, us. */
  readonly timeUs: number;
  /** In the viewer's words; empty = none. */
  readonly label: string;
}

/** Bookmarks of one recording, recordings that have some, and letters of a label. */
export const BOOKMARKS_MAX = 200;
const RECORDINGS_MAX = 100;
export const LABEL_CHARS_MAX = 80;
/** Two bookmarks nearer than this are one, us. */
const SAME_US = 1_000;
const NONE: readonly Bookmark[] = [];

/**
 * Instants that the viewer marked, by the name of the recording, in the browser's storage. Knows no recording: one that was deleted keeps
 * its bookmarks until others take their place. Invariant: those of a recording are in order of time, and no two are the same instant.
 */
export class Bookmarks {
  #byRecording = $state.raw<ReadonlyMap<string, readonly Bookmark[]>>(new Map());
  readonly #stored = new StoredValue(BOOKMARKS_KEY);

  restore(storage: SettingStorage | null): void {
    this.#take(this.#stored.open(storage));
  }

  /** Takes over what another tab of this browser changed: each change here begins with it, or it would undo that. */
  takeNews(): void {
    this.#take(this.#stored.news());
  }

  of(recording: string): readonly Bookmark[] {
    return this.#byRecording.get(recording) ?? NONE;
  }

  /** @returns false where this instant is marked already, or there is no room */
  add(recording: string, timeUs: number, label = ''): boolean {
    this.takeNews();
    const bookmarks = this.of(recording);
    if (bookmarks.length >= BOOKMARKS_MAX || bookmarks.some((one) => isSame(one, timeUs))) return false;
    const added = { timeUs: Math.round(timeUs), label: label.trim().slice(0, LABEL_CHARS_MAX) };
    this.#put(recording, sorted([...bookmarks, added]));
    return true;
  }

  rename(recording: string, timeUs: number, label: string): void {
    this.takeNews();
    const text = label.trim().slice(0, LABEL_CHARS_MAX);
    this.#put(
      recording,
      this.of(recording).map((one) => (one.timeUs === timeUs ? { ...one, label: text } : one)),
    );
  }

  remove(recording: string, timeUs: number): void {
    this.takeNews();
    this.#put(
      recording,
      this.of(recording).filter((one) => one.timeUs !== timeUs),
    );
  }

  /** Forgets what lies before an instant: the rolling tape holds it no more. */
  forgetBefore(recording: string, timeUs: number): void {
    const isOld = (one: Bookmark): boolean => one.timeUs < timeUs;
    if (!this.of(recording).some(isOld)) return;
    this.takeNews();
    this.#put(
      recording,
      this.of(recording).filter((one) => !isOld(one)),
    );
  }

  #take(value: unknown): void {
    if (!isRecord(value)) return;
    const read = Object.entries(value)
      .slice(-RECORDINGS_MAX)
      .map(([recording, items]) => [recording, readBookmarks(items)] as const)
      .filter(([, bookmarks]) => bookmarks.length > 0);
    this.#byRecording = new Map(read);
  }

  #put(recording: string, bookmarks: readonly Bookmark[]): void {
    const next = new Map(this.#byRecording);
    // Taken out first, so that the one changed last goes last.
    next.delete(recording);
    if (bookmarks.length > 0) next.set(recording, bookmarks);
    for (const oldest of next.keys()) {
      if (next.size <= RECORDINGS_MAX) break;
      next.delete(oldest);
    }
    this.#byRecording = next;
    this.#stored.write(Object.fromEntries(next));
  }
}

function readBookmarks(items: unknown): readonly Bookmark[] {
  if (!Array.isArray(items)) return NONE;
  const bookmarks: Bookmark[] = [];
  for (const item of (items as unknown[]).slice(0, BOOKMARKS_MAX)) {
    if (!isRecord(item)) continue;
    const { timeUs, label } = item;
    if (typeof timeUs !== 'number' || !Number.isSafeInteger(timeUs) || timeUs < 0) continue;
    if (bookmarks.some((one) => isSame(one, timeUs))) continue;
    bookmarks.push({ timeUs, label: typeof label === 'string' ? label.slice(0, LABEL_CHARS_MAX) : '' });
  }
  return sorted(bookmarks);
}

function isSame(bookmark: Bookmark, timeUs: number): boolean {
  return Math.abs(bookmark.timeUs - timeUs) < SAME_US;
}

function sorted(bookmarks: readonly Bookmark[]): readonly Bookmark[] {
  return bookmarks.toSorted((one, other) => one.timeUs - other.timeUs);
}
