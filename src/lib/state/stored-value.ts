import type { SettingStorage } from './settings.svelte.ts';

let tell: ((isKept: boolean) => void) | null = null;

/** @param listener hears after each change by the viewer whether the browser kept it: a storage may be full or forbidden; null = nobody does */
export function followKeeping(listener: typeof tell): void {
  tell = listener;
}

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

  /** Keeps what the viewer chose. @returns whether it was kept */
  write(value: unknown): boolean {
    const isKept = this.keep(value);
    tell?.(isKept);
    return isKept;
  }

  /** Keeps what nobody chose. @returns whether it was kept */
  keep(value: unknown): boolean {
    if (this.#storage === null) return false;
    try {
      const text = JSON.stringify(value);
      this.#storage.setItem(this.#key, text);
      this.#text = text;
      return true;
    } catch {
      return false;
    }
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
