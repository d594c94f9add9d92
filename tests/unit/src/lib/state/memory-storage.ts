import type { SettingStorage } from '../../../../../src/lib/state/settings.svelte.ts';

/** A browser's storage in a map. */
export function memoryStorage(items: Record<string, string> = {}): SettingStorage {
  const map = new Map(Object.entries(items));
  return {
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
  };
}
