import type { DictionaryEntry } from '#protocol';
import { changeRatio } from '../../format/index.ts';

export interface TopMovers {
  rising: DictionaryEntry[];
  falling: DictionaryEntry[];
}

/** The instruments that rose and fell most against their open, at most `count` each, furthest first. One pass, no sort of all. */
export function topMovers(entries: readonly DictionaryEntry[], last: Float64Array, count: number): TopMovers {
  const rising = new Best(count);
  const falling = new Best(count);
  for (const entry of entries) {
    const ratio = changeRatio(last[entry.id] ?? Number.NaN, entry.open);
    if (ratio > 0) rising.offer(entry, ratio);
    else if (ratio < 0) falling.offer(entry, -ratio);
  }
  return { rising: rising.entries(), falling: falling.entries() };
}

/** The highest few of many, in order. */
class Best {
  readonly #count: number;
  readonly #kept: { entry: DictionaryEntry; value: number }[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  offer(entry: DictionaryEntry, value: number): void {
    const kept = this.#kept;
    if (kept.length === this.#count && value <= kept.at(-1)!.value) return;
    let at = kept.length;
    while (at > 0 && kept[at - 1]!.value < value) at -= 1;
    kept.splice(at, 0, { entry, value });
    if (kept.length > this.#count) kept.pop();
  }

  entries(): DictionaryEntry[] {
    return this.#kept.map(({ entry }) => entry);
  }
}
