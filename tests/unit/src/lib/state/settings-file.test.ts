import { describe, expect, test } from 'vitest';
import {
  readSettingsFile,
  SETTING_PARTS,
  settingsFileText,
  storeSettings,
  type ReadSettingsFile,
} from '../../../../../src/lib/state/settings-file.ts';
import { DEFAULT_SETTINGS } from '../../../../../src/lib/state/settings.svelte.ts';
import { memoryStorage } from './memory-storage.ts';

const NOW = new Date('2026-11-21T10:00:00Z');

function read(text: string): ReadSettingsFile {
  const outcome = readSettingsFile(text);
  if (typeof outcome === 'string') throw new Error(outcome);
  return outcome;
}

describe('a file of settings', () => {
  test('brings everything to another browser', () => {
    const here = memoryStorage();
    here.setItem('tickwire.settings', JSON.stringify({ ...DEFAULT_SETTINGS, theme: 'light' }));
    here.setItem('tickwire.keys', '{"t":"x"}');
    here.setItem('tickwire.chart', 'line vwap');
    here.setItem('tickwire.pins', '["sim:BTC-USD"]');
    here.setItem('other', 'stays here');
    const file = read(settingsFileText(here, NOW));
    expect(file.unknown).toEqual([]);
    const there = memoryStorage();
    expect(storeSettings(file, there)).toBe(true);
    for (const key of ['tickwire.settings', 'tickwire.keys', 'tickwire.chart', 'tickwire.pins'])
      expect(there.getItem(key)).toBe(here.getItem(key));
    expect(there.getItem('other')).toBeNull();
  });

  test('keeps only choices that exist, and tells the names that it does not know', () => {
    const { parts, unknown } = read(
      JSON.stringify({
        format: 'tickwire-settings',
        version: 1,
        values: { 'tickwire.settings': { theme: 'pink', density: 'compact' }, 'evil.key': 1 },
      }),
    );
    expect(unknown).toEqual(['evil.key']);
    expect(JSON.parse(parts[0]!.text)).toEqual({ ...DEFAULT_SETTINGS, density: 'compact' });
  });

  test.each([
    ['that is no JSON', '{', 'The file holds no settings of Tickwire.'],
    ['of something else', '{"format":"x"}', 'The file holds no settings of Tickwire.'],
    [
      'of a later version',
      '{"format":"tickwire-settings","version":2}',
      'The file is of version 2; this page reads version 1.',
    ],
    ['without values', '{"format":"tickwire-settings","version":1}', 'The file holds no values.'],
    [
      'with nothing known',
      '{"format":"tickwire-settings","version":1,"values":{"x":1}}',
      'The file holds nothing that this page knows.',
    ],
    ['that is huge', ' '.repeat(2_000_001), 'The file is too large for settings.'],
  ])('%s is refused in a sentence', (_, text, sentence) => {
    expect(readSettingsFile(text)).toBe(sentence);
  });

  test('that does not fit changes nothing, whether or not there was something before', () => {
    const old = { 'tickwire.settings': '{"theme":"dark"}', 'tickwire.watchlists': `"${'x'.repeat(60)}"` };
    const kept = memoryStorage(old);
    const room = 140;
    const used = (): number =>
      SETTING_PARTS.reduce((sum, { key }) => sum + (kept.getItem(key)?.length ?? 0), 0);
    const storage = {
      ...kept,
      setItem(key: string, value: string): void {
        const before = kept.getItem(key);
        kept.setItem(key, value);
        if (used() <= room) return;
        if (before === null) kept.removeItem(key);
        else kept.setItem(key, before);
        throw new Error('full');
      },
    };
    const values = {
      'tickwire.keys': { t: 'x' },
      'tickwire.watchlists': 'y',
      'tickwire.board': 'z'.repeat(100),
      'tickwire.layouts': 'w'.repeat(100),
    };
    const file = read(JSON.stringify({ format: 'tickwire-settings', version: 1, values }));
    expect(storeSettings(file, storage)).toBe(false);
    const left = SETTING_PARTS.map(({ key }) => [key, kept.getItem(key)] as const);
    expect(Object.fromEntries(left.filter(([, text]) => text !== null))).toEqual(old);
  });

  test('where the storage is forbidden changes nothing', () => {
    const forbidden = (): never => {
      throw new Error('forbidden');
    };
    const storage = { getItem: forbidden, setItem: forbidden, removeItem: forbidden };
    const file = read('{"format":"tickwire-settings","version":1,"values":{"tickwire.keys":{}}}');
    expect(storeSettings(file, storage)).toBe(false);
  });
});
