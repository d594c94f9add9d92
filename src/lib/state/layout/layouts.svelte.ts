import { isRecord, StoredValue } from '../stored-value.ts';
import type { SettingStorage } from '../settings.svelte.ts';
import { layoutText, readLayoutText, type LayoutNode } from './layout-tree.ts';

/** Windows that have a layout of their own: with the rail, and those where its panels are tabs of the dock. */
export const WINDOW_CLASSES = ['wide', 'narrow'] as const;
export type WindowClass = (typeof WINDOW_CLASSES)[number];

/** A tree for each class of windows; null = as the desk is for somebody new. */
export type DeskLayout = Readonly<Record<WindowClass, LayoutNode | null>>;

export interface NamedLayout {
  readonly name: string;
  readonly layout: DeskLayout;
}

export const LAYOUTS_STORAGE_KEY = 'tickwire.layouts';
/** Word of a link. */
export const LAYOUT_QUERY = 'layout';
export const LAYOUTS_MAX = 50;
export const LAYOUT_NAME_MAX = 40;
export const LAYOUTS_FILE_BYTES_MAX = 200_000;
const FORMAT = 'tickwire-layouts';
const VERSION = 1;
const NONE: DeskLayout = { wide: null, narrow: null };

/** `row(...)`, `row(...)~row(...)` with one for narrow windows, `~row(...)` with that alone; empty = the layout for somebody new. */
export function deskLayoutText({ wide, narrow }: DeskLayout): string {
  const texts = [wide, narrow].map((node) => (node === null ? '' : layoutText(node)));
  return texts.join('~').replace(/~$/, '');
}

/** The reverse of `deskLayoutText`; a sentence when it is none. */
export function readDeskLayout(text: string): DeskLayout | string {
  const [wideText = '', narrowText = '', ...more] = text.split('~');
  if (more.length > 0) return 'The layout has more than two parts.';
  const wide = wideText === '' ? null : readLayoutText(wideText);
  if (typeof wide === 'string') return wide;
  const narrow = narrowText === '' ? null : readLayoutText(narrowText);
  return typeof narrow === 'string' ? narrow : { wide, narrow };
}

/**
 * The layout of the desk that is shown, and those that the viewer named; kept in the browser's storage. Knows no pixels of any screen.
 * Invariant: names differ, and `name` is that of a kept layout or empty.
 */
export class Layouts {
  #shown = $state.raw<DeskLayout>(NONE);
  #named = $state.raw<readonly NamedLayout[]>([]);
  /** The named layout that was chosen last; what is shown may have moved on from it. */
  #name = $state('');
  readonly #stored = new StoredValue(LAYOUTS_STORAGE_KEY);

  restore(storage: SettingStorage | null): void {
    const value = this.#stored.open(storage);
    if (!isRecord(value)) return;
    const shown = typeof value['shown'] === 'string' ? readDeskLayout(value['shown']) : NONE;
    this.#shown = typeof shown === 'string' ? NONE : shown;
    const read = readNamed(value['layouts']);
    this.#named = typeof read === 'string' ? [] : read;
    this.#name = this.#named.find(({ name }) => name === value['name'])?.name ?? '';
  }

  /** Takes over the layouts that another tab of this browser named. What is shown here stays. */
  takeNews(): void {
    const value = this.#stored.news();
    const read = isRecord(value) ? readNamed(value['layouts']) : '';
    if (typeof read === 'string') return;
    this.#named = read;
    if (!read.some(({ name }) => name === this.#name)) this.#name = '';
  }

  get shown(): DeskLayout {
    return this.#shown;
  }

  get named(): readonly NamedLayout[] {
    return this.#named;
  }

  get name(): string {
    return this.#name;
  }

  /** True where what is shown is not what stands under its name. */
  get isChanged(): boolean {
    const kept = this.#named.find(({ name }) => name === this.#name)?.layout ?? NONE;
    return deskLayoutText(kept) !== deskLayoutText(this.#shown);
  }

  /** Shows another tree in windows of a class; null = as for somebody new. */
  put(windowClass: WindowClass, root: LayoutNode | null): void {
    this.takeNews();
    this.#shown = { ...this.#shown, [windowClass]: root };
    this.#keep();
  }

  /** Shows a kept layout; an empty name = as for somebody new. */
  choose(name: string): void {
    this.takeNews();
    const found = this.#named.find((named) => named.name === name);
    this.#shown = found?.layout ?? NONE;
    this.#name = found?.name ?? '';
    this.#keep();
  }

  /** Shows what a link says, without keeping it: that comes with the first change. @returns a sentence when it says nothing that can be read */
  take(text: string): string {
    const read = readDeskLayout(text);
    if (typeof read === 'string') return read;
    this.#shown = read;
    return '';
  }

  /** What a link must say to show the same. */
  query(): [name: string, value: string][] {
    const text = deskLayoutText(this.#shown);
    return text === '' ? [] : [[LAYOUT_QUERY, text]];
  }

  /** Keeps what is shown under a name, in place of what has that name. @returns a sentence when it cannot */
  save(wanted: string): string {
    this.takeNews();
    const name = cleanName(wanted);
    if (name === '') return 'A layout needs a name.';
    const others = this.#named.filter((named) => named.name !== name);
    if (others.length >= LAYOUTS_MAX) return `There are ${LAYOUTS_MAX} layouts: delete one first.`;
    const isKnown = others.length < this.#named.length;
    const own = { name, layout: this.#shown };
    this.#named = isKnown
      ? this.#named.map((named) => (named.name === name ? own : named))
      : [...this.#named, own];
    this.#name = name;
    return this.#keep() ? '' : 'This browser keeps nothing: the layout lasts until the page is left.';
  }

  /** @returns a sentence when it cannot */
  rename(name: string, wanted: string): string {
    this.takeNews();
    const next = cleanName(wanted);
    if (next === '') return 'A layout needs a name.';
    if (next !== name && this.#named.some((named) => named.name === next))
      return `There is a layout “${next}” already.`;
    this.#named = this.#named.map((named) => (named.name === name ? { ...named, name: next } : named));
    if (this.#name === name) this.#name = next;
    this.#keep();
    return '';
  }

  remove(name: string): void {
    this.takeNews();
    this.#named = this.#named.filter((named) => named.name !== name);
    if (this.#name === name) this.#name = '';
    this.#keep();
  }

  /** All kept layouts, or what is shown where none is kept, as the text of a file. */
  fileText(): string {
    const named = this.#named.length > 0 ? this.#named : [{ name: 'Layout', layout: this.#shown }];
    const layouts = named.map(({ name, layout }) => ({ name, layout: deskLayoutText(layout) }));
    return `${JSON.stringify({ format: FORMAT, version: VERSION, layouts }, null, 2)}\n`;
  }

  /** Takes all layouts of a file, or, with a sentence, none. Shows the first of them. */
  takeFile(text: string): { taken: readonly string[] } | string {
    this.takeNews();
    const read = readLayoutFile(text);
    if (typeof read === 'string') return read;
    if (this.#named.length + read.length > LAYOUTS_MAX)
      return `The file has ${read.length} layouts, and ${LAYOUTS_MAX} can be kept: delete some first.`;
    const named = [...this.#named];
    const taken: string[] = [];
    for (const { name, layout } of read) {
      const free = freeName(name, named);
      named.push({ name: free, layout });
      taken.push(free);
    }
    this.#named = named;
    this.choose(taken[0]!);
    return { taken };
  }

  #keep(): boolean {
    return this.#stored.write({
      shown: deskLayoutText(this.#shown),
      name: this.#name,
      layouts: this.#named.map(({ name, layout }) => ({ name, layout: deskLayoutText(layout) })),
    });
  }
}

/** The layouts of a file; a sentence when it is no such file, or one of them cannot be. */
export function readLayoutFile(text: string): readonly NamedLayout[] | string {
  if (text.length > LAYOUTS_FILE_BYTES_MAX) return 'The file is too large for layouts.';
  let file: unknown;
  try {
    file = JSON.parse(text) as unknown;
  } catch {
    return 'The file holds no layouts of Tickwire.';
  }
  if (!isRecord(file) || file['format'] !== FORMAT) return 'The file holds no layouts of Tickwire.';
  if (file['version'] !== VERSION)
    return `The file is of version ${String(file['version'])}; this page reads version ${VERSION}.`;
  const named = readNamed(file['layouts']);
  return typeof named !== 'string' && named.length === 0 ? 'The file holds no layout.' : named;
}

function readNamed(value: unknown): readonly NamedLayout[] | string {
  if (!Array.isArray(value)) return 'The file holds no layout.';
  const named: NamedLayout[] = [];
  for (const item of (value as unknown[]).slice(0, LAYOUTS_MAX)) {
    if (!isRecord(item) || typeof item['layout'] !== 'string' || typeof item['name'] !== 'string')
      return 'The file holds something that is no layout.';
    const layout = readDeskLayout(item['layout']);
    if (typeof layout === 'string') return `“${item['name'].slice(0, LAYOUT_NAME_MAX)}”: ${layout}`;
    named.push({ name: freeName(item['name'], named), layout });
  }
  return named;
}

function cleanName(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, LAYOUT_NAME_MAX);
}

function freeName(wanted: string, taken: readonly NamedLayout[]): string {
  const name = cleanName(wanted) || 'Layout';
  const isTaken = (text: string): boolean => taken.some((named) => named.name === text);
  if (!isTaken(name)) return name;
  let number = 2;
  while (isTaken(`${name} ${number}`)) number += 1;
  return `${name} ${number}`;
}
