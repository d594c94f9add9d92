import type { DictionaryEntry } from '#protocol';
import { instrumentKey } from '../../protocol/instrument.ts';
import type { SettingStorage } from './settings.svelte.ts';
import { StoredValue } from './stored-value.ts';

const RECENT_MAX = 8;

/** Instruments that the viewer chose last, newest first, by `venue:symbol`. No runes: the palette reads it when it opens. */
export class RecentSymbols {
  readonly #stored = new StoredValue('tickwire.recent');
  #keys: readonly string[] = [];

  restore(storage: SettingStorage | null): void {
    const value = this.#stored.open(storage);
    const keys = Array.isArray(value) ? value.filter((key): key is string => typeof key === 'string') : [];
    this.#keys = [...new Set(keys)].slice(0, RECENT_MAX);
  }

  note(entry: DictionaryEntry): void {
    const key = instrumentKey(entry);
    this.#keys = [key, ...this.#keys.filter((other) => other !== key)].slice(0, RECENT_MAX);
    this.#stored.keep(this.#keys);
  }

  /** Those that are known now. */
  among(instruments: readonly DictionaryEntry[]): DictionaryEntry[] {
    const found = new Map(instruments.map((entry) => [instrumentKey(entry), entry]));
    return this.#keys.flatMap((key) => found.get(key) ?? []);
  }
}
