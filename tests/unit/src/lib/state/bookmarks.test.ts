import { expect, test } from 'vitest';
import { Bookmarks, BOOKMARKS_MAX } from '../../../../../src/lib/state/bookmarks.svelte.ts';
import { memoryStorage } from './memory-storage.ts';

test('bookmarks come back in order of time, by recording', () => {
  const storage = memoryStorage();
  const bookmarks = new Bookmarks();
  bookmarks.restore(storage);
  bookmarks.add('fomc', 9_000_000, ' the jump ');
  bookmarks.add('fomc', 1_000_000);
  bookmarks.add('tape', 5_000_000);
  const again = new Bookmarks();
  again.restore(storage);
  expect(again.of('fomc')).toEqual([
    { timeUs: 1_000_000, label: '' },
    { timeUs: 9_000_000, label: 'the jump' },
  ]);
  expect(again.of('other')).toEqual([]);
});

test('an instant is marked once, and a recording has so many', () => {
  const bookmarks = new Bookmarks();
  expect(bookmarks.add('fomc', 1_000_000)).toBe(true);
  expect(bookmarks.add('fomc', 1_000_400)).toBe(false);
  for (let at = 1; at < BOOKMARKS_MAX; at += 1) bookmarks.add('fomc', 1_000_000 + at * 1_000);
  expect(bookmarks.add('fomc', 9e12)).toBe(false);
});

test('they are named, removed, and forgotten with what the tape lets go', () => {
  const bookmarks = new Bookmarks();
  for (const timeUs of [1_000_000, 2_000_000, 3_000_000]) bookmarks.add('tape', timeUs);
  bookmarks.rename('tape', 2_000_000, 'here');
  bookmarks.remove('tape', 3_000_000);
  bookmarks.forgetBefore('tape', 1_500_000);
  expect(bookmarks.of('tape')).toEqual([{ timeUs: 2_000_000, label: 'here' }]);
});

test('what is stored is as untrusted as any input', () => {
  for (const text of [
    '',
    '[]',
    '{"a":5}',
    '{"a":[{"timeUs":"x"},{"timeUs":-1},null,{"timeUs":1.5}]}',
    'nonsense',
  ]) {
    const bookmarks = new Bookmarks();
    bookmarks.restore(memoryStorage({ 'tickwire.bookmarks': text }));
    expect(bookmarks.of('a')).toEqual([]);
  }
});

test('bookmarks of two tabs do not undo each other, nor does what the tape forgets', () => {
  const storage = memoryStorage();
  const [one, other, next] = [new Bookmarks(), new Bookmarks(), new Bookmarks()];
  one.restore(storage);
  one.add('tape', 1_000_000);
  other.restore(storage);
  other.add('fomc', 7_000_000);
  other.add('tape', 9_000_000);
  one.forgetBefore('tape', 2_000_000);
  one.add('tape', 5_000_000);
  next.restore(storage);
  const times = (name: string) => next.of(name).map(({ timeUs }) => timeUs);
  expect([times('fomc'), times('tape')]).toEqual([[7_000_000], [5_000_000, 9_000_000]]);
});
