import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  beside,
  neighbour,
  swapped,
  withSizes,
  without,
} from '../../../../../../src/lib/state/layout/layout-moves.ts';
import { GAP_PX, leastPx, placePanels } from '../../../../../../src/lib/state/layout/layout-places.ts';
import {
  layoutText,
  panelsOf,
  readLayoutText,
  type LayoutNode,
} from '../../../../../../src/lib/state/layout/layout-tree.ts';

const STANDARD = 'row(watchlist:456,column(chart,dock:132),column(quote:118,depth:407,tape):296)';

function tree(text: string): LayoutNode {
  const node = readLayoutText(text);
  if (typeof node === 'string') throw new Error(node);
  return node;
}

const desktop = { width: 1440, height: 792 };

describe('panels are placed', () => {
  it('as the pictures of the desk show them', () => {
    const { panels } = placePanels(tree(STANDARD), desktop);
    expect(panels.get('watchlist')).toEqual({ left: 0, top: 0, width: 456, height: 792 });
    expect(panels.get('chart')).toEqual({ left: 457, top: 0, width: 686, height: 659 });
    expect(panels.get('dock')).toEqual({ left: 457, top: 660, width: 686, height: 132 });
    expect(panels.get('tape')).toEqual({ left: 1144, top: 527, width: 296, height: 265 });
  });

  it('so that every pixel is a panel’s or a line’s, in whatever window', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 4000 }),
        fc.integer({ min: 200, max: 3000 }),
        (width, height) => {
          const { splits } = placePanels(tree(STANDARD), { width, height });
          for (const [path, { rect, sizes }] of splits) {
            const length = path === '' ? rect.width : rect.height;
            const total = sizes.reduce((sum, px) => sum + px, 0) + GAP_PX * (sizes.length - 1);
            expect(total).toBe(length);
            expect(sizes.every((px) => Number.isInteger(px) && px >= 0)).toBe(true);
          }
        },
      ),
    );
  });

  it('with what each needs at least, as long as there is room for it', () => {
    const root = tree('row(watchlist:2000,chart,tape:2000)');
    const { panels } = placePanels(root, { width: leastPx(root, 'row'), height: 600 });
    expect(panels.get('chart')!.width).toBe(leastPx(tree('chart'), 'row'));
    const more = placePanels(root, { width: 1400, height: 600 }).panels;
    expect(more.get('chart')!.width).toBe(leastPx(tree('chart'), 'row'));
    expect(more.get('watchlist')!.width).toBeGreaterThan(400);
  });

  it('alike where two of them take what is left', () => {
    const { panels } = placePanels(tree('row(watchlist:456,chart,second,tape:296)'), {
      width: 1920,
      height: 900,
    });
    expect(Math.abs(panels.get('chart')!.width - panels.get('second')!.width)).toBeLessThanOrEqual(1);
  });
});

describe('a move', () => {
  const root = tree(STANDARD);
  const places = placePanels(root, desktop);

  it('puts a panel at each side of another', () => {
    const put = (side: 'left' | 'right' | 'above' | 'below') =>
      layoutText(beside(root, 'tape', 'watchlist', side, places));
    expect(put('left')).toMatch(/^row\(tape:228,watchlist:228,column\(chart/);
    expect(put('right')).toMatch(/^row\(watchlist:228,tape:228,column\(chart/);
    expect(put('above')).toMatch(/^row\(column\(tape:396,watchlist\):456,/);
    expect(put('below')).toMatch(/^row\(column\(watchlist:396,tape\):456,/);
  });

  it('brings in a panel that was not there, and takes one away', () => {
    const more = beside(root, 'holdings', 'chart', 'below', places);
    expect(layoutText(more)).toContain('column(chart,holdings:330,dock:132)');
    expect(without(more, 'holdings')).toEqual(root);
    expect(without(tree('chart'), 'chart')).toBeNull();
  });

  it('loses and doubles no panel, whatever is moved where', () => {
    const ids = panelsOf(root);
    for (const id of ids)
      for (const target of ids)
        for (const side of ['left', 'right', 'above', 'below'] as const) {
          const moved = beside(root, id, target, side, places);
          expect(panelsOf(moved).toSorted()).toEqual(ids.toSorted());
          expect(readLayoutText(layoutText(moved))).toEqual(moved);
        }
  });

  it('exchanges two panels, sizes staying with the places', () => {
    expect(layoutText(swapped(root, 'watchlist', 'tape'))).toBe(
      'row(tape:456,column(chart,dock:132),column(quote:118,depth:407,watchlist):296)',
    );
  });

  it('finds the panel next in a direction, and none at the desk’s border', () => {
    expect(neighbour(places, 'chart', 'left')).toBe('watchlist');
    expect(neighbour(places, 'chart', 'below')).toBe('dock');
    expect(neighbour(places, 'watchlist', 'right')).toBe('chart');
    expect(neighbour(places, 'watchlist', 'left')).toBeNull();
  });

  it('of a border keeps the chart the one that takes the rest', () => {
    expect(layoutText(withSizes(root, '', [356, 786, 296]))).toMatch(
      /^row\(watchlist:356,column\(chart,dock:132\),/,
    );
    expect(layoutText(withSizes(root, '2', [100, 300, 390]))).toContain(
      'column(quote:100,depth:300,tape):296',
    );
  });
});
