import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  layoutText,
  panel,
  PANELS,
  panelsOf,
  readLayoutText,
  SIZE_MAX_PX,
  split,
  type LayoutNode,
} from '../../../../../../src/lib/state/layout/layout-tree.ts';

const TEXT = 'row(watchlist:456,column(chart,dock:132),column(quote:118,depth:407,tape):296)';

/** Trees of some of the panels, as the page can make them. */
const trees: fc.Arbitrary<LayoutNode> = fc
  .shuffledSubarray([...PANELS], { minLength: 1 })
  .chain((ids) =>
    fc.tuple(
      fc.constant(ids),
      fc.array(fc.nat({ max: 3 }), { minLength: ids.length, maxLength: ids.length }),
      fc.array(fc.option(fc.integer({ min: 24, max: SIZE_MAX_PX }), { nil: null }), {
        minLength: ids.length,
        maxLength: ids.length,
      }),
    ),
  )
  .map(([ids, ways, sizes]) => {
    let root: LayoutNode = panel(ids[0]!, null);
    ids.slice(1).forEach((id, at) => {
      const own = panel(id, sizes[at]!);
      const kind = ways[at]! % 2 === 0 ? 'row' : 'column';
      root = split(kind, ways[at]! < 2 ? [root, own] : [own, root]);
    });
    return root;
  });

describe('the text of a layout', () => {
  it('is what it was read from', () => {
    const node = readLayoutText(TEXT);
    expect(typeof node === 'string' ? node : layoutText(node)).toBe(TEXT);
  });

  it('brings back every tree with its panels and sizes', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const text = layoutText(tree);
        const read = readLayoutText(text);
        expect(typeof read === 'string' ? read : layoutText(read)).toBe(text);
        expect(new Set(panelsOf(tree)).size).toBe(panelsOf(tree).length);
      }),
    );
  });

  it.each([
    ['a panel that there is not', 'row(watchlist,colum(chart))', /panel “colum” that does not exist/],
    ['a panel twice', 'row(chart,column(dock,chart))', /“chart” twice/],
    ['an open bracket', 'row(chart,dock', /cannot be read/],
    ['words behind the end', 'chart)x', /cannot be read from “\)x” on/],
    ['nothing', '', /cannot be read/],
    ['a panel of no width', 'row(chart,dock:0)', /0 px; 24 to/],
    ['a panel wider than any screen', 'row(chart,dock:99999)', /99999 px/],
    ['splits without end', `${'row(chart,column('.repeat(9)}dock${'))'.repeat(9)}`, /more splits/],
    ['a book', 'row('.repeat(500), /longer than/],
  ])('with %s is refused in one sentence', (_, text, sentence) => {
    const read = readLayoutText(text);
    expect(read).toEqual(expect.stringMatching(sentence));
  });

  it('of a split in a split of its kind, or of one part, is brought to the normal form', () => {
    const read = readLayoutText('row(watchlist:300,row(chart,column(dock:200)),tape:100)');
    expect(typeof read === 'string' ? read : layoutText(read)).toBe('row(watchlist:300,chart,dock,tape:100)');
  });
});

describe('a split', () => {
  it('in which every part has a size gives the rest to that with the chart', () => {
    const node = split('row', [panel('watchlist', 300), panel('chart', 500), panel('tape', 200)]);
    expect(layoutText(node)).toBe('row(watchlist:300,chart,tape:200)');
  });
});
