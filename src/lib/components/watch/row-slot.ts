import type { DictionaryEntry } from '#protocol';
import { direction, formatCount } from '../../format/index.ts';
import { textNode, writeText } from '../live-text.ts';
import { markFor, markIsOver, type FlashState, type Mark } from './flash-policy.ts';
import { isGroup, type ListRow } from './list-rows.ts';
import {
  cellText,
  changeTicks,
  closing,
  isStale,
  rowNote,
  rowTitle,
  type FieldSource,
  type RowField,
} from './row-fields.ts';

interface Cell {
  readonly node: Text;
  readonly text: RowField['text'];
}

/** Decimals from which a price is wider than its column in the size of the others: a 64th of a point has six. */
const LONG_DECIMALS = 6;

/** What only time changes, as ages, and what is out of view are written anew so often, ms. */
const AGES_EVERY_MS = 500;

/** Text nodes of a heading: what it is called, and of how many rows. */
const GROUP_CELLS = ['group-label', 'group-count'] as const;

/**
 * One recycled row of a list: a set of text nodes that show whichever instrument is scrolled to this place. Which cells there
 * are, its markup says (`data-live`). Not reactive, and keyed by place rather than by symbol, so that scrolling creates and
 * destroys nothing. Invariant: all its texts belong to one instrument.
 */
export class RowSlot implements FlashState {
  readonly element: HTMLElement;
  flashedAtMs = 0;
  mark: Mark = '';
  row: ListRow | null = null;
  /** Place of its row in the list; −1 = it is empty. */
  place = -1;
  readonly #cells: Cell[] = [];
  readonly #group = new Map<string, Text>();
  readonly #lastCell: HTMLElement | null;
  /** Of what is written: when it had changed, and when it was written. */
  #changedAtMs = -1;
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  #last = Number.NaN;
  #selected = false;
  #stale = false;
  #direction = '';
  /** What the row's title was made of. */
  #titled: DictionaryEntry | null = null;
  #reason = '';

  constructor(element: HTMLElement) {
    this.element = element;
    this.#lastCell = element.querySelector('[data-live="last"]');
    for (const cell of element.querySelectorAll<HTMLElement>('[data-live]')) {
      const name = cell.dataset['live']!;
      if ((GROUP_CELLS as readonly string[]).includes(name)) this.#group.set(name, textNode(cell));
      // The first text of a cell may be a part of what it shows.
      else this.#cells.push({ node: textNode(cell), text: cellText(cell.dataset['part'] ?? name) });
    }
  }

  get entry(): DictionaryEntry | null {
    return this.row === null || isGroup(this.row) ? null : this.row;
  }

  /** Puts a row of the list here; null empties the slot. Texts are written with it: no instrument stands beside numbers of another. */
  show(place: number, row: ListRow | null, selected: boolean, source: FieldSource): void {
    const { element } = this;
    if (row === null) {
      element.hidden = true;
      this.place = -1;
      this.row = null;
      return;
    }
    if (place !== this.place) {
      this.place = place;
      element.hidden = false;
      element.style.transform = `translateY(calc(var(--row) * ${place}))`;
      element.ariaRowIndex = String(place + 2);
    }
    if (selected !== this.#selected) {
      this.#selected = selected;
      element.ariaSelected = String(selected);
    }
    const before = this.entry;
    this.row = row;
    if (isGroup(row)) {
      this.#showGroup();
      return;
    }
    const same = before !== null && row.id === before.id && row.symbol === before.symbol;
    if (!same) {
      delete element.dataset['group'];
      element.toggleAttribute('data-long', row.tick.decimals >= LONG_DECIMALS);
      this.#last = Number.NaN;
      this.flashedAtMs = 0;
      this.#setMark('');
    }
    // Also for the same one: what its venue is called is known only after the first status.
    this.#write(row, source);
  }

  /** Moves of the last price since the last paint, ticks; 0 when it did not move or was not known before. */
  step(source: FieldSource): number {
    const { entry } = this;
    const last = entry === null ? Number.NaN : (source.columns().last[entry.id] ?? Number.NaN);
    const step = last - this.#last;
    return Number.isNaN(step) ? 0 : step;
  }

  paint(source: FieldSource, nowMs: number, arrowsOnly: boolean): void {
    const { entry } = this;
    if (entry === null) return;
    const step = this.step(source);
    if (step !== 0) {
      const mark = markFor(this, step, nowMs, arrowsOnly);
      if (mark !== this.mark) this.flashedAtMs = nowMs;
      this.#setMark(mark);
    }
    this.#last = source.columns().last[entry.id] ?? Number.NaN;
    const changedAtMs = source.changedAtMs(entry.id);
    if (changedAtMs !== this.#changedAtMs) this.#writtenAtMs = Number.NEGATIVE_INFINITY;
    this.#changedAtMs = changedAtMs;
    this.#writeInTime(entry, source, nowMs);
  }

  /** As `paint` while it is out of view: calmly, and what it moves by until it is seen again is no move that anybody saw. */
  rest(source: FieldSource, nowMs: number): void {
    this.#last = Number.NaN;
    if (this.entry !== null) this.#writeInTime(this.entry, source, nowMs);
  }

  /** Takes a flash away when its time is over. */
  fade(nowMs: number): void {
    if (markIsOver(this, nowMs)) this.#setMark('');
  }

  #writeInTime(entry: DictionaryEntry, source: FieldSource, nowMs: number): void {
    if (nowMs - this.#writtenAtMs < AGES_EVERY_MS) return;
    this.#writtenAtMs = nowMs;
    this.#write(entry, source);
  }

  #write(entry: DictionaryEntry, source: FieldSource): void {
    for (const { node, text } of this.#cells) writeText(node, text(entry, source));
    const reason = rowNote(entry, source);
    if (entry !== this.#titled || reason !== this.#reason) {
      this.#titled = entry;
      this.#reason = reason;
      this.element.title = rowTitle(entry, source);
      const clock = closing(entry, source)?.clock;
      if (clock === undefined) delete this.element.dataset['closed'];
      else this.element.dataset['closed'] = clock;
      // For the style sheet, which shows it where there is no column for it.
      this.element.style.setProperty('--closed', clock === undefined ? null : `'${clock}'`);
    }
    const stale = isStale(entry, source);
    const way = direction(changeTicks(entry, source));
    if (way === this.#direction && stale === this.#stale) return;
    this.#direction = way;
    this.#stale = stale;
    this.element.dataset['direction'] = way;
    this.element.toggleAttribute('data-stale', stale);
  }

  #showGroup(): void {
    const { row, element } = this;
    if (row === null || !isGroup(row)) return;
    element.dataset['group'] = row.collapsed ? 'closed' : 'open';
    element.title = '';
    this.#titled = null;
    this.#last = Number.NaN;
    this.#setMark('');
    const [label, count] = GROUP_CELLS.map((name) => this.#group.get(name));
    if (label !== undefined) writeText(label, row.label);
    if (count !== undefined) writeText(count, formatCount(row.count));
    const toggle = element.querySelector('[data-group-toggle]');
    if (toggle !== null) toggle.ariaExpanded = String(!row.collapsed);
  }

  #setMark(mark: Mark): void {
    if (mark === this.mark) return;
    this.mark = mark;
    if (this.#lastCell !== null) this.#lastCell.dataset['mark'] = mark;
  }
}
