export interface SingleKey {
  /** The character that it has without any change, in lower case. */
  readonly own: string;
  readonly does: string;
}

interface KeyLine {
  readonly keys: readonly string[];
  readonly does: string;
}

/** Keys of the map that can be moved: single characters, no digits. The first line of a character names it. */
export function singleKeys(lines: readonly KeyLine[]): SingleKey[] {
  const found: SingleKey[] = [];
  for (const { keys, does } of lines) {
    for (const key of keys) {
      if (!/^[^\s\d…↑↓←→]$/u.test(key)) continue;
      const own = key.toLowerCase();
      if (!found.some((line) => line.own === own)) found.push({ own, does });
    }
  }
  return found;
}

export function ownKeys(lines: readonly SingleKey[]): string[] {
  return [...new Set(lines.map(({ own }) => own))];
}

/** A key as it is printed on one: letters large. */
export function keyLabel(key: string): string {
  return key.length === 1 ? key.toUpperCase() : key;
}
