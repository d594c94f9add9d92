import type { DictionaryEntry } from '#protocol';
import { instrumentKey } from '../../../protocol/instrument.ts';
import type { Watchlist } from '../../state/watchlists.svelte.ts';

/** The instruments of a list, in its order; all there are without one. Members that no feed has now are left out. */
export function listMembers(
  all: readonly DictionaryEntry[],
  list: Watchlist | null,
): readonly DictionaryEntry[] {
  if (list === null) return all;
  const byKey = new Map(all.map((entry) => [instrumentKey(entry), entry]));
  return list.sections.flatMap(({ keys }) => keys.flatMap((key) => byKey.get(key) ?? []));
}

/** Which section of a list each key is in; empty when the list has no headings. */
export function sectionTitles(list: Watchlist | null): ReadonlyMap<string, string> {
  const titles = new Map<string, string>();
  if (list === null || list.sections.every(({ title }) => title === '')) return titles;
  for (const { title, keys } of list.sections) for (const key of keys) titles.set(key, title);
  return titles;
}
