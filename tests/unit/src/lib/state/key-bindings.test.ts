import { describe, expect, test } from 'vitest';
import { KeyBindings } from '../../../../../src/lib/state/key-bindings.svelte.ts';
import { memoryStorage } from './memory-storage.ts';

const OWN = ['t', '/', 'g', 'k'];

describe('keys that were moved', () => {
  test('do what the old key did, and the old key does nothing', () => {
    const keys = new KeyBindings();
    expect(keys.bind('t', 'X', OWN)).toEqual({ ok: true });
    expect(keys.keyFor('t')).toBe('x');
    expect(keys.ownKeyOf('x')).toBe('t');
    expect(keys.ownKeyOf('X')).toBe('t');
    expect(keys.ownKeyOf('t')).toBe('');
    expect(keys.ownKeyOf('/')).toBe('/');
    expect(keys.ownKeyOf('ArrowUp')).toBe('ArrowUp');
  });

  test('are refused where another has the key, and the key of one that moved away is free', () => {
    const keys = new KeyBindings();
    expect(keys.bind('t', 'g', OWN)).toEqual({ ok: false, reason: 'taken', by: 'g' });
    keys.bind('g', 'x', OWN);
    expect(keys.bind('t', 'g', OWN)).toEqual({ ok: true });
    expect(keys.ownKeyOf('g')).toBe('t');
    expect(keys.bind('k', 'x', OWN)).toEqual({ ok: false, reason: 'taken', by: 'g' });
  });

  test.each(['1', ' ', 'Enter', 'F5', ''])('cannot be %j', (key) => {
    expect(new KeyBindings().bind('t', key, OWN)).toEqual({ ok: false, reason: 'not-a-key' });
  });

  test('go back to their own place', () => {
    const keys = new KeyBindings();
    keys.bind('t', 'x', OWN);
    keys.bind('t', 't', OWN);
    expect(keys.isChanged).toBe(false);
    keys.bind('t', 'x', OWN);
    keys.reset();
    expect(keys.ownKeyOf('t')).toBe('t');
  });

  test('are kept, and what is no binding in the storage is left out', () => {
    const storage = memoryStorage();
    const keys = new KeyBindings();
    keys.restore(storage);
    keys.bind('t', 'x', OWN);
    const next = new KeyBindings();
    next.restore(storage);
    expect(next.keyFor('t')).toBe('x');
    storage.setItem('tickwire.keys', '{"t":"Enter","g":7,"k":"y","/":"y"}');
    next.restore(storage);
    expect([next.keyFor('t'), next.keyFor('g'), next.keyFor('k'), next.keyFor('/')]).toEqual([
      't',
      'g',
      'y',
      '/',
    ]);
    storage.setItem('tickwire.keys', '[');
    next.restore(storage);
    expect(next.isChanged).toBe(false);
  });

  test('of two tabs do not undo each other', () => {
    const storage = memoryStorage();
    const [one, other, next] = [new KeyBindings(), new KeyBindings(), new KeyBindings()];
    one.restore(storage);
    other.restore(storage);
    other.bind('t', 'z', OWN);
    one.bind('g', 'q', OWN);
    next.restore(storage);
    expect([next.keyFor('t'), next.keyFor('g')]).toEqual(['z', 'q']);
    expect(one.bind('k', 'z', OWN)).toEqual({ ok: false, reason: 'taken', by: 't' });
  });
});
