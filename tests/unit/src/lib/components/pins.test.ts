import { describe, expect, it } from 'vitest';
import type { DictionaryEntry } from '#protocol';
import {
  PINS_MAX,
  restorePins,
  takeNewPins,
  togglePin,
} from '../../../../../src/lib/components/lists/pins.ts';
import type { SettingStorage } from '../../../../../src/lib/state/settings.svelte.ts';

const entry = (symbol: string): DictionaryEntry => ({ venue: 'SIM', symbol }) as DictionaryEntry;

function opened(text: string | null = null) {
  const kept = new Map<string, string>(text === null ? [] : [['tickwire.pins', text]]);
  const storage: SettingStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  };
  const said: string[] = [];
  const desk = {
    pins: new Set<string>() as ReadonlySet<string>,
    say: (text: string) => void said.push(text),
  };
  const toggle = (symbol: string): void => togglePin(desk, entry(symbol), storage);
  return {
    desk,
    said,
    kept,
    toggle,
    restore: () => restorePins(desk, storage),
    news: () => takeNewPins(desk, storage),
  };
}

describe('pinned symbols', () => {
  it('are kept, said, and let go of', () => {
    // Nobody has restored any before: where none is kept the list does not ask.
    const { desk, said, kept, toggle } = opened();
    toggle('BTC-USD');
    toggle('AAPL');
    expect([...desk.pins]).toEqual(['SIM:BTC-USD', 'SIM:AAPL']);
    expect(kept.get('tickwire.pins')).toBe('["SIM:BTC-USD","SIM:AAPL"]');
    toggle('BTC-USD');
    expect([...desk.pins]).toEqual(['SIM:AAPL']);
    expect(said).toEqual([
      'BTC-USD is pinned to the top.',
      'AAPL is pinned to the top.',
      'BTC-USD is no longer pinned.',
    ]);
    const next = opened(kept.get('tickwire.pins'));
    next.restore();
    expect(next.desk.pins).toEqual(desk.pins);
  });

  it('begin with what another tab has pinned', () => {
    const { desk, kept, toggle, restore } = opened('["SIM:A"]');
    restore();
    kept.set('tickwire.pins', '["SIM:A","SIM:B"]');
    toggle('C');
    expect([...desk.pins]).toEqual(['SIM:A', 'SIM:B', 'SIM:C']);
  });

  it('are those of another tab as soon as it changes them, and stay the same object where it did not', () => {
    const { desk, kept, restore, news } = opened('["SIM:A"]');
    restore();
    const before = desk.pins;
    news();
    expect(desk.pins).toBe(before);
    kept.set('tickwire.pins', '["SIM:B"]');
    news();
    expect([...desk.pins]).toEqual(['SIM:B']);
    kept.set('tickwire.pins', '[]');
    news();
    expect(desk.pins.size).toBe(0);
  });

  it.each(['{"a":1}', '7', 'no JSON', '[1,null,{}]', `["${'x'.repeat(161)}"]`])(
    'are none where something else is stored: %s',
    (text) => {
      const { desk, restore } = opened(text);
      restore();
      expect(desk.pins.size).toBe(0);
    },
  );

  it('are at most so many', () => {
    const full = JSON.stringify(Array.from({ length: PINS_MAX + 5 }, (_, at) => `SIM:${at}`));
    const { desk, said, toggle, restore } = opened(full);
    restore();
    expect(desk.pins.size).toBe(PINS_MAX);
    toggle('one more');
    expect(desk.pins.size).toBe(PINS_MAX);
    expect(said).toEqual([`${PINS_MAX} symbols are pinned: unpin one first.`]);
  });
});
