/** Panels of the desk, by the names that links and files use. */
export const PANELS = ['watchlist', 'chart', 'second', 'quote', 'depth', 'tape', 'dock', 'holdings'] as const;
export type PanelId = (typeof PANELS)[number];

/** A part's length along the split that it lies in, px; null = it takes what the others leave. */
interface Sized {
  readonly sizePx: number | null;
}

export interface PanelNode extends Sized {
  readonly kind: 'panel';
  readonly panel: PanelId;
}

/** Parts side by side (`row`) or one below the other (`column`): two at least, and none of its own kind. */
export interface SplitNode extends Sized {
  readonly kind: 'row' | 'column';
  readonly parts: readonly LayoutNode[];
}

/**
 * Where the panels of the desk lie: a split of splits, with each panel at most once. Values: whoever moves something makes a new tree.
 * As text: `row(watchlist:456,column(chart,dock:132),tape:296)`.
 */
export type LayoutNode = PanelNode | SplitNode;

/** Shortest and longest length that a text may give a part, px. */
export const SIZE_MIN_PX = 24;
export const SIZE_MAX_PX = 8_000;
const DEPTH_MAX = 8;
export const LAYOUT_CHARS_MAX = 600;

export function panel(id: PanelId, sizePx: number | null = null): PanelNode {
  return { kind: 'panel', panel: id, sizePx };
}

/** A split in its normal form: no split directly in one of its kind, none of one part, and something that takes the rest. */
export function split(
  kind: SplitNode['kind'],
  parts: readonly LayoutNode[],
  sizePx: number | null = null,
): LayoutNode {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  const [only] = flat;
  if (flat.length === 1 && only !== undefined) return { ...only, sizePx };
  return { kind, parts: withRest(flat), sizePx };
}

/** Panels of a tree, in the order of reading. */
export function panelsOf(node: LayoutNode): PanelId[] {
  return node.kind === 'panel' ? [node.panel] : node.parts.flatMap(panelsOf);
}

export function hasPanel(node: LayoutNode, id: PanelId): boolean {
  return panelsOf(node).includes(id);
}

/** Whether two trees have the same panels at the same places, whatever their sizes. */
export function isSameShape(one: LayoutNode, other: LayoutNode): boolean {
  return shapeText(one) === shapeText(other);
}

export function shapeText(node: LayoutNode): string {
  return node.kind === 'panel' ? node.panel : `${node.kind}(${node.parts.map(shapeText).join(',')})`;
}

export function layoutText(node: LayoutNode): string {
  const size = node.sizePx === null ? '' : `:${node.sizePx}`;
  const body = node.kind === 'panel' ? node.panel : `${node.kind}(${node.parts.map(layoutText).join(',')})`;
  return body + size;
}

/** The reverse of `layoutText`. Text from a link is as untrusted as any: a sentence says what is wrong with it. */
export function readLayoutText(text: string): LayoutNode | string {
  if (text.length > LAYOUT_CHARS_MAX) return 'The layout is longer than a layout can be.';
  const reader = new Reader(text);
  const node = reader.node(0);
  if (typeof node === 'string') return node;
  if (!reader.isAtEnd) return `The layout cannot be read from “${reader.rest}” on.`;
  const panels = panelsOf(node);
  const twice = panels.find((id, at) => panels.indexOf(id) !== at);
  if (twice !== undefined) return `The layout has the panel “${twice}” twice.`;
  return { ...node, sizePx: null };
}

/** At least one part of a split has no size of its own: that with the chart, else the last. */
function withRest(parts: readonly LayoutNode[]): readonly LayoutNode[] {
  if (parts.some(({ sizePx }) => sizePx === null)) return parts;
  const charted = parts.findIndex((part) => hasPanel(part, 'chart'));
  const rest = charted === -1 ? parts.length - 1 : charted;
  return parts.map((part, at) => (at === rest ? { ...part, sizePx: null } : part));
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  get rest(): string {
    return this.#text.slice(this.#at, this.#at + 20);
  }

  node(depth: number): LayoutNode | string {
    if (depth > DEPTH_MAX) return 'The layout has more splits in each other than a layout can have.';
    const name = this.#take(/^[a-z]+/);
    if (name === 'row' || name === 'column') {
      const parts = this.#parts(depth);
      if (typeof parts === 'string') return parts;
      const sizePx = this.#size();
      return typeof sizePx === 'string' ? sizePx : split(name, parts, sizePx);
    }
    const id = PANELS.find((candidate) => candidate === name);
    if (id === undefined)
      return name === ''
        ? `The layout cannot be read from “${this.rest}” on.`
        : `The layout names a panel “${name.slice(0, 20)}” that does not exist.`;
    const sizePx = this.#size();
    return typeof sizePx === 'string' ? sizePx : panel(id, sizePx);
  }

  #parts(depth: number): LayoutNode[] | string {
    const parts: LayoutNode[] = [];
    let mark = this.#take(/^\(/);
    while (mark === '(' || mark === ',') {
      const part = this.node(depth + 1);
      if (typeof part === 'string') return part;
      parts.push(part);
      mark = this.#take(/^[,)]/);
    }
    return mark === ')' ? parts : `The layout cannot be read from “${this.rest}” on.`;
  }

  #size(): number | null | string {
    const text = this.#take(/^:\d{1,6}/);
    if (text === '') return null;
    const sizePx = Number(text.slice(1));
    return sizePx >= SIZE_MIN_PX && sizePx <= SIZE_MAX_PX
      ? sizePx
      : `The layout gives a panel ${sizePx} px; ${SIZE_MIN_PX} to ${SIZE_MAX_PX} are possible.`;
  }

  #take(pattern: RegExp): string {
    const [text = ''] = pattern.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += text.length;
    return text;
  }
}
