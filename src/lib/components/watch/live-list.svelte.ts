import { untrack } from 'svelte';
import type { DictionaryEntry } from '#protocol';
import type { Desk } from '../desk.svelte.ts';
import { loadFrame } from '../shell/frame.ts';
import { deskFieldSource } from './desk-field-source.ts';
import { isGroup, type ListRow, type RowGroup } from './list-rows.ts';
import { cellText, ROW_FIELDS, type FieldSource } from './row-fields.ts';
import { nextSort, sortRows, type Sort, type SortColumn } from './row-order.ts';
import { RowMarks } from './row-marks.ts';
import { OVERSCAN_ROWS, RowPainter } from './row-painter.ts';

/** Rows that the server renders; the pool is fitted to the window when the page runs. */
const FIRST_ROWS = 40;
/** Time between two sort epochs, as a rate. */
const SORT_HZ = 0.5;
const FADE_HZ = 20;
const SPARK_HZ = 1;
/** How often the server is told which rows are in view, when there are too many to follow all of them closely. */
const DEMAND_HZ = 4;

/** What differs between the lists. Functions are asked within effects and may read runes. */
export interface LiveListHost {
  /** Everything that could be shown, in the order that holds without a sort. */
  members(): readonly DictionaryEntry[];
  /** Whether a member is shown, by its values of this moment. */
  passes(entry: DictionaryEntry, source: FieldSource): boolean;
  /** Whether `passes` depends on values: it is then asked anew at each epoch. */
  passesByValue(): boolean;
  /** The sorted instruments with their headings. */
  arranged(entries: readonly DictionaryEntry[]): readonly ListRow[];
  /** `move` = the keyboard passes over it, `open` = it was asked for. */
  choose(entry: DictionaryEntry, how: 'move' | 'open'): void;
  toggleGroup(group: RowGroup, collapsed: boolean): void;
  /** Puts several into one chart, in the list's order. */
  compare(entries: readonly DictionaryEntry[]): void;
  /** Width of the sparklines' column, px; 0 = it is not shown. */
  sparkPx(): number;
}

/**
 * A long list of instruments in a few recycled rows: its order and sort epochs, its window, the keyboard, and the panels of the
 * frame loop that paint it. Draws no markup and holds no prices. Invariant: nothing here that is a rune changes with a tick.
 */
export class LiveList {
  readonly painter: RowPainter;
  readonly source: FieldSource;
  readonly #desk: Desk;
  readonly #host: LiveListHost;
  #sort = $state.raw<Sort | null>(null);
  #pointerInside = $state(false);
  #focusInside = $state(false);
  #poolSize = $state.raw(FIRST_ROWS);
  #rows = $state.raw<readonly ListRow[]>([]);
  /** Nothing has a value yet: an order that is made without any is none that somebody reads. */
  #isBlank = false;
  #activeId = $state('');
  #activeGroup = '';
  /** Chosen last, until the page shows another than it did then: the keyboard goes on from there. */
  #chosen: { readonly id: number; readonly over: number | undefined } | null = null;
  readonly #marks = new RowMarks();
  #entries: readonly DictionaryEntry[] = [];
  #scroller: HTMLElement | null = null;

  constructor(desk: Desk, host: LiveListHost) {
    this.#desk = desk;
    this.#host = host;
    this.source = deskFieldSource(desk);
    this.painter = new RowPainter(this.source, (row) =>
      isGroup(row)
        ? row.group === this.#activeGroup
        : this.#marks.ids.has(row.id) || (this.#activeGroup === '' && row.id === this.#selectedId),
    );
    untrack(() => this.arrange());
  }

  get sort(): Sort | null {
    return this.#sort;
  }

  /** True while the order waits because someone reads the list. */
  get held(): boolean {
    const someoneReads = this.#pointerInside || this.#focusInside || this.#desk.busy;
    return this.#changesByValue && (someoneReads || this.#desk.market.paused);
  }

  get rows(): readonly ListRow[] {
    return this.#rows;
  }

  /** Texts of a row that the server renders, and of a slot's first moment; null = an empty slot. Never read again. */
  firstText(slot: number): ((cell: string) => string) | null {
    const row = untrack(() => this.rows[slot]);
    if (row === undefined || isGroup(row)) return null;
    // A row asks while it is rendered: what its cells depend on is the painter's to follow.
    return (cell) => untrack(() => cellText(cell)(row, this.source));
  }

  /** Instruments that are shown, those in collapsed groups included. */
  get count(): number {
    void this.#rows;
    return this.#entries.length;
  }

  get poolSize(): number {
    return this.#poolSize;
  }

  /** Id of the row that the keyboard is on, when it is in the window. */
  get activeId(): string {
    return this.#activeId;
  }

  set pointerInside(inside: boolean) {
    this.#pointerInside = inside;
  }

  set focusInside(inside: boolean) {
    this.#focusInside = inside;
  }

  /** Works out which rows there are and in which order: one epoch. */
  arrange(): void {
    const { source } = this;
    const members = this.#host.members();
    this.#isBlank = members.every((entry) => Number.isNaN(ROW_FIELDS.last.value(entry, source)));
    const next = members.filter((entry) => this.#host.passes(entry, source));
    if (this.#sort !== null) {
      // The order that is shown goes in first, so that ties keep their place.
      const place = new Map(this.#entries.map((entry, at) => [entry.id, at]));
      next.sort((a, b) => (place.get(a.id) ?? Infinity) - (place.get(b.id) ?? Infinity) || 0);
      sortRows(next, this.#sort, source);
    }
    this.#entries = next;
    this.#rows = this.#host.arranged(next);
    this.painter.setRows(this.#rows);
  }

  sortBy(column: SortColumn): void {
    this.#sort = nextSort(this.#sort, column);
    this.arrange();
  }

  /** Call it from an effect: arranges anew when the structure changes. Prices never come through here. */
  follow(): void {
    const { source } = this;
    // Everything that decides about the rows is read here; the arranging itself writes runes and is left out.
    const members = this.#host.members();
    void this.#host.arranged(members);
    const first = members[0];
    if (first !== undefined) void this.#host.passes(first, source);
    untrack(() => this.arrange());
  }

  /** Call it from an effect: the selected row and the venues' codes are part of a slot's structure. */
  followSelection(): void {
    void this.#desk.simulated;
    if (this.#chosen?.over !== this.#desk.instrument?.id) this.#chosen = null;
    untrack(() => this.painter.place());
  }

  /** Attachment of the element that holds the slots and the sparklines' canvas; its scrolling parent is given. */
  attach(element: HTMLElement, scroller: HTMLElement): () => void {
    const { scheduler } = this.#desk;
    const { painter } = this;
    this.#scroller = scroller;
    void this.#poolSize;
    const slots = Array.from(element.querySelectorAll<HTMLElement>('[data-slot]'));
    untrack(() => painter.setSlots(slots));

    const sparkPx = this.#host.sparkPx();
    // Read again with the theme: the attachment runs anew when one of these changes.
    void this.#desk.appearance.colours;
    const values = scheduler.add(this.#desk.settings.cadenceHz, (nowMs) =>
      // After a seek everything is of the same instant.
      painter.paint(nowMs, this.#desk.replaying),
    );
    const flashes = scheduler.add(FADE_HZ, (nowMs) => painter.fade(nowMs));
    let drawSparks = (): void => {};
    const sparks = scheduler.add(SPARK_HZ, () => drawSparks());
    void loadFrame().then(({ sparkDrawing }) => {
      drawSparks = sparkDrawing(this, this.#desk.market, element, sparkPx);
      sparks.request();
    });
    const demand = scheduler.add(DEMAND_HZ, () => this.#desk.showing(painter.shown));
    const order = scheduler.add(SORT_HZ, () => {
      if (this.#changesByValue && (this.#isBlank || !this.held)) this.arrange();
    });

    const onScroll = (): void => {
      const before = painter.first;
      painter.setWindow(Math.floor(scroller.scrollTop / this.rowPx));
      if (painter.first !== before) sparks.request();
    };
    const fit = (): void => {
      this.#poolSize = Math.ceil(scroller.clientHeight / this.rowPx) + 2 * OVERSCAN_ROWS + 1;
      values.request();
      sparks.request();
      onScroll();
    };
    const resize = new ResizeObserver(fit);
    resize.observe(scroller);
    scroller.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      for (const panel of [values, flashes, sparks, demand, order]) panel.close();
      resize.disconnect();
      scroller.removeEventListener('scroll', onScroll);
    };
  }

  /** Height of a row as it is laid out, px. */
  get rowPx(): number {
    return this.#scroller?.querySelector<HTMLElement>('[data-slot]:not([hidden])')?.offsetHeight || 26;
  }

  /** Place of the row at a height of the window; may lie behind the last one. */
  rowAt(clientY: number, rowsTop: number): number {
    return Math.floor((clientY - rowsTop) / this.rowPx);
  }

  /** A click on a row: opens what it shows. */
  click(at: number): void {
    const row = this.#rows[at];
    if (row === undefined) return;
    this.#marks.clear();
    this.#activeGroup = isGroup(row) ? row.group : '';
    if (isGroup(row)) this.#host.toggleGroup(row, !row.collapsed);
    else this.#choose(row, 'open');
    this.#markActive(at);
  }

  onKeydown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(event.shiftKey ? this.#runShiftKey(event.key) : this.#runKey(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #runKey(key: string): boolean {
    const headPx = this.#scroller?.querySelector<HTMLElement>('.sticky-head')?.offsetHeight ?? 0;
    const page = Math.max(1, Math.floor(((this.#scroller?.clientHeight ?? 0) - headPx) / this.rowPx) - 1);
    switch (key) {
      case 'ArrowDown':
        return this.#moveBy(1);
      case 'ArrowUp':
        return this.#moveBy(-1);
      case 'PageDown':
        return this.#moveBy(page);
      case 'PageUp':
        return this.#moveBy(-page);
      case 'Home':
        return this.#moveTo(0);
      case 'End':
        return this.#moveTo(this.#rows.length - 1);
      case 'ArrowLeft':
      case 'ArrowRight':
        return this.#fold(key === 'ArrowLeft');
      case 'Enter':
        return this.#open();
      case 'c':
        return this.#compare();
      case 'Escape':
        return this.#unmark();
      default:
        return false;
    }
  }

  #runShiftKey(key: string): boolean {
    const selected = this.#activeRow;
    if ((key !== 'ArrowDown' && key !== 'ArrowUp') || selected === -1) return false;
    this.#marks.extend(this.#rows, selected, key === 'ArrowDown' ? 1 : -1);
    if (this.#scroller !== null) this.#reveal(this.#marks.end, this.#scroller);
    this.#markActive(this.#marks.end);
    return true;
  }

  /** What is marked, into the chart; without marks the key means what it always does. */
  #compare(): boolean {
    const marked = this.#entries.filter(({ id }) => this.#marks.ids.has(id));
    if (marked.length < 2) return false;
    this.#unmark();
    this.#host.compare(marked);
    return true;
  }

  #unmark(): boolean {
    if (this.#marks.end === -1) return false;
    this.#marks.clear();
    this.#markActive(this.#activeRow);
    return true;
  }

  #choose(entry: DictionaryEntry, how: 'move' | 'open'): void {
    this.#chosen = { id: entry.id, over: this.#desk.instrument?.id };
    this.#host.choose(entry, how);
  }

  get #selectedId(): number | undefined {
    return this.#chosen?.id ?? this.#desk.instrument?.id;
  }

  get #activeRow(): number {
    const id = this.#selectedId;
    return this.#rows.findIndex((row) =>
      isGroup(row) ? row.group === this.#activeGroup : this.#activeGroup === '' && row.id === id,
    );
  }

  #open(): boolean {
    const row = this.#rows[this.#activeRow];
    if (row === undefined) return false;
    if (isGroup(row)) this.#host.toggleGroup(row, !row.collapsed);
    else this.#host.choose(row, 'open');
    return true;
  }

  #fold(collapsed: boolean): boolean {
    const row = this.#rows[this.#activeRow];
    if (row === undefined || !isGroup(row)) return false;
    if (row.collapsed !== collapsed) this.#host.toggleGroup(row, collapsed);
    return true;
  }

  #moveBy(by: number): boolean {
    const at = this.#activeRow;
    return this.#moveTo(at === -1 ? 0 : at + by);
  }

  #moveTo(wanted: number): boolean {
    const at = Math.max(0, Math.min(this.#rows.length - 1, wanted));
    const row = this.#rows[at];
    if (row === undefined || this.#scroller === null) return true;
    this.#marks.clear();
    this.#reveal(at, this.#scroller);
    this.#activeGroup = isGroup(row) ? row.group : '';
    if (!isGroup(row)) this.#choose(row, 'move');
    this.#markActive(at);
    return true;
  }

  #markActive(at: number): void {
    this.painter.place();
    this.#activeId = this.painter.elementId(at);
  }

  #reveal(at: number, scroller: HTMLElement): void {
    const { rowPx } = this;
    const headPx = scroller.querySelector<HTMLElement>('.sticky-head')?.offsetHeight ?? 0;
    const top = at * rowPx;
    const roomPx = scroller.clientHeight - headPx;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + rowPx > scroller.scrollTop + roomPx) scroller.scrollTop = top + rowPx - roomPx;
    this.painter.setWindow(Math.floor(scroller.scrollTop / rowPx));
  }

  /** Whether order or membership depend on prices. */
  get #changesByValue(): boolean {
    const sorted = this.#sort !== null && !isFixed(this.#sort.column);
    return sorted || this.#host.passesByValue();
  }
}

function isFixed(column: SortColumn): boolean {
  return column === 'symbol' || column === 'venue' || column === 'name';
}
