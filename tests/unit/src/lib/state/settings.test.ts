import { describe, expect, test } from 'vitest';
import {
  DEFAULT_SETTINGS,
  STORAGE_KEY,
  Settings,
  readSettings,
  type SettingStorage,
} from '../../../../../src/lib/state/settings.svelte.ts';

class MemoryStorage implements SettingStorage {
  readonly items = new Map<string, string>();
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
}

describe('what is read', () => {
  test.each([
    ['nothing', null],
    ['text that is no JSON', '{'],
    ['a list', '[1]'],
    ['a number', '7'],
    ['choices that do not exist', '{"theme":"pink","cadenceHz":1000,"timeZone":5,"locale":"not a tag!"}'],
    ['names that do not exist', '{"__proto__":{"theme":"dark"},"toString":"x"}'],
  ])('%s gives the defaults', (_, text) => {
    expect(readSettings(text)).toEqual(DEFAULT_SETTINGS);
  });

  test('valid choices are kept beside invalid ones', () => {
    const text = '{"theme":"light","cadenceHz":2,"palette":"neon","locale":"de-CH"}';
    expect(readSettings(text)).toEqual({
      ...DEFAULT_SETTINGS,
      theme: 'light',
      cadenceHz: 2,
      locale: 'de-CH',
    });
  });
});

describe('settings', () => {
  test('start with the defaults, restore what is stored, and store what is changed', () => {
    const storage = new MemoryStorage();
    storage.setItem(STORAGE_KEY, '{"convention":"up-red"}');
    const settings = new Settings();
    expect(settings.values).toEqual(DEFAULT_SETTINGS);
    settings.restore(storage);
    expect(settings.convention).toBe('up-red');
    settings.density = 'compact';
    settings.set('cadenceHz', 20);
    const next = new Settings();
    next.restore(storage);
    expect(next.values).toEqual({
      ...DEFAULT_SETTINGS,
      convention: 'up-red',
      density: 'compact',
      cadenceHz: 20,
    });
  });

  test('a choice that does not exist is ignored', () => {
    const settings = new Settings();
    settings.set('theme', 'pink' as never);
    settings.locale = 'no such tag';
    expect(settings.values).toEqual(DEFAULT_SETTINGS);
  });

  test('a storage that is forbidden or full does not stop the page', () => {
    const settings = new Settings();
    settings.restore({
      getItem: () => {
        throw new Error('forbidden');
      },
      setItem: () => {
        throw new Error('full');
      },
    });
    settings.theme = 'dark';
    expect(settings.theme).toBe('dark');
    settings.restore(null);
    settings.theme = 'light';
    expect(settings.theme).toBe('light');
  });
});
