import { hasPanel, panel, panelsOf, split, type LayoutNode, type PanelId } from './layout-tree.ts';
import { type Places, type Rect } from './layout-places.ts';

export const SIDES = ['left', 'right', 'above', 'below'] as const;
export type Side = (typeof SIDES)[number];

/** Sizes of the parts of one split, px, in place of those it has; the part with the chart, or the longest, keeps none of its own. */
export function withSizes(root: LayoutNode, path: string, sizes: readonly number[]): LayoutNode {
  return atPath(root, path === '' ? [] : path.split('.').map(Number), (node) => {
    if (node.kind === 'panel') return node;
    const charted = node.parts.findIndex((part) => hasPanel(part, 'chart'));
    const rest = charted === -1 ? sizes.indexOf(Math.max(...sizes)) : charted;
    const parts = node.parts.map((part, at) => ({
      ...part,
      sizePx: at === rest ? null : Math.round(sizes[at] ?? 0),
    }));
    return { ...node, parts };
  });
}

/** Without a panel; null when it was the only one. */
export function without(root: LayoutNode, id: PanelId): LayoutNode | null {
  if (root.kind === 'panel') return root.panel === id ? null : root;
  const parts = root.parts.flatMap((part) => without(part, id) ?? []);
  return parts.length === 0 ? null : split(root.kind, parts, root.sizePx);
}

/** A panel, new or from elsewhere in the tree, at a side of another. They share its place half and half. */
export function beside(
  root: LayoutNode,
  id: PanelId,
  target: PanelId,
  side: Side,
  places: Places,
): LayoutNode {
  if (id === target) return root;
  const rest = without(root, id);
  if (rest === null) return root;
  const axis = side === 'left' || side === 'right' ? 'row' : 'column';
  const rect = places.panels.get(target);
  const length = rect === undefined ? 0 : axis === 'row' ? rect.width : rect.height;
  const put = (node: LayoutNode): LayoutNode => {
    if (node.kind !== 'panel') return split(node.kind, node.parts.map(put), node.sizePx);
    if (node.panel !== target) return node;
    const half = length === 0 ? null : Math.round(length / 2);
    const isResting = node.sizePx === null;
    const own = panel(id, half);
    // In a split of the same direction the target gives up half of its own length; otherwise the pair takes its place.
    const other = panel(target, isResting ? null : half);
    const pair = side === 'left' || side === 'above' ? [own, other] : [other, own];
    return { kind: axis, parts: pair, sizePx: node.sizePx };
  };
  return normal(put(rest));
}

/** Two panels change places; sizes stay with the places. */
export function swapped(root: LayoutNode, one: PanelId, other: PanelId): LayoutNode {
  if (root.kind !== 'panel') return { ...root, parts: root.parts.map((part) => swapped(part, one, other)) };
  if (root.panel === one) return { ...root, panel: other };
  return root.panel === other ? { ...root, panel: one } : root;
}

/** The panel that lies next in a direction: that with the longest common border. Null at the desk's own border. */
export function neighbour({ panels }: Places, id: PanelId, side: Side): PanelId | null {
  const own = panels.get(id);
  if (own === undefined) return null;
  let best: PanelId | null = null;
  let longest = 0;
  for (const [candidate, rect] of panels) {
    if (candidate === id || !touches(own, rect, side)) continue;
    const shared =
      side === 'left' || side === 'right'
        ? overlap(own.top, own.height, rect.top, rect.height)
        : overlap(own.left, own.width, rect.left, rect.width);
    if (shared > longest) {
      longest = shared;
      best = candidate;
    }
  }
  return best;
}

/** The last panel of a tree that a new one can be put below. */
export function largest({ panels }: Places, root: LayoutNode): PanelId {
  const area = (id: PanelId): number => {
    const rect = panels.get(id);
    return rect === undefined ? 0 : rect.width * rect.height;
  };
  return panelsOf(root).reduce((one, other) => (area(other) > area(one) ? other : one));
}

function normal(node: LayoutNode): LayoutNode {
  return node.kind === 'panel' ? node : split(node.kind, node.parts.map(normal), node.sizePx);
}

function atPath(
  node: LayoutNode,
  [first, ...rest]: readonly number[],
  change: (node: LayoutNode) => LayoutNode,
): LayoutNode {
  if (first === undefined) return change(node);
  if (node.kind === 'panel') return node;
  return { ...node, parts: node.parts.map((part, at) => (at === first ? atPath(part, rest, change) : part)) };
}

/** Lines between panels and rounding leave some px between neighbours. */
const TOUCH_PX = 4;

function touches(own: Rect, other: Rect, side: Side): boolean {
  const near = (one: number, two: number): boolean => Math.abs(one - two) <= TOUCH_PX;
  switch (side) {
    case 'left':
      return near(other.left + other.width, own.left);
    case 'right':
      return near(own.left + own.width, other.left);
    case 'above':
      return near(other.top + other.height, own.top);
    case 'below':
      return near(own.top + own.height, other.top);
  }
}

function overlap(from: number, length: number, otherFrom: number, otherLength: number): number {
  return Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom);
}
