import { PINS_KEY } from './pins-key.ts';
import { isRecord } from './stored-value.ts';
import { readSettings, type SettingStorage } from './settings.svelte.ts';

const FORMAT = 'tickwire-settings';
const VERSION = 1;
/** A file of settings holds some kilobytes; lists of ten thousand symbols come to half of this. */
export const SETTINGS_FILE_BYTES_MAX = 2_000_000;

/** What a file may hold (never the viewer's holdings, which nobody hands on by mistake): names in the browser's storage, and how a reader is told of them. */
export const SETTING_PARTS = [
  { key: 'tickwire.settings', title: 'View' },
  { key: 'tickwire.keys', title: 'Keys' },
  { key: 'tickwire.watchlists', title: 'Lists' },
  { key: PINS_KEY, title: 'Pinned symbols' },
  { key: 'tickwire.board', title: 'Columns of the board' },
  { key: 'tickwire.layouts', title: 'Layouts' },
  { key: 'tickwire.chart', title: 'Chart' },
  { key: 'tickwire.grid', title: 'Grid' },
  { key: 'tickwire.heatmap', title: 'Heatmap' },
  { key: 'tickwire.bookmarks', title: 'Bookmarks' },
  { key: 'tickwire.alerts', title: 'Sound and notifications' },
] as const;

export type SettingPart = (typeof SETTING_PARTS)[number];

/** What can be put back to where nothing was. */
export type FileStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export interface ReadSettingsFile {
  /** Parts that the file holds, with the text to store for each. */
  readonly parts: readonly { readonly part: SettingPart; readonly text: string }[];
  /** Names in the file that nobody here knows; they are left out. */
  readonly unknown: readonly string[];
}

/** Everything that this browser keeps, as the text of a file. */
export function settingsFileText(storage: SettingStorage, now: Date): string {
  const values: Record<string, unknown> = {};
  for (const { key } of SETTING_PARTS) {
    const text = storage.getItem(key);
    if (text !== null) values[key] = parsed(text) ?? text;
  }
  return `${JSON.stringify({ format: FORMAT, version: VERSION, savedAt: now.toISOString(), values }, null, 2)}\n`;
}

/**
 * Reads the text of a file. Only the form is checked here; each part is read as carefully as stored text always is when it is put
 * into use. @returns a sentence when it is no such file
 */
export function readSettingsFile(text: string): ReadSettingsFile | string {
  if (text.length > SETTINGS_FILE_BYTES_MAX) return 'The file is too large for settings.';
  const file = parsed(text);
  if (!isRecord(file) || file['format'] !== FORMAT) return 'The file holds no settings of Tickwire.';
  if (file['version'] !== VERSION)
    return `The file is of version ${String(file['version'])}; this page reads version ${VERSION}.`;
  const { values } = file;
  if (!isRecord(values)) return 'The file holds no values.';
  const parts: { part: SettingPart; text: string }[] = [];
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const part = SETTING_PARTS.find(({ key }) => key === name);
    if (part === undefined) unknown.push(name);
    else if (part.key === 'tickwire.settings')
      parts.push({ part, text: JSON.stringify(readSettings(JSON.stringify(value))) });
    else parts.push({ part, text: typeof value === 'string' ? value : JSON.stringify(value) });
  }
  if (parts.length === 0) return 'The file holds nothing that this page knows.';
  return { parts, unknown };
}

/** Puts the parts of a file into the storage. @returns false when the storage is full or forbidden: then nothing was changed */
export function storeSettings({ parts }: ReadSettingsFile, storage: FileStorage): boolean {
  let before: { key: string; text: string | null }[] = [];
  try {
    before = parts.map(({ part: { key } }) => ({ key, text: storage.getItem(key) }));
    for (const { part, text } of parts) storage.setItem(part.key, text);
    return true;
  } catch {
    const changed = before.filter(({ key, text }) => storage.getItem(key) !== text);
    // All that is new goes first: beside it there may be no room for what was there.
    for (const { key } of changed) storage.removeItem(key);
    for (const { key, text } of changed) if (text !== null) storage.setItem(key, text);
    return false;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
