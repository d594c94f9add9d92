import { beforeEach, describe, expect, it } from 'vitest';
import {
  deskLayoutText,
  Layouts,
  LAYOUTS_MAX,
  readDeskLayout,
  readLayoutFile,
} from '../../../../../../src/lib/state/layout/layouts.svelte.ts';
import { readLayoutText, type LayoutNode } from '../../../../../../src/lib/state/layout/layout-tree.ts';
import type { SettingStorage } from '../../../../../../src/lib/state/settings.svelte.ts';
import { memoryStorage } from '../memory-storage.ts';

const ONE = 'row(watchlist:300,chart)';
const OTHER = 'column(chart,dock:200)';
const node = (text: string): LayoutNode => readLayoutText(text) as LayoutNode;

let storage: SettingStorage;
let layouts: Layouts;

beforeEach(() => {
  storage = memoryStorage();
  layouts = new Layouts();
  layouts.restore(storage);
});

const again = (): Layouts => {
  const next = new Layouts();
  next.restore(storage);
  return next;
};

describe('layouts', () => {
  it('say nothing in a link as long as nothing was moved', () => {
    expect(layouts.query()).toEqual([]);
    expect(layouts.isChanged).toBe(false);
  });

  it('come back as they were left, kept or not', () => {
    layouts.put('wide', node(ONE));
    layouts.save('  Two   panels ');
    layouts.put('narrow', node(OTHER));
    const next = again();
    expect(deskLayoutText(next.shown)).toBe(`${ONE}~${OTHER}`);
    expect([next.name, next.isChanged]).toEqual(['Two panels', true]);
    next.choose('Two panels');
    expect(next.query()).toEqual([['layout', ONE]]);
    next.choose('');
    expect(again().query()).toEqual([]);
  });

  it('come with a link without being kept, and a link that cannot be changes nothing', () => {
    layouts.put('wide', node(ONE));
    expect(layouts.take(`~${OTHER}`)).toBe('');
    expect(deskLayoutText(layouts.shown)).toBe(`~${OTHER}`);
    expect(deskLayoutText(again().shown)).toBe(ONE);
    expect(layouts.take('row(chart,chart)')).toMatch(/twice/);
    expect(layouts.take('a~b~c')).toMatch(/more than two/);
    expect(deskLayoutText(layouts.shown)).toBe(`~${OTHER}`);
  });

  it('have names that differ, can be renamed and deleted, and are not without end', () => {
    expect(layouts.save(' ')).toMatch(/needs a name/);
    layouts.save('A');
    layouts.save('B');
    expect(layouts.rename('B', 'A')).toMatch(/is a layout “A” already/);
    expect(layouts.rename('B', 'C')).toBe('');
    expect(layouts.named.map(({ name }) => name)).toEqual(['A', 'C']);
    layouts.remove('C');
    expect(layouts.name).toBe('');
    for (let at = 1; at < LAYOUTS_MAX; at += 1) layouts.save(`L${at}`);
    expect(layouts.save('one more')).toMatch(/50 layouts/);
    expect(layouts.save('L1')).toBe('');
  });

  it('of two tabs do not undo each other, and each shows its own', () => {
    layouts.save('A');
    const other = again();
    other.put('wide', node(OTHER));
    other.save('B');
    layouts.put('wide', node(ONE));
    expect(again().named.map(({ name }) => name)).toEqual(['A', 'B']);
    expect([layouts.name, layouts.shown.wide]).toEqual(['A', node(ONE)]);
    layouts.remove('A');
    other.takeNews();
    expect([other.name, other.shown.wide]).toEqual(['B', node(OTHER)]);
    expect(other.named.map(({ name }) => name)).toEqual(['B']);
  });

  it('go to another browser in a file', () => {
    layouts.put('wide', node(ONE));
    layouts.save('Mine');
    const text = layouts.fileText();
    const there = new Layouts();
    there.restore(memoryStorage());
    there.save('Mine');
    expect(there.takeFile(text)).toEqual({ taken: ['Mine 2'] });
    expect(deskLayoutText(there.shown)).toBe(ONE);
  });

  it.each([
    ['no JSON', 'row(chart)', /no layouts of Tickwire/],
    ['another format', '{"format":"other"}', /no layouts of Tickwire/],
    ['a later version', '{"format":"tickwire-layouts","version":2,"layouts":[]}', /version 2/],
    ['nothing in it', '{"format":"tickwire-layouts","version":1,"layouts":[]}', /holds no layout/],
    [
      'one that cannot be among good ones',
      `{"format":"tickwire-layouts","version":1,"layouts":[{"name":"A","layout":"${ONE}"},{"name":"B","layout":"row(x)"}]}`,
      /“B”: The layout names a panel “x”/,
    ],
    ['too much', 'x'.repeat(300_000), /too large/],
  ])('of a file with %s are refused in one sentence, and nothing changes', (_, text, sentence) => {
    layouts.save('Mine');
    expect(layouts.takeFile(text)).toEqual(expect.stringMatching(sentence));
    expect(layouts.named.map(({ name }) => name)).toEqual(['Mine']);
    expect(typeof readLayoutFile(text)).toBe('string');
  });

  it('that a storage holds in shreds are left out', () => {
    storage.setItem('tickwire.layouts', '{"shown":"row(","layouts":[{"name":3}],"name":"x"}');
    expect([again().query(), again().named]).toEqual([[], []]);
    expect(readDeskLayout('')).toEqual({ wide: null, narrow: null });
  });
});
