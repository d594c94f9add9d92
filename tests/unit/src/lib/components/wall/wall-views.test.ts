import { describe, expect, test } from 'vitest';
import { readWallOptions, wallViews } from '../../../../../../src/lib/components/wall/wall-views.ts';
import { instrument } from '../test-instruments.ts';

const NAMES = { assetClass: (name: string) => name.toUpperCase(), venue: (name: string) => name };
const entries = Array.from({ length: 13 }, (_, id) =>
  instrument(id, `S${id}`, {
    assetClass: id < 10 ? 'crypto' : 'fx',
    venue: id % 2 === 0 ? 'kraken' : 'coinbase',
  }),
);
const options = (query: string) => readWallOptions(new URLSearchParams(query));
const titles = (query: string, tiles: number, sections: Parameters<typeof wallViews>[4] = []) =>
  wallViews(entries, options(query), tiles, NAMES, sections).map(
    ({ title, part, parts, entries: { length } }) => `${title} ${part}/${parts}: ${length}`,
  );

describe('the options in the address', () => {
  test('have defaults, and are held to what makes sense', () => {
    expect(options('')).toEqual({ by: 'class', everyS: 15, top: 24 });
    expect(options('by=venue&every=60&top=8')).toEqual({ by: 'venue', everyS: 60, top: 8 });
    expect(options('by=colour&every=1&top=9999')).toEqual({ by: 'class', everyS: 3, top: 500 });
    expect(options('every=0&top=x')).toEqual({ by: 'class', everyS: 0, top: 24 });
    expect(options('every=-5')).toEqual(options(''));
  });
});

describe('the views', () => {
  test('go group by group, each cut into screens that are equally full', () => {
    expect(titles('', 9)).toEqual(['CRYPTO 1/2: 5', 'CRYPTO 2/2: 5', 'FX 1/1: 3']);
    expect(titles('by=venue', 50)).toEqual(['kraken 1/1: 7', 'coinbase 1/1: 6']);
  });

  test('show the most active of a group', () => {
    expect(titles('top=2', 9)).toEqual(['CRYPTO 1/1: 2', 'FX 1/1: 2']);
  });

  test('follow the sections of the viewer’s list, leaving out what no feed has; without a list all is one group', () => {
    const sections = [
      { title: '', keys: ['kraken:S0', 'kraken:GONE'] },
      { title: 'Second', keys: ['coinbase:S1', 'kraken:S2'] },
    ];
    expect(titles('by=list', 9, sections)).toEqual(['Watchlist 1/1: 1', 'Second 1/1: 2']);
    expect(titles('by=list', 50)).toEqual(['All 1/1: 13']);
  });

  test('are none without instruments', () => {
    expect(wallViews([], options(''), 9, NAMES, [])).toEqual([]);
  });
});
