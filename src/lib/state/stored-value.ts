import type { SettingStorage } from './settings.svelte.ts';

/**
 * One JSON value in the browser's storage. Not the owner of anything in it: what is read is as untrusted as any input. A full or
 * forbidden storage breaks nothing: what was chosen then lasts until the page is left.
 */
export class StoredValue {
  readonly #key: string;
  #storage: SettingStorage | null = null;

  constructor(key: string) {
    this.#key = key;
  }

  /** @returns what is stored; null when there is nothing, or nothing that can be read */
  open(storage: SettingStorage | null): unknown {
    this.#storage = storage;
    try {
      return JSON.parse(storage?.getItem(this.#key) ?? 'null') as unknown;
    } catch {
      return null;
    }
  }

  /** @returns whether it was kept */
  write(value: unknown): boolean {
    try {
      this.#storage?.setItem(this.#key, JSON.stringify(value));
      return this.#storage !== null;
    } catch {
      return false;
    }
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
