import type { DictionaryEntry } from '#protocol';
import { instrumentKey } from '../../../protocol/instrument.ts';
import { PINS_KEY } from '../../state/pins-key.ts';
import { browserStorage, type SettingStorage } from '../../state/settings.svelte.ts';
import { StoredValue } from '../../state/stored-value.ts';
import type { Desk } from '../desk.svelte.ts';

/** Most that can stand above the others. */
export const PINS_MAX = 200;

type Pinned = Pick<Desk, 'pins' | 'say'>;

const stored = new StoredValue(PINS_KEY);

/** Shows what is kept in the browser's storage, by `venue:symbol`. */
export function restorePins(desk: Pinned, storage: SettingStorage | null = browserStorage()): void {
  take(desk, stored.open(storage));
}

/** Takes over what another tab of this browser has pinned, and changes nothing where that is the same. */
export function takeNewPins(desk: Pinned, storage: SettingStorage | null = browserStorage()): void {
  const value = stored.open(storage);
  if (JSON.stringify(value) !== JSON.stringify([...desk.pins])) take(desk, value);
}

/** Puts an instrument above the others of every list, whatever their order, or back among them; says so. */
export function togglePin(
  desk: Pinned,
  entry: DictionaryEntry,
  storage: SettingStorage | null = browserStorage(),
): void {
  // Another tab may have changed them, and where none was kept nobody has asked yet.
  restorePins(desk, storage);
  const key = instrumentKey(entry);
  const others = [...desk.pins].filter((pinned) => pinned !== key);
  const isPinned = others.length < desk.pins.size;
  if (!isPinned && others.length >= PINS_MAX)
    return desk.say(`${PINS_MAX} symbols are pinned: unpin one first.`);
  desk.pins = new Set(isPinned ? others : [...others, key]);
  stored.write([...desk.pins]);
  desk.say(`${entry.symbol} is ${isPinned ? 'no longer pinned' : 'pinned to the top'}.`);
}

function take(desk: Pinned, value: unknown): void {
  if (!Array.isArray(value)) return;
  const keys = value.filter((key): key is string => typeof key === 'string' && key.length <= 160);
  desk.pins = new Set(keys.slice(0, PINS_MAX));
}
