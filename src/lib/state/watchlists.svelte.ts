import { isRecord, StoredValue } from './stored-value.ts';
import type { SettingStorage } from './settings.svelte.ts';
import type { WatchlistSection } from './watchlist-text.ts';

export interface Watchlist {
  readonly id: string;
  readonly name: string;
  readonly sections: readonly WatchlistSection[];
}

/** Lists at most, keys of a list, and letters of a name. */
export const WATCHLISTS_MAX = 100;
export const WATCHLIST_KEYS_MAX = 10_000;
export const WATCHLIST_NAME_MAX = 40;

/**
 * The viewer's own lists of instruments, by `venue:symbol`, and which of them is shown; kept in the browser's storage. Knows no
 * instruments: a member whose feed does not run stays. Null as the chosen list = all instruments there are. Each change begins with what
 * other tabs have changed, or it would undo that. Invariant: names differ, and no list holds a key twice.
 */
export class Watchlists {
  #all = $state.raw<readonly Watchlist[]>([]);
  #activeId = $state<string | null>(null);
  #nextId = 1;
  readonly #stored = new StoredValue('tickwire.watchlists');

  restore(storage: SettingStorage | null): void {
    const value = this.#stored.open(storage);
    const lists = this.#read(value);
    if (lists === null || !isRecord(value)) return;
    this.#all = lists;
    const active = typeof value['active'] === 'number' ? lists[value['active']] : undefined;
    this.#activeId = active?.id ?? null;
  }

  /** Takes over what another tab of this browser changed. Which list is shown here stays. */
  takeNews(): void {
    const lists = this.#read(this.#stored.news());
    if (lists !== null) this.#all = lists;
  }

  get all(): readonly Watchlist[] {
    return this.#all;
  }

  /** The list that is shown; null = all instruments. */
  get active(): Watchlist | null {
    return this.#all.find(({ id }) => id === this.#activeId) ?? null;
  }

  choose(id: string | null): void {
    this.takeNews();
    this.#activeId = id;
    this.#keep();
  }

  /** Makes a list and shows it. Null when there are too many. A name that is taken gets a number. */
  add(name: string, sections: readonly WatchlistSection[] = []): Watchlist | null {
    this.takeNews();
    if (this.#all.length >= WATCHLISTS_MAX) return null;
    const list = {
      id: this.#takeId(),
      name: freeName(name, this.#all),
      sections: readSections(sections),
    };
    this.#all = [...this.#all, list];
    this.#activeId = list.id;
    this.#keep();
    return list;
  }

  /** Shows a list that came by a link: the same one if it is here already, else a new one. */
  addShared(name: string, sections: readonly WatchlistSection[]): { list: Watchlist | null; isNew: boolean } {
    this.takeNews();
    const text = JSON.stringify(readSections(sections));
    const same = this.#all.find((list) => JSON.stringify(list.sections) === text);
    if (same === undefined) return { list: this.add(name, sections), isNew: true };
    this.choose(same.id);
    return { list: same, isNew: false };
  }

  rename(id: string, name: string): void {
    this.takeNews();
    const others = this.#all.filter((list) => list.id !== id);
    this.#change(id, (list) => ({ ...list, name: freeName(name, others) }));
  }

  remove(id: string): void {
    this.takeNews();
    this.#all = this.#all.filter((list) => list.id !== id);
    if (this.#activeId === id) this.#activeId = null;
    this.#keep();
  }

  /** Moves a list among the lists. */
  moveList(id: string, by: -1 | 1): void {
    this.takeNews();
    const at = this.#all.findIndex((list) => list.id === id);
    const to = at + by;
    const list = this.#all[at];
    if (list === undefined || to < 0 || to >= this.#all.length) return;
    this.#all = this.#all.toSpliced(at, 1).toSpliced(to, 0, list);
    this.#keep();
  }

  has(id: string, key: string): boolean {
    return this.#all.find((list) => list.id === id)?.sections.some((it) => it.keys.includes(key)) ?? false;
  }

  /** Puts an instrument at the end of a list. */
  addKey(id: string, key: string): void {
    this.#change(id, (list) => {
      const count = list.sections.reduce((sum, { keys }) => sum + keys.length, 0);
      if (count >= WATCHLIST_KEYS_MAX || list.sections.some(({ keys }) => keys.includes(key))) return list;
      const last = list.sections.at(-1) ?? { title: '', keys: [] };
      return { ...list, sections: [...list.sections.slice(0, -1), { ...last, keys: [...last.keys, key] }] };
    });
  }

  removeKey(id: string, key: string): void {
    this.#change(id, (list) => ({ ...list, sections: without(list.sections, key) }));
  }

  /** Moves an instrument to the place of another, into that one's section; null = to the end. */
  moveKey(id: string, key: string, before: string | null): void {
    this.takeNews();
    if (key === before || !this.has(id, key)) return;
    this.#change(id, (list) => {
      const rest = without(list.sections, key);
      const at = rest.findIndex(({ keys }) => before !== null && keys.includes(before));
      const place = at === -1 ? rest.length - 1 : at;
      return {
        ...list,
        sections: rest.map((section, index) => {
          if (index !== place) return section;
          const to = before === null || at === -1 ? section.keys.length : section.keys.indexOf(before);
          return { ...section, keys: section.keys.toSpliced(to, 0, key) };
        }),
      };
    });
  }

  #change(id: string, change: (list: Watchlist) => Watchlist): void {
    this.takeNews();
    this.#all = this.#all.map((list) => (list.id === id ? change(list) : list));
    this.#keep();
  }

  /** What is stored; null where that holds no lists. A list that is known here keeps its id: by its name, or by its place once renamed. */
  #read(value: unknown): readonly Watchlist[] | null {
    if (!isRecord(value) || !Array.isArray(value['lists'])) return null;
    const items = (value['lists'] as unknown[]).slice(0, WATCHLISTS_MAX).filter(isNamed);
    const known = this.#all;
    const idAt = (name: string, at: number): string => {
      const same = known.find((list) => list.name === name);
      const there = known.length === items.length ? known[at] : undefined;
      const isRenamed = there !== undefined && !items.some((item) => item['name'] === there.name);
      return same?.id ?? (isRenamed ? there.id : this.#takeId());
    };
    const lists: Watchlist[] = [];
    for (const [at, item] of items.entries()) {
      const name = freeName(item['name'], lists);
      lists.push({ id: idAt(name, at), name, sections: readSections(item['sections']) });
    }
    return lists;
  }

  #takeId(): string {
    const id = `list-${this.#nextId}`;
    this.#nextId += 1;
    return id;
  }

  #keep(): void {
    this.#stored.write({
      lists: this.#all.map(({ name, sections }) => ({ name, sections })),
      active: this.#all.findIndex(({ id }) => id === this.#activeId),
    });
  }
}

function isNamed(item: unknown): item is Record<string, unknown> & { name: string } {
  return isRecord(item) && typeof item['name'] === 'string';
}

function without(sections: readonly WatchlistSection[], key: string): readonly WatchlistSection[] {
  return sections.map((section) => ({ ...section, keys: section.keys.filter((other) => other !== key) }));
}

function freeName(wanted: string, taken: readonly Watchlist[]): string {
  const name = wanted.trim().replaceAll(/\s+/g, ' ').slice(0, WATCHLIST_NAME_MAX) || 'Watchlist';
  const isTaken = (text: string): boolean => taken.some((list) => list.name === text);
  if (!isTaken(name)) return name;
  let number = 2;
  while (isTaken(`${name} ${number}`)) number += 1;
  return `${name} ${number}`;
}

/** What of sections is valid, each key once. */
function readSections(value: unknown): WatchlistSection[] {
  if (!Array.isArray(value)) return [];
  const seen = new Set<string>();
  const sections: WatchlistSection[] = [];
  for (const item of value as unknown[]) {
    if (!isRecord(item) || !Array.isArray(item['keys'])) continue;
    const keys: string[] = [];
    for (const key of item['keys'] as unknown[]) {
      if (typeof key !== 'string' || key === '' || seen.has(key) || seen.size >= WATCHLIST_KEYS_MAX) continue;
      seen.add(key);
      keys.push(key);
    }
    sections.push({ title: typeof item['title'] === 'string' ? item['title'] : '', keys });
  }
  return sections;
}
