import type { LayoutNode, PanelId, SplitNode } from './layout-tree.ts';

/** In px from the upper left corner of the desk. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A split as it lies: what its parts got, px, and the least that each can do with. */
export interface PlacedSplit {
  readonly rect: Rect;
  readonly sizes: readonly number[];
  readonly least: readonly number[];
}

export interface Places {
  readonly panels: ReadonlyMap<PanelId, Rect>;
  /** By path: the numbers of the parts from the root, joined by dots; the root's is empty. */
  readonly splits: ReadonlyMap<string, PlacedSplit>;
}

/** The line between two parts, px. */
export const GAP_PX = 1;

/** Least width and height of a panel that is still one, px. */
const LEAST: Readonly<Record<PanelId, readonly [width: number, height: number]>> = {
  watchlist: [220, 120],
  chart: [280, 160],
  second: [280, 160],
  quote: [180, 76],
  depth: [180, 96],
  tape: [180, 76],
  dock: [240, 76],
  holdings: [280, 96],
};

/** What a node needs at least along an axis, px. */
export function leastPx(node: LayoutNode, axis: SplitNode['kind']): number {
  if (node.kind === 'panel') return LEAST[node.panel][axis === 'row' ? 0 : 1];
  const needs = node.parts.map((part) => leastPx(part, axis));
  return node.kind === axis
    ? needs.reduce((sum, px) => sum + px, GAP_PX * (needs.length - 1))
    : Math.max(...needs);
}

/** Lays a tree out in a box. Every pixel belongs to a panel or to a line between two; a box that is too small squeezes all alike. */
export function placePanels(root: LayoutNode, box: { width: number; height: number }): Places {
  const panels = new Map<PanelId, Rect>();
  const splits = new Map<string, PlacedSplit>();
  const place = (node: LayoutNode, rect: Rect, path: string): void => {
    if (node.kind === 'panel') {
      panels.set(node.panel, rect);
      return;
    }
    const isRow = node.kind === 'row';
    const least = node.parts.map((part) => leastPx(part, node.kind));
    const sizes = sizesOf(node, isRow ? rect.width : rect.height, least);
    splits.set(path, { rect, sizes, least });
    let at = isRow ? rect.left : rect.top;
    node.parts.forEach((part, index) => {
      const size = sizes[index]!;
      const own = isRow ? { ...rect, left: at, width: size } : { ...rect, top: at, height: size };
      place(part, own, path === '' ? String(index) : `${path}.${index}`);
      at += size + GAP_PX;
    });
  };
  place(root, { left: 0, top: 0, width: Math.floor(box.width), height: Math.floor(box.height) }, '');
  return { panels, splits };
}

function sizesOf(node: SplitNode, length: number, least: readonly number[]): number[] {
  const room = Math.max(0, length - GAP_PX * (node.parts.length - 1));
  const needed = least.reduce((sum, px) => sum + px, 0);
  if (needed >= room)
    return whole(
      least.map((px) => (px / needed) * room),
      room,
    );
  const wanted = node.parts.map(({ sizePx }, at) => Math.max(least[at]!, sizePx ?? 0));
  const resting = node.parts.map(({ sizePx }) => sizePx === null);
  const taken = wanted.reduce((sum, px) => sum + px, 0);
  if (taken <= room) {
    const share = evenly(wanted, resting, room);
    return whole(share, room);
  }
  // Too much was asked for: what is above the least shrinks, all in the same proportion.
  const above = taken - needed;
  const spare = room - needed;
  return whole(
    wanted.map((px, at) => least[at]! + ((px - least[at]!) / above) * spare),
    room,
  );
}

/** Gives what is left to the parts that rest, so that these come out alike where their least lengths let them. */
function evenly(wanted: readonly number[], resting: readonly boolean[], room: number): number[] {
  const sizes = [...wanted];
  let open = sizes.flatMap((_, at) => (resting[at] === true ? [at] : []));
  let left = room - sizes.reduce((sum, px, at) => (resting[at] === true ? sum : sum + px), 0);
  for (;;) {
    const share = left / open.length;
    const tight = open.filter((at) => wanted[at]! > share);
    if (tight.length === 0) {
      for (const at of open) sizes[at] = share;
      return sizes;
    }
    for (const at of tight) left -= wanted[at]!;
    open = open.filter((at) => !tight.includes(at));
  }
}

/** Whole pixels that add up to the room. */
function whole(sizes: readonly number[], room: number): number[] {
  let exact = 0;
  let given = 0;
  return sizes.map((size, at) => {
    exact += size;
    const end = at === sizes.length - 1 ? room : Math.round(exact);
    const own = end - given;
    given = end;
    return own;
  });
}
