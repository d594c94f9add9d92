import type { DictionaryEntry } from '#protocol';
import { instrumentKey } from '../../../protocol/instrument.ts';
import type { WatchlistSection } from '../../state/watchlist-text.ts';

/** What fills the screen for a while. */
export interface WallView {
  readonly title: string;
  /** Which part of its group, from 1, of how many. */
  readonly part: number;
  readonly parts: number;
  readonly entries: readonly DictionaryEntry[];
}

export const WALL_GROUPINGS = ['class', 'venue', 'list'] as const;
export type WallGrouping = (typeof WALL_GROUPINGS)[number];

export interface WallOptions {
  readonly by: WallGrouping;
  /** How long a view stays, s; 0 = until a key is pressed. */
  readonly everyS: number;
  /** Instruments of a group, the most active ones. */
  readonly top: number;
}

const EVERY_S_MIN = 3;
const EVERY_S_MAX = 3_600;
const TOP_MAX = 500;

/** Options as the address has them; what cannot be read keeps its default. */
export function readWallOptions(query: URLSearchParams): WallOptions {
  const by = WALL_GROUPINGS.find((name) => name === query.get('by')) ?? 'class';
  const every = wholeNumber(query.get('every'));
  const top = wholeNumber(query.get('top'));
  return {
    by,
    everyS: every === null ? 15 : every === 0 ? 0 : Math.min(EVERY_S_MAX, Math.max(EVERY_S_MIN, every)),
    top: top === null ? 24 : Math.min(TOP_MAX, Math.max(1, top)),
  };
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null;
}

/**
 * The views in the order of the rotation: group by group, each cut into screens of equal size.
 * @param sections of the viewer's list, for grouping by it; without one the whole market is one group
 */
export function wallViews(
  instruments: readonly DictionaryEntry[],
  { by, top }: WallOptions,
  tiles: number,
  names: { assetClass(assetClass: string): string; venue(venue: string): string },
  sections: readonly WatchlistSection[],
): WallView[] {
  const groups = new Map<string, DictionaryEntry[]>();
  const put = (title: string, entry: DictionaryEntry): void => {
    const entries = groups.get(title);
    if (entries === undefined) groups.set(title, [entry]);
    else if (entries.length < top) entries.push(entry);
  };
  if (by === 'list' && sections.length > 0) {
    const known = new Map(instruments.map((entry) => [instrumentKey(entry), entry]));
    for (const { title, keys } of sections)
      for (const key of keys) {
        const entry = known.get(key);
        if (entry !== undefined) put(title === '' ? 'Watchlist' : title, entry);
      }
  } else
    for (const entry of instruments)
      put(
        by === 'class'
          ? names.assetClass(entry.assetClass)
          : by === 'venue'
            ? names.venue(entry.venue)
            : 'All',
        entry,
      );
  return [...groups].flatMap(([title, entries]) => parted(title, entries, Math.max(1, tiles)));
}

function parted(title: string, entries: readonly DictionaryEntry[], tiles: number): WallView[] {
  const parts = Math.ceil(entries.length / tiles);
  // As full as each other: 10 tiles on screens of 9 are 5 and 5, not 9 and 1.
  const size = Math.ceil(entries.length / parts);
  return Array.from({ length: parts }, (_, at) => ({
    title,
    part: at + 1,
    parts,
    entries: entries.slice(at * size, (at + 1) * size),
  }));
}
