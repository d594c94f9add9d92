import type { DictionaryEntry } from '#protocol';
import { tooManyFlashes } from './flash-policy.ts';
import { isEntry, type ListRow } from './list-rows.ts';
import type { FieldSource } from './row-fields.ts';
import { RowSlot } from './row-slot.ts';

/** Rows that are kept ready above and below the visible ones. */
export const OVERSCAN_ROWS = 4;

/**
 * Shows a window of a long list in a fixed set of slots: row r sits in slot r mod n, so that scrolling by one row rewrites
 * one slot. Holds places and nothing of the market. Invariant: after `setRows` or `setWindow`, slot r mod n shows row r for
 * each row of the window; from then on those in view are kept current, and the others follow calmly.
 */
export class RowPainter {
  readonly #source: FieldSource;
  readonly #isSelected: (row: ListRow) => boolean;
  #slots: RowSlot[] = [];
  #rows: readonly ListRow[] = [];
  #first = 0;
  /** Row at the upper edge of the view. */
  #top = 0;

  constructor(source: FieldSource, isSelected: (row: ListRow) => boolean) {
    this.#source = source;
    this.#isSelected = isSelected;
  }

  get first(): number {
    return this.#first;
  }

  /** Rows of the window, in the list's order. */
  get window(): readonly ListRow[] {
    return this.#rows.slice(this.#first, this.#first + this.#slots.length);
  }

  /** Instruments of the window. */
  get shown(): readonly DictionaryEntry[] {
    return this.window.filter(isEntry);
  }

  /** Takes the slots' elements; those that it had keep their state. */
  setSlots(elements: readonly HTMLElement[]): void {
    this.#slots = elements.map((element, at) => {
      const slot = this.#slots[at];
      return slot?.element === element ? slot : new RowSlot(element);
    });
    this.#first = this.#clampFirst(this.#first);
    this.place();
  }

  setRows(rows: readonly ListRow[]): void {
    this.#rows = rows;
    this.#first = this.#clampFirst(this.#first);
    this.place();
  }

  /** Moves the window to where a row is the uppermost in view. */
  setWindow(top: number): void {
    if (top === this.#top) return;
    this.#top = top;
    this.#first = this.#clampFirst(top - OVERSCAN_ROWS);
    this.place();
  }

  /** Id of the element that shows a row; empty when the row is outside the window. */
  elementId(row: number): string {
    if (row < this.#first || row >= this.#first + this.#slots.length) return '';
    return this.#slots[row % this.#slots.length]?.element.id ?? '';
  }

  place(): void {
    const count = this.#slots.length;
    for (let offset = 0; offset < count; offset += 1) {
      const at = this.#first + offset;
      const row = this.#rows[at] ?? null;
      this.#slots[at % count]!.show(at, row, row !== null && this.#isSelected(row), this.#source);
    }
  }

  /** @param isWhole also what is out of view is brought up to date at once */
  paint(nowMs: number, isWhole: boolean): void {
    const end = this.#top + this.#slots.length - 2 * OVERSCAN_ROWS;
    const inView = this.#slots.filter((slot) => {
      const isInView = isWhole || (slot.place >= this.#top && slot.place < end);
      if (!isInView) slot.rest(this.#source, nowMs);
      return isInView;
    });
    const moved = inView.filter((slot) => slot.step(this.#source) !== 0).length;
    const arrowsOnly = tooManyFlashes(moved, Math.max(3, inView.length));
    for (const slot of inView) slot.paint(this.#source, nowMs, arrowsOnly);
  }

  fade(nowMs: number): void {
    for (const slot of this.#slots) slot.fade(nowMs);
  }

  #clampFirst(first: number): number {
    return Math.max(0, Math.min(first, this.#rows.length - this.#slots.length));
  }
}
