import type { SettingStorage } from './settings.svelte.ts';

/**
 * One JSON value in the browser's storage. Not the owner of anything in it: what is read is as untrusted as any input. A full or
 * forbidden storage breaks nothing: what was chosen then lasts until the page is left.
 */
export class StoredValue {
  readonly #key: string;
  #storage: SettingStorage | null = null;
  /** As it was read or written here last. */
  #text: string | null = null;

  constructor(key: string) {
    this.#key = key;
  }

  /** @returns what is stored; null when there is nothing, or nothing that can be read */
  open(storage: SettingStorage | null): unknown {
    this.#storage = storage;
    this.#text = null;
    return this.news() ?? null;
  }

  /** @returns what another tab of this browser has stored since; undefined when it stored nothing, or nothing that can be read */
  news(): unknown {
    try {
      const text = this.#storage?.getItem(this.#key) ?? null;
      if (text === this.#text) return undefined;
      this.#text = text;
      return JSON.parse(text ?? 'null') as unknown;
    } catch {
      return undefined;
    }
  }

  /** @returns whether it was kept */
  write(value: unknown): boolean {
    const text = JSON.stringify(value);
    try {
      this.#storage?.setItem(this.#key, text);
      this.#text = text;
      return this.#storage !== null;
    } catch {
      return false;
    }
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
