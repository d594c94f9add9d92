import { describe, expect, it } from 'vitest';
import { encodeDictionaryEntry, instrumentId } from '#protocol';
import { Dictionary, stepRatio } from '../../../../server/engine/dictionary.ts';
import { REBASE_LOOKS_PER_SECOND } from '../../../../server/engine/rebase-policy.ts';
import { instrument } from '../../../support/test-timeline.ts';
import { TestMarket } from './test-market.ts';

const NOTHING = { entries: [], references: [], isUrgent: false };

/** A dictionary of these symbols, its first generation in force. */
function sealed(...symbols: string[]): Dictionary {
  const dictionary = new Dictionary();
  for (const symbol of symbols) dictionary.define(instrument(symbol));
  dictionary.seal();
  return dictionary;
}

describe('Dictionary', () => {
  it('gives the next small id to a new name and the old one to a known name', () => {
    const dictionary = new Dictionary();
    expect(dictionary.define(instrument('A'))).toBe(0);
    expect(dictionary.define(instrument('B'))).toBe(1);
    expect(dictionary.define(instrument('A'))).toBe(0);
    expect(dictionary.define(instrument('A', { venue: 'other' }))).toBe(2);
    expect(dictionary.size).toBe(3);
    expect(dictionary.find('other:A')).toBe(2);
    expect([0, 2, 3, -1, 0.5, Number.NaN].map((id) => dictionary.has(id))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('[DI2] raises the generation only when something changed, and names what did', () => {
    const dictionary = new Dictionary();
    dictionary.define(instrument('A'));
    dictionary.define(instrument('B'));
    expect([dictionary.generation, dictionary.hasPending]).toEqual([0, true]);
    expect(dictionary.seal()).toEqual({ entries: [0, 1], references: [], isUrgent: true });
    expect(dictionary.hasPending).toBe(false);
    expect(dictionary.seal()).toEqual(NOTHING);
    expect(dictionary.generation).toBe(1);
    dictionary.define(instrument('B'));
    expect(dictionary.seal()).toEqual(NOTHING);
    dictionary.define(instrument('B', { name: 'Bee' }));
    expect(dictionary.seal()).toEqual({ entries: [1], references: [], isUrgent: true });
    expect(dictionary.generation).toBe(2);
    expect(dictionary.entry(instrumentId(1)).name).toBe('Bee');
  });

  it('[DI8] tells apart what needs its whole entry and what only new references', () => {
    const dictionary = sealed('A', 'B', 'C');
    dictionary.anchor(instrumentId(0), 50_000, 7);
    dictionary.anchor(instrumentId(1), 0, 0);
    dictionary.anchor(instrumentId(2), 9, 0);
    dictionary.setOpen(instrumentId(2), 9);
    expect(dictionary.seal()).toEqual({ entries: [2], references: [0], isUrgent: false });
    expect(dictionary.references([instrumentId(0), instrumentId(2)])).toEqual([0, 50_000, 7, 2, 9, 0]);
    dictionary.anchor(instrumentId(0), 50_000, 7);
    expect(dictionary.seal()).toEqual(NOTHING);
    expect(dictionary.generation).toBe(2);
  });

  it('[DI5] keeps the references of frames that are out until the next generation is sealed', () => {
    const dictionary = new Dictionary();
    const id = dictionary.define(instrument('A'));
    dictionary.anchor(id, 50_000, 7);
    expect(dictionary.reference.price[id]).toBe(0);
    dictionary.seal();
    expect([dictionary.reference.price[id], dictionary.reference.volume[id]]).toEqual([50_000, 7]);
    expect(dictionary.isAnchored(id)).toBe(true);
    expect(dictionary.entry(id)).toMatchObject({ referencePrice: 50_000, referenceVolume: 7 });
  });

  it('gives new references to what has cost too much with the old ones, when enough has come together', () => {
    const dictionary = sealed('near', 'far', 'quiet');
    const market = new TestMarket(3);
    for (let look = 0; look < 100 && dictionary.seal().references.length === 0; look += 1) {
      market.quote(0, 100 + (look % 2), 102);
      market.quote(1, 5_000_000 + (look % 2), 5_000_002);
      dictionary.rebase(market);
    }
    expect([...dictionary.reference.price.slice(0, 3)]).toEqual([0, expect.closeTo(4_999_953, -1), 0]);
    expect(dictionary.generation).toBe(2);
  });

  it('[DI9] announces a first open at once and one that moves on now and then', () => {
    const dictionary = sealed('A', 'B');
    const market = new TestMarket(2);
    const announced: number[][] = [];
    dictionary.setOpen(instrumentId(0), 100);
    expect(dictionary.seal()).toEqual({ entries: [0], references: [], isUrgent: false });
    for (let look = 1; look <= 30 * REBASE_LOOKS_PER_SECOND; look += 1) {
      dictionary.setOpen(instrumentId(0), 100 + look);
      dictionary.rebase(market);
      const { entries } = dictionary.seal();
      if (entries.length > 0) announced.push([look, ...entries]);
    }
    expect(announced).toEqual([
      [10, 0],
      [110, 0],
      [210, 0],
    ]);
    expect(dictionary.entry(instrumentId(0)).open).toBe(400);
    expect(dictionary.open(instrumentId(0))).toBe(400);
  });

  it('announces an open once, also when it goes away with the epoch', () => {
    const dictionary = sealed('A');
    const id = instrumentId(0);
    dictionary.setOpen(id, 10);
    dictionary.setOpen(id, 10);
    expect(dictionary.seal()).toEqual({ entries: [id], references: [], isUrgent: false });
    dictionary.setOpen(id, 10);
    expect(dictionary.seal()).toEqual(NOTHING);
    dictionary.reset();
    expect(dictionary.seal()).toEqual({ entries: [id], references: [], isUrgent: true });
    expect(dictionary.open(id)).toBeNaN();
    expect(dictionary.isAnchored(id)).toBe(false);
  });

  it('tells a new epoch only what differs from the one before', () => {
    const dictionary = sealed('same', 'moved', 'gone', 'never');
    for (const id of [0, 1, 2].map(instrumentId)) {
      dictionary.anchor(id, 100, 5);
      dictionary.setOpen(id, 100);
    }
    dictionary.seal();
    dictionary.reset();
    for (const id of [0, 1].map(instrumentId)) dictionary.anchor(id, id === 0 ? 100 : 200, 5);
    dictionary.setOpen(instrumentId(0), 100);
    dictionary.setOpen(instrumentId(1), 100);
    expect(dictionary.seal()).toEqual({ entries: [2], references: [1], isUrgent: true });
    expect(dictionary.references([instrumentId(1), instrumentId(2)])).toEqual([1, 200, 5, 2, 0, 0]);
  });

  it('tells a new epoch of an open that a newcomer was told before everybody else', () => {
    const dictionary = sealed('A');
    const id = instrumentId(0);
    dictionary.setOpen(id, 10);
    dictionary.seal();
    dictionary.setOpen(id, 11);
    expect(dictionary.entry(id).open).toBe(11);
    dictionary.reset();
    dictionary.setOpen(id, 10);
    expect(dictionary.seal()).toEqual({ entries: [id], references: [], isUrgent: true });
  });

  it('encodes an entry once, and anew after each change that peers see', () => {
    const dictionary = sealed('A', 'B');
    const id = instrumentId(0);
    const bytes = (): Uint8Array => dictionary.entryBytes(id);
    const expectFresh = (change: () => void): void => {
      const before = bytes();
      expect(bytes()).toBe(before);
      change();
      expect(bytes()).not.toEqual(before);
      expect(bytes()).toEqual(encodeDictionaryEntry(dictionary.entry(id)));
    };
    expectFresh(() => dictionary.setOpen(id, 9));
    expectFresh(() => {
      dictionary.anchor(id, 100, 0);
      dictionary.seal();
    });
    expectFresh(() => dictionary.define(instrument('A', { name: 'Ay' })));
    expectFresh(() => {
      dictionary.rescale(id, 10, 1);
      dictionary.seal();
    });
    expectFresh(() => dictionary.reset());
    const before = bytes();
    dictionary.setOpen(instrumentId(1), 9);
    dictionary.anchor(id, 1, 1);
    expect(bytes()).toBe(before);
  });

  it('keeps all ids when it grows past its first columns', () => {
    const dictionary = new Dictionary();
    for (let index = 0; index < 1_000; index += 1)
      dictionary.anchor(dictionary.define(instrument(`S${index}`)), index, 0);
    dictionary.seal();
    expect([dictionary.size, dictionary.reference.price[999], dictionary.ids().at(-1)]).toEqual([
      1_000, 999, 999,
    ]);
  });

  it('writes open and references in the units of a finer tick', () => {
    const dictionary = new Dictionary();
    const id = dictionary.define(instrument('A'));
    dictionary.anchor(id, 100, 5);
    dictionary.setOpen(id, 90);
    dictionary.seal();
    dictionary.rescale(id, 10, 1);
    expect(dictionary.reference.price[id]).toBe(100);
    expect(dictionary.seal()).toEqual({ entries: [id], references: [], isUrgent: true });
    expect(dictionary.entry(id)).toMatchObject({ referencePrice: 1_000, referenceVolume: 5, open: 900 });
    dictionary.rescale(id, Number.NaN, 1);
    dictionary.seal();
    expect(dictionary.entry(id)).toMatchObject({ referencePrice: 0, referenceVolume: 0, open: Number.NaN });
    expect(dictionary.isAnchored(id)).toBe(false);
  });
});

describe('stepRatio', () => {
  it.each([
    ['0.1 to 0.01', { units: 1, decimals: 1 }, { units: 1, decimals: 2 }, 10],
    ['0.25 to 0.05', { units: 25, decimals: 2 }, { units: 5, decimals: 2 }, 5],
    ['5 to 0.5', { units: 5, decimals: 0 }, { units: 5, decimals: 1 }, 10],
    ['0.01 to 0.010', { units: 1, decimals: 2 }, { units: 10, decimals: 3 }, 1],
    ['0.01 to 0.1', { units: 1, decimals: 2 }, { units: 1, decimals: 1 }, Number.NaN],
    ['0.25 to 0.1', { units: 25, decimals: 2 }, { units: 1, decimals: 1 }, Number.NaN],
  ])('%s', (_, from, to, ratio) => {
    expect(stepRatio(from, to)).toBe(ratio);
  });
});
