import type { DictionaryEntry, QuoteColumns } from '#protocol';
import { tooManyFlashes } from './flash-policy.ts';
import { WatchSlot } from './watch-slot.ts';

/** Rows that are kept ready above and below the visible ones. */
export const OVERSCAN_ROWS = 4;

export interface PaintSource {
  columns(): QuoteColumns;
  venueCode(venue: string): string;
  /** Age of a row that is silent for too long, ms; else 0. */
  staleAgeMs(instrument: number): number;
  selected(): number;
}

/**
 * Shows a window of a long list in a fixed set of slots: row r sits in slot r mod n, so that scrolling by one row rewrites
 * one slot. Holds places and nothing of the market. Invariant: after `setRows` or `setWindow`, slot r mod n shows row r for
 * each row of the window.
 */
export class WatchPainter {
  readonly #source: PaintSource;
  #slots: WatchSlot[] = [];
  #rows: readonly DictionaryEntry[] = [];
  #first = 0;

  constructor(source: PaintSource) {
    this.#source = source;
  }

  get first(): number {
    return this.#first;
  }

  /** Instruments of the window, in the list's order. */
  get shown(): readonly DictionaryEntry[] {
    return this.#rows.slice(this.#first, this.#first + this.#slots.length);
  }

  /** Takes the slots' elements; those that it had keep their state. */
  setSlots(elements: readonly HTMLElement[]): void {
    this.#slots = elements.map((element, at) => {
      const slot = this.#slots[at];
      return slot?.element === element ? slot : new WatchSlot(element);
    });
    this.place();
  }

  setRows(rows: readonly DictionaryEntry[]): void {
    this.#rows = rows;
    this.#first = this.#clampFirst(this.#first);
    this.place();
  }

  /** Moves the window so that it begins at a row. */
  setWindow(first: number): void {
    const held = this.#clampFirst(first);
    if (held === this.#first) return;
    this.#first = held;
    this.place();
  }

  /** Id of the element that shows a row; empty when the row is outside the window. */
  elementId(row: number): string {
    if (row < this.#first || row >= this.#first + this.#slots.length) return '';
    return this.#slots[row % this.#slots.length]?.element.id ?? '';
  }

  place(): void {
    const count = this.#slots.length;
    const selected = this.#source.selected();
    for (let offset = 0; offset < count; offset += 1) {
      const row = this.#first + offset;
      const entry = this.#rows[row] ?? null;
      const code = entry === null ? '' : this.#source.venueCode(entry.venue);
      this.#slots[row % count]!.show(row, entry, code, entry !== null && entry.id === selected);
    }
  }

  paint(nowMs: number): void {
    const columns = this.#source.columns();
    let moved = 0;
    for (const slot of this.#slots) if (slot.step(columns) !== 0) moved += 1;
    const visible = Math.min(this.#slots.length, this.#rows.length) - 2 * OVERSCAN_ROWS;
    const arrowsOnly = tooManyFlashes(moved, Math.max(3, visible));
    for (const slot of this.#slots) {
      const age = slot.entry === null ? 0 : this.#source.staleAgeMs(slot.entry.id);
      slot.paint(columns, nowMs, arrowsOnly, age);
    }
  }

  fade(nowMs: number): void {
    for (const slot of this.#slots) slot.fade(nowMs);
  }

  #clampFirst(first: number): number {
    return Math.max(0, Math.min(first, this.#rows.length - this.#slots.length));
  }
}
