import type { SettingStorage } from './settings.svelte.ts';
import { isRecord, StoredValue } from './stored-value.ts';

/** What may stand for another key: one character that is no digit (timeframes) and no blank (pause). */
const FREE_KEY = /^[^\s\d\p{C}\p{Lu}]$/u;

export type BindOutcome =
  | { ok: true }
  | { ok: false; reason: 'not-a-key' }
  /** The action of this own key has it already. */
  | { ok: false; reason: 'taken'; by: string };

/**
 * Keys that the viewer put in the place of others. Knows keys by the characters that they have without any change ("own keys") and
 * nothing of what they do. Invariant: no two own keys are reached by the same key.
 */
export class KeyBindings {
  readonly #stored = new StoredValue('tickwire.keys');
  #chosen = $state.raw<ReadonlyMap<string, string>>(new Map());

  restore(storage: SettingStorage | null): void {
    const value = this.#stored.open(storage);
    this.#chosen = isRecord(value) ? readBindings(value) : new Map();
  }

  /** Takes over what another tab of this browser changed: each change here begins with it, or it would undo that. */
  takeNews(): void {
    const value = this.#stored.news();
    if (isRecord(value)) this.#chosen = readBindings(value);
  }

  /** The key that is to be pressed for an own key. */
  keyFor(own: string): string {
    return this.#chosen.get(own) ?? own;
  }

  /** The own key that a pressed key stands for; empty = none, since its own place was given up. */
  ownKeyOf(pressed: string): string {
    const key = normal(pressed);
    for (const [own, chosen] of this.#chosen) if (chosen === key) return own;
    return this.#chosen.has(key) ? '' : pressed;
  }

  get isChanged(): boolean {
    return this.#chosen.size > 0;
  }

  /** @param ownKeys all own keys that do something: what is taken is told by these */
  bind(own: string, pressed: string, ownKeys: readonly string[]): BindOutcome {
    this.takeNews();
    const key = normal(pressed);
    if (!FREE_KEY.test(key)) return { ok: false, reason: 'not-a-key' };
    const by = ownKeys.find((other) => other !== own && this.keyFor(other) === key);
    if (by !== undefined) return { ok: false, reason: 'taken', by };
    const chosen = new Map(this.#chosen);
    if (key === own) chosen.delete(own);
    else chosen.set(own, key);
    this.#put(chosen);
    return { ok: true };
  }

  reset(): void {
    this.#put(new Map());
  }

  #put(chosen: ReadonlyMap<string, string>): void {
    this.#chosen = chosen;
    this.#stored.write(Object.fromEntries(chosen));
  }
}

function readBindings(value: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  for (const [own, key] of Object.entries(value)) {
    if (typeof key !== 'string' || !FREE_KEY.test(own) || !FREE_KEY.test(key) || own === key) continue;
    if (![...read.values()].includes(key)) read.set(own, key);
  }
  return read;
}

function normal(key: string): string {
  return key.length === 1 ? key.toLowerCase() : key;
}
