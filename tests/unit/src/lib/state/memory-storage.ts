import type { FileStorage } from '../../../../../src/lib/state/settings-file.ts';

/** A browser's storage in a map. */
export function memoryStorage(items: Record<string, string> = {}): FileStorage {
  const map = new Map(Object.entries(items));
  return {
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  };
}
