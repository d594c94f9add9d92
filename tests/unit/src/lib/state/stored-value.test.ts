import { afterEach, expect, test } from 'vitest';
import { Bookmarks } from '../../../../../src/lib/state/bookmarks.svelte.ts';
import { RecentSymbols } from '../../../../../src/lib/state/recent-symbols.ts';
import { Settings } from '../../../../../src/lib/state/settings.svelte.ts';
import { followKeeping } from '../../../../../src/lib/state/stored-value.ts';
import { Watchlists } from '../../../../../src/lib/state/watchlists.svelte.ts';
import { instrument } from '../components/test-instruments.ts';
import { memoryStorage } from './memory-storage.ts';

afterEach(() => followKeeping(null));

test('whether a storage keeps lists, bookmarks and settings is told with each change', () => {
  const kept = memoryStorage();
  const full = {
    isFull: true,
    getItem: (key: string) => kept.getItem(key),
    setItem(key: string, value: string) {
      if (this.isFull) throw new DOMException('full', 'QuotaExceededError');
      kept.setItem(key, value);
    },
  };
  const told: boolean[] = [];
  followKeeping((isKept) => told.push(isKept));
  const [lists, bookmarks, settings] = [new Watchlists(), new Bookmarks(), new Settings()];
  for (const owner of [lists, bookmarks, settings]) owner.restore(full);
  expect(told).toEqual([]);
  lists.add('One');
  bookmarks.add('fomc', 1_000_000);
  settings.theme = 'dark';
  expect(told).toEqual([false, false, false]);
  full.isFull = false;
  lists.add('Two');
  settings.theme = 'light';
  expect(told.slice(3)).toEqual([true, true]);
  expect(JSON.parse(kept.getItem('tickwire.watchlists')!)).toMatchObject({
    lists: [{ name: 'One' }, { name: 'Two' }],
  });
});

test('a storage that is forbidden keeps nothing; what nobody chose is not told', () => {
  const told: boolean[] = [];
  followKeeping((isKept) => told.push(isKept));
  const recent = new RecentSymbols();
  recent.restore(null);
  recent.note(instrument(0, 'ACME'));
  expect(told).toEqual([]);
  const lists = new Watchlists();
  lists.restore(null);
  lists.add('One');
  expect(told).toEqual([false]);
});
