import { expect, test } from 'vitest';
import { Dictionary } from '#lib/client/dictionary.ts';
import { fakeEntry } from '../../../../support/fake-server.ts';

const both = [fakeEntry(0, 'BTC-USD'), fakeEntry(1, 'ETH-USD')];

test('[DI8] new references take the place of the old ones, and the rest of the entry stands', () => {
  const dictionary = new Dictionary();
  dictionary.apply({ type: 'instruments', generation: 1, entries: both });
  const isWhole = dictionary.apply({
    type: 'instruments',
    generation: 2,
    entries: [],
    references: [1, -77, 4_300_000_000],
  });
  expect([isWhole, dictionary.generation]).toEqual([false, 2]);
  expect([...dictionary.reference.price.slice(0, 2)]).toEqual([10_000, -77]);
  expect([...dictionary.reference.volume.slice(0, 2)]).toEqual([0, 4_300_000_000]);
  expect(dictionary.entries.map((entry) => entry?.symbol)).toEqual(['BTC-USD', 'ETH-USD']);
});

test('references of an instrument that was never named are passed over', () => {
  const dictionary = new Dictionary();
  dictionary.apply({ type: 'instruments', generation: 1, entries: both, references: [5, 1, 1, 1e9, 1, 1] });
  expect(dictionary.capacity).toBe(2);
  expect([...dictionary.reference.price.slice(0, 6)]).toEqual([10_000, 10_000, 0, 0, 0, 0]);
});

test('references that come with their entry stand over those in it', () => {
  const dictionary = new Dictionary();
  dictionary.apply({ type: 'instruments', generation: 1, entries: both, references: [0, 5, 6] });
  expect([dictionary.reference.price[0], dictionary.reference.volume[0]]).toEqual([5, 6]);
});
