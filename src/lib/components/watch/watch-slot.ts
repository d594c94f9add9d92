import type { DictionaryEntry, QuoteColumns } from '#protocol';
import { liveElement, liveText, writeText } from '../live-text.ts';
import { markFor, markIsOver, type FlashState, type Mark } from './flash-policy.ts';
import { rowTexts } from './row-texts.ts';

/**
 * One recycled row of the watchlist: a set of text nodes that show whichever instrument is scrolled to this place.
 * Not reactive, and keyed by place rather than by symbol, so that scrolling creates and destroys nothing.
 */
export class WatchSlot implements FlashState {
  readonly element: HTMLElement;
  flashedAtMs = 0;
  mark: Mark = '';
  entry: DictionaryEntry | null = null;
  #row = -1;
  #last = Number.NaN;
  #selected = false;
  #stale = false;
  #direction = '';
  readonly #symbol: Text;
  readonly #venue: Text;
  readonly #lastText: Text;
  readonly #lastCell: HTMLElement;
  readonly #arrow: Text;
  readonly #change: Text;
  readonly #percent: Text;
  readonly #volume: Text;

  constructor(element: HTMLElement) {
    this.element = element;
    this.#symbol = liveText(element, 'symbol');
    this.#venue = liveText(element, 'venue');
    this.#lastCell = liveElement(element, 'last');
    this.#lastText = liveText(element, 'last');
    this.#arrow = liveText(element, 'arrow');
    this.#change = liveText(element, 'change');
    this.#percent = liveText(element, 'percent');
    this.#volume = liveText(element, 'volume');
  }

  /** Puts an instrument here, at a row of the list; null empties the slot. */
  show(row: number, entry: DictionaryEntry | null, venueCode: string, selected: boolean): void {
    const { element } = this;
    if (entry === null) {
      if (this.#row !== -2) element.hidden = true;
      this.#row = -2;
      this.entry = null;
      return;
    }
    if (row !== this.#row) {
      this.#row = row;
      element.hidden = false;
      element.style.transform = `translateY(calc(var(--row) * ${row}))`;
      element.ariaRowIndex = String(row + 2);
    }
    if (selected !== this.#selected) {
      this.#selected = selected;
      element.ariaSelected = String(selected);
    }
    // The venue's code is written each time: which venues are simulated is known only after the first status.
    writeText(this.#venue, venueCode);
    if (entry === this.entry) return;
    const same = entry.id === this.entry?.id && entry.symbol === this.entry.symbol;
    this.entry = entry;
    if (same) return;
    writeText(this.#symbol, entry.symbol);
    element.title = entry.name === '' ? entry.symbol : `${entry.name} (${entry.symbol}, ${entry.venue})`;
    this.#last = Number.NaN;
    this.flashedAtMs = 0;
    this.#setMark('');
  }

  /** Moves of the last price since the last paint, ticks; 0 when it did not move or was not known before. */
  step(columns: QuoteColumns): number {
    const last = this.entry === null ? Number.NaN : (columns.last[this.entry.id] ?? Number.NaN);
    const step = last - this.#last;
    return Number.isNaN(step) ? 0 : step;
  }

  paint(columns: QuoteColumns, nowMs: number, arrowsOnly: boolean, silentMs: number): void {
    const { entry } = this;
    if (entry === null) return;
    const step = this.step(columns);
    if (step !== 0) {
      const mark = markFor(this, step, nowMs, arrowsOnly);
      if (mark !== this.mark) this.flashedAtMs = nowMs;
      this.#setMark(mark);
    }
    this.#last = columns.last[entry.id] ?? Number.NaN;
    const texts = rowTexts(entry, columns, silentMs);
    writeText(this.#lastText, texts.last);
    writeText(this.#arrow, texts.arrow);
    writeText(this.#change, texts.change);
    writeText(this.#percent, texts.percent);
    writeText(this.#volume, texts.volume);
    const { stale } = texts;
    if (texts.direction !== this.#direction || stale !== this.#stale) {
      this.#direction = texts.direction;
      this.#stale = stale;
      this.element.dataset['direction'] = texts.direction;
      this.element.toggleAttribute('data-stale', stale);
    }
  }

  /** Takes a flash away when its time is over. */
  fade(nowMs: number): void {
    if (markIsOver(this, nowMs)) this.#setMark('');
  }

  #setMark(mark: Mark): void {
    if (mark === this.mark) return;
    this.mark = mark;
    this.#lastCell.dataset['mark'] = mark;
  }
}
