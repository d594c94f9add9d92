import { describe, expect, it } from 'vitest';
import { instrumentId } from '#protocol';
import { Dictionary, stepRatio } from '../../../../server/engine/dictionary.ts';
import { instrument } from '../../../support/test-timeline.ts';

const column = (...values: number[]): Float64Array => Float64Array.from(values);

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
    expect(dictionary.generation).toBe(0);
    expect(dictionary.seal()).toEqual([0, 1]);
    expect(dictionary.seal()).toEqual([]);
    expect(dictionary.generation).toBe(1);
    dictionary.define(instrument('B'));
    expect(dictionary.seal()).toEqual([]);
    dictionary.define(instrument('B', { name: 'Bee' }));
    expect(dictionary.seal()).toEqual([1]);
    expect(dictionary.generation).toBe(2);
    expect(dictionary.entry(instrumentId(1)).name).toBe('Bee');
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

  it('rebases only what has become expensive, price and volume each for itself', () => {
    const dictionary = new Dictionary();
    for (const symbol of ['near', 'far', 'busy', 'unknown']) dictionary.define(instrument(symbol));
    dictionary.seal();
    dictionary.rebase(column(32_767, -32_768, 5, Number.NaN), column(65_535, 0, 65_536, Number.NaN));
    expect(dictionary.seal()).toEqual([1, 2]);
    expect([...dictionary.reference.price.slice(0, 4)]).toEqual([0, -32_768, 0, 0]);
    expect([...dictionary.reference.volume.slice(0, 4)]).toEqual([0, 0, 65_536, 0]);
    dictionary.rebase(column(32_767, -32_768, 5, Number.NaN), column(65_535, 0, 65_536, Number.NaN));
    expect(dictionary.seal()).toEqual([]);
  });

  it('announces an open once, also when it goes away with the epoch', () => {
    const dictionary = new Dictionary();
    const id = dictionary.define(instrument('A'));
    dictionary.seal();
    dictionary.setOpen(id, 10);
    dictionary.setOpen(id, 10);
    expect(dictionary.seal()).toEqual([id]);
    dictionary.setOpen(id, 10);
    expect(dictionary.seal()).toEqual([]);
    dictionary.reset();
    expect(dictionary.seal()).toEqual([id]);
    expect(dictionary.open(id)).toBeNaN();
    expect(dictionary.isAnchored(id)).toBe(false);
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
    expect(dictionary.seal()).toEqual([id]);
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
