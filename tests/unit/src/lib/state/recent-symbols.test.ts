import { expect, test } from 'vitest';
import { RecentSymbols } from '../../../../../src/lib/state/recent-symbols.ts';
import { fakeEntry } from '../../../../support/fake-server.ts';
import { memoryStorage } from './memory-storage.ts';

const entries = Array.from({ length: 12 }, (_, id) => fakeEntry(id, `S${id}`));

test('what was chosen last comes first, each once, a few in all, over a reload too', () => {
  const storage = memoryStorage();
  const recent = new RecentSymbols();
  recent.restore(storage);
  for (const entry of entries) recent.note(entry);
  recent.note(entries[9]!);
  const next = new RecentSymbols();
  next.restore(storage);
  expect(next.among(entries).map(({ symbol }) => symbol)).toEqual([
    'S9',
    'S11',
    'S10',
    'S8',
    'S7',
    'S6',
    'S5',
    'S4',
  ]);
});

test('symbols that no feed has now are left out, and a broken storage is an empty one', () => {
  const storage = memoryStorage();
  storage.setItem('tickwire.recent', '["sim:S1",7,"sim:GONE"]');
  const recent = new RecentSymbols();
  recent.restore(storage);
  expect(recent.among(entries).map(({ symbol }) => symbol)).toEqual(['S1']);
  storage.setItem('tickwire.recent', '{');
  recent.restore(storage);
  expect(recent.among(entries)).toEqual([]);
});
