import { describe, expect, test } from 'vitest';
import { Watchlists } from '../../../../../src/lib/state/watchlists.svelte.ts';
import { memoryStorage } from './memory-storage.ts';

const keys = (lists: Watchlists) => lists.active?.sections.flatMap((section) => section.keys);
const section = (title: string, ...members: string[]) => ({ title, keys: members });

describe('watchlists', () => {
  test('are there again after a reload, with the chosen one', () => {
    const storage = memoryStorage();
    const lists = new Watchlists();
    lists.restore(storage);
    lists.add('Crypto', [section('', 'a:BTC', 'a:ETH')]);
    lists.add('FX', [section('Majors', 'a:EUR')]);
    lists.choose(lists.all[0]!.id);
    const again = new Watchlists();
    again.restore(storage);
    expect(again.all.map(({ name }) => name)).toEqual(['Crypto', 'FX']);
    expect(again.active?.name).toBe('Crypto');
    expect(keys(again)).toEqual(['a:BTC', 'a:ETH']);
  });

  test('have different names and hold no instrument twice', () => {
    const lists = new Watchlists();
    lists.add('Crypto', [section('', 'a:BTC', 'a:BTC'), section('More', 'a:BTC', 'a:ETH')]);
    expect(keys(lists)).toEqual(['a:BTC', 'a:ETH']);
    expect(lists.add('Crypto')?.name).toBe('Crypto 2');
    expect(lists.add('   ')?.name).toBe('Watchlist');
    lists.rename(lists.active!.id, 'Crypto');
    expect(lists.active?.name).toBe('Crypto 3');
    lists.rename(lists.active!.id, 'Crypto 3');
    expect(lists.active?.name).toBe('Crypto 3');
  });

  test('take an instrument once, and give it back', () => {
    const lists = new Watchlists();
    const { id } = lists.add('Mine')!;
    lists.addKey(id, 'a:BTC');
    lists.addKey(id, 'a:BTC');
    lists.addKey(id, 'a:ETH');
    expect(keys(lists)).toEqual(['a:BTC', 'a:ETH']);
    lists.removeKey(id, 'a:BTC');
    expect(lists.has(id, 'a:BTC')).toBe(false);
  });

  test('move an instrument before another, also into its section, and to the end', () => {
    const lists = new Watchlists();
    const { id } = lists.add('Mine', [section('One', 'A', 'B', 'C'), section('Two', 'D', 'E')])!;
    lists.moveKey(id, 'C', 'A');
    expect(keys(lists)).toEqual(['C', 'A', 'B', 'D', 'E']);
    lists.moveKey(id, 'C', 'E');
    expect(lists.active?.sections[1]?.keys).toEqual(['D', 'C', 'E']);
    lists.moveKey(id, 'A', null);
    expect(keys(lists)).toEqual(['B', 'D', 'C', 'E', 'A']);
    lists.moveKey(id, 'X', 'A');
    expect(keys(lists)).toEqual(['B', 'D', 'C', 'E', 'A']);
  });

  test('change places, and a deleted one that was shown gives way to all instruments', () => {
    const lists = new Watchlists();
    lists.add('A');
    const { id } = lists.add('B')!;
    lists.moveList(id, -1);
    expect(lists.all.map(({ name }) => name)).toEqual(['B', 'A']);
    lists.moveList(id, -1);
    lists.remove(id);
    expect(lists.active).toBeNull();
    expect(lists.all.map(({ name }) => name)).toEqual(['A']);
  });

  test('that come by a link twice are kept once', () => {
    const lists = new Watchlists();
    expect(lists.addShared('Shared', [section('', 'A')]).isNew).toBe(true);
    lists.choose(null);
    expect(lists.addShared('Other name', [section('', 'A')]).isNew).toBe(false);
    expect(lists.active?.name).toBe('Shared');
    expect(lists.all).toHaveLength(1);
  });

  test.each([
    'nonsense',
    '{"lists":{}}',
    '{"lists":[null,{"name":5},{"name":"Ok","sections":[{"keys":[1,""]}]}]}',
  ])('take from storage only what is a list: %s', (text) => {
    const lists = new Watchlists();
    lists.restore(memoryStorage({ 'tickwire.watchlists': text }));
    for (const list of lists.all) {
      expect(list.name).toBe('Ok');
      expect(list.sections.flatMap((it) => it.keys)).toEqual([]);
    }
  });
});

describe('watchlists of two tabs', () => {
  const twoTabs = () => {
    const storage = memoryStorage();
    const [one, other] = [new Watchlists(), new Watchlists()];
    one.restore(storage);
    one.add('Crypto', [section('', 'a:BTC')]);
    one.add('FX', [section('', 'a:EUR')]);
    other.restore(storage);
    const stored = () => {
      const next = new Watchlists();
      next.restore(storage);
      return next.all.map(({ name, sections }) => [name, ...sections.flatMap((it) => it.keys)].join(' '));
    };
    return { one, other, stored };
  };

  test('keep what the other one added, whatever is done next', () => {
    const { one, other, stored } = twoTabs();
    other.add('Mine', [section('', 'a:ETH')]);
    one.choose(null);
    expect(stored()).toEqual(['Crypto a:BTC', 'FX a:EUR', 'Mine a:ETH']);
    other.addKey(other.active!.id, 'a:SOL');
    one.addKey(one.all[0]!.id, 'a:XRP');
    one.remove(one.all[1]!.id);
    expect(stored()).toEqual(['Crypto a:BTC a:XRP', 'Mine a:ETH a:SOL']);
  });

  test('show on what they show, also under another name, and nothing that is gone', () => {
    const { one, other } = twoTabs();
    expect(one.active?.name).toBe('FX');
    const { id } = one.active!;
    other.choose(other.all[0]!.id);
    other.rename(other.all[1]!.id, 'Currencies');
    one.takeNews();
    expect(one.active).toMatchObject({ id, name: 'Currencies' });
    other.moveList(other.all[1]!.id, -1);
    one.takeNews();
    expect(one.active).toMatchObject({ id, name: 'Currencies' });
    other.remove(other.all[0]!.id);
    one.takeNews();
    expect(one.active).toBeNull();
    one.addKey(id, 'a:JPY');
    expect(one.all.map(({ name }) => name)).toEqual(['Crypto']);
  });
});
