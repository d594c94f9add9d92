import type { DictionaryEntry } from '#protocol';
import { instrumentKey } from '../../protocol/instrument.ts';
import { isRecord, StoredValue } from './stored-value.ts';
import type { SettingStorage } from './settings.svelte.ts';

/** Rows and columns of the grid, fewest charts first. */
export const GRID_SHAPES = ['2x2', '3x2', '3x3', '4x3', '4x4'] as const;
export type GridShape = (typeof GRID_SHAPES)[number];

const CELLS_MAX = 16;

/** Columns and rows of a shape. */
export function shapeSides(shape: GridShape): { columns: number; rows: number } {
  const [columns, rows] = shape.split('x').map(Number);
  return { columns: columns!, rows: rows! };
}

/**
 * How many charts the grid shows and what each of them shows, by `venue:symbol`; kept in the browser's storage. A cell that was
 * never chosen follows the order of activity. Knows no market. Invariant: there are always CELLS_MAX places, so that a smaller
 * shape forgets nothing.
 */
export class ChartGrid {
  #shape = $state<GridShape>('2x2');
  #cells = $state.raw<readonly (string | null)[]>(Array.from({ length: CELLS_MAX }, () => null));
  readonly #stored = new StoredValue('tickwire.grid');

  restore(storage: SettingStorage | null): void {
    const value = this.#stored.open(storage);
    if (!isRecord(value)) return;
    this.#shape = GRID_SHAPES.find((shape) => shape === value['shape']) ?? '2x2';
    const cells: unknown[] = Array.isArray(value['cells']) ? value['cells'] : [];
    this.#cells = Array.from({ length: CELLS_MAX }, (_, at) => {
      const cell = cells[at];
      return typeof cell === 'string' && cell !== '' ? cell : null;
    });
  }

  get shape(): GridShape {
    return this.#shape;
  }

  set shape(shape: GridShape) {
    this.#shape = shape;
    this.#keep();
  }

  get count(): number {
    const { columns, rows } = shapeSides(this.#shape);
    return columns * rows;
  }

  choose(at: number, key: string): void {
    this.#put(this.#cells.with(at, key));
  }

  /** Exchanges what two cells show. `shown` = what stands in them now: a cell that was never chosen keeps it. */
  swap(one: number, other: number, shown: readonly (DictionaryEntry | null)[]): void {
    if (one === other) return;
    const keyOf = (at: number): string | null => {
      const entry = shown[at] ?? null;
      return this.#cells[at] ?? (entry === null ? null : instrumentKey(entry));
    };
    this.#put(this.#cells.with(one, keyOf(other)).with(other, keyOf(one)));
  }

  /** What the cells show: what was chosen, and the most active of the others where nothing was. Null = no such instrument. */
  shown(all: readonly DictionaryEntry[]): (DictionaryEntry | null)[] {
    const byKey = new Map(all.map((entry) => [instrumentKey(entry), entry]));
    const chosen = new Set(this.#cells.slice(0, this.count));
    const others = all.filter((entry) => !chosen.has(instrumentKey(entry))).values();
    return Array.from({ length: this.count }, (_, at) => {
      const key = this.keyAt(at);
      return key === null ? (others.next().value ?? null) : (byKey.get(key) ?? null);
    });
  }

  /** The name that was chosen for a cell, also while no feed has it; null = none was. */
  keyAt(at: number): string | null {
    return this.#cells[at] ?? null;
  }

  #put(cells: readonly (string | null)[]): void {
    this.#cells = cells;
    this.#keep();
  }

  #keep(): void {
    this.#stored.write({ shape: this.#shape, cells: this.#cells });
  }
}
