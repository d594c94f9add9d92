import { isEntry, type ListRow } from './list-rows.ts';

/**
 * Rows that were marked beside the selected one, by Shift and an arrow: those between it and where the keys have gone. Holds no order.
 * Invariant: without an end nothing is marked.
 */
export class RowMarks {
  #end = -1;
  #ids: ReadonlySet<number> = new Set();

  /** Place to which the marks reach; -1 = nothing is marked. */
  get end(): number {
    return this.#end;
  }

  get ids(): ReadonlySet<number> {
    return this.#ids;
  }

  /** Moves the end by some rows, from the selected one at first. */
  extend(rows: readonly ListRow[], selected: number, by: number): void {
    const from = this.#end === -1 ? selected : this.#end;
    this.#end = Math.max(0, Math.min(rows.length - 1, from + by));
    const [first, last] = this.#end < selected ? [this.#end, selected] : [selected, this.#end];
    this.#ids = new Set(
      rows
        .slice(first, last + 1)
        .filter(isEntry)
        .map(({ id }) => id),
    );
  }

  clear(): void {
    this.#end = -1;
    this.#ids = new Set();
  }
}
