import { isRecord, StoredValue } from './stored-value.ts';
import type { SettingStorage } from './settings.svelte.ts';

/** Columns that the board can show, in their first order, each with its first width, px. */
export const BOARD_COLUMNS = {
  symbol: 124,
  venue: 72,
  name: 88,
  spark: 60,
  last: 100,
  change: 84,
  percent: 68,
  bid: 88,
  bidSize: 68,
  ask: 88,
  askSize: 68,
  spread: 68,
  high: 88,
  low: 88,
  open: 88,
  volume: 64,
  turnover: 68,
  updates: 64,
  age: 56,
} as const;

export type BoardColumnName = keyof typeof BOARD_COLUMNS;
export const BOARD_COLUMN_NAMES = Object.keys(BOARD_COLUMNS) as BoardColumnName[];

export const BOARD_GROUPINGS = ['none', 'venue', 'assetClass', 'currency'] as const;
export type BoardGrouping = (typeof BOARD_GROUPINGS)[number];

export const COLUMN_PX_MIN = 48;
export const COLUMN_PX_MAX = 480;

export interface BoardColumn {
  readonly name: BoardColumnName;
  readonly widthPx: number;
  readonly shown: boolean;
}

const FIRST: readonly BoardColumn[] = BOARD_COLUMN_NAMES.map((name) => ({
  name,
  widthPx: BOARD_COLUMNS[name],
  // Its code stands beside the symbol.
  shown: name !== 'venue',
}));

/**
 * Which columns the board shows, in which order and how wide, and how its rows are grouped; kept in the browser's storage.
 * Invariant: every column stands in the list once, and the symbol is shown and first, since a row without its name says nothing.
 */
export class BoardColumns {
  #all = $state.raw<readonly BoardColumn[]>(FIRST);
  #grouping = $state<BoardGrouping>('none');
  readonly #stored = new StoredValue('tickwire.board');

  restore(storage: SettingStorage | null): void {
    const value = this.#stored.open(storage);
    if (!isRecord(value)) return;
    this.#all = readColumns(value['columns']);
    this.#grouping = BOARD_GROUPINGS.find((name) => name === value['grouping']) ?? 'none';
  }

  /** Takes over the columns that another tab of this browser changed: each change here begins with them. Grouping stays each tab's own. */
  takeNews(): void {
    const value = this.#stored.news();
    if (isRecord(value)) this.#all = readColumns(value['columns']);
  }

  get all(): readonly BoardColumn[] {
    return this.#all;
  }

  get shown(): readonly BoardColumn[] {
    return this.#all.filter((column) => column.shown);
  }

  get grouping(): BoardGrouping {
    return this.#grouping;
  }

  set grouping(grouping: BoardGrouping) {
    this.takeNews();
    this.#grouping = grouping;
    this.#keep();
  }

  show(name: BoardColumnName, shown: boolean): void {
    if (name === 'symbol') return;
    this.takeNews();
    this.#put(this.#all.map((column) => (column.name === name ? { ...column, shown } : column)));
  }

  resize(name: BoardColumnName, widthPx: number): void {
    this.takeNews();
    const held = clampWidth(widthPx);
    this.#put(this.#all.map((column) => (column.name === name ? { ...column, widthPx: held } : column)));
  }

  resetWidth(name: BoardColumnName): void {
    this.resize(name, BOARD_COLUMNS[name]);
  }

  /** Moves a column to the place of another, which gives way. */
  move(name: BoardColumnName, to: BoardColumnName): void {
    if (name === 'symbol' || to === 'symbol' || name === to) return;
    this.takeNews();
    const moved = this.#all.find((column) => column.name === name)!;
    const isLater =
      this.#all.indexOf(moved) < this.#all.indexOf(this.#all.find((column) => column.name === to)!);
    const others = this.#all.filter((column) => column !== moved);
    const at = others.findIndex((column) => column.name === to);
    this.#put(others.toSpliced(isLater ? at + 1 : at, 0, moved));
  }

  /** Moves a column past its neighbour among those that are shown. */
  moveBy(name: BoardColumnName, by: -1 | 1): void {
    this.takeNews();
    const { shown } = this;
    const neighbour = shown[shown.findIndex((column) => column.name === name) + by];
    if (neighbour !== undefined) this.move(name, neighbour.name);
  }

  reset(): void {
    this.#put(FIRST);
  }

  #put(columns: readonly BoardColumn[]): void {
    this.#all = columns;
    this.#keep();
  }

  #keep(): void {
    this.#stored.write({ columns: this.#all, grouping: this.#grouping });
  }
}

/** What of stored columns is valid; those that are missing follow with their first width. */
function readColumns(value: unknown): readonly BoardColumn[] {
  if (!Array.isArray(value)) return FIRST;
  const read: BoardColumn[] = [];
  for (const item of value as unknown[]) {
    if (!isRecord(item)) continue;
    const name = BOARD_COLUMN_NAMES.find((known) => known === item['name']);
    if (name === undefined || read.some((column) => column.name === name)) continue;
    const width = item['widthPx'];
    read.push({
      name,
      widthPx: clampWidth(typeof width === 'number' ? width : BOARD_COLUMNS[name]),
      shown: name === 'symbol' || item['shown'] !== false,
    });
  }
  const missing = FIRST.filter((column) => !read.some(({ name }) => name === column.name));
  const all = [...read, ...missing];
  const symbol = all.find(({ name }) => name === 'symbol')!;
  return [symbol, ...all.filter((column) => column !== symbol)];
}

function clampWidth(widthPx: number): number {
  return Math.round(Math.min(COLUMN_PX_MAX, Math.max(COLUMN_PX_MIN, widthPx || 0)));
}
