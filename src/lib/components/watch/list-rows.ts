import type { DictionaryEntry } from '#protocol';

/** A heading above the rows that belong together. */
export interface RowGroup {
  /** Distinguishes it from an instrument, and from other groups. */
  readonly group: string;
  readonly label: string;
  readonly count: number;
  readonly collapsed: boolean;
}

export type ListRow = DictionaryEntry | RowGroup;

export function isGroup(row: ListRow): row is RowGroup {
  return 'group' in row;
}

export function isEntry(row: ListRow): row is DictionaryEntry {
  return !isGroup(row);
}

/**
 * Puts rows that belong together below a heading. The order within a group stays; groups follow in the order in which they are
 * given, then as they first occur.
 * @param groupOf key and label of the group of an instrument
 * @param collapsed keys of groups of which only the heading is shown
 */
export function groupRows(
  entries: readonly DictionaryEntry[],
  groupOf: (entry: DictionaryEntry) => { key: string; label: string },
  collapsed: ReadonlySet<string>,
  order: readonly string[] = [],
): ListRow[] {
  const groups = new Map<string, { label: string; entries: DictionaryEntry[] }>();
  for (const key of order) groups.set(key, { label: '', entries: [] });
  for (const entry of entries) {
    const { key, label } = groupOf(entry);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { label, entries: [entry] });
    else {
      group.label = label;
      group.entries.push(entry);
    }
  }
  return [...groups]
    .filter(([, group]) => group.entries.length > 0)
    .flatMap(([key, group]): ListRow[] => {
      const isCollapsed = collapsed.has(key);
      const heading = {
        group: key,
        label: group.label,
        count: group.entries.length,
        collapsed: isCollapsed,
      };
      return isCollapsed ? [heading] : [heading, ...group.entries];
    });
}
