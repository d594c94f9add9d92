import { instrumentKey } from '../../../protocol/instrument.ts';
import type { Desk } from '../desk.svelte.ts';
import { loadFrame } from '../shell/frame.ts';
import { isEntry, isGroup, type ListRow } from '../watch/list-rows.ts';
import type { LiveList } from '../watch/live-list.svelte.ts';
import { restorePins, togglePin } from './pins.ts';
import { followSwipe } from './row-swipe.ts';

/** A pointer that stays within this has clicked, px. */
const SLOP_PX = 5;

/**
 * Moves rows of the viewer's own list by mouse, or by Alt with the arrow keys. Only where the list's own order is shown: a sorted
 * list has no place to move to. A finger scrolls instead, and swipes a row: to the left for an alert, to the right to pin it.
 */
export class RowDrag {
  readonly #desk: Desk;
  readonly #list: LiveList;
  #ateClick = false;

  constructor(desk: Desk, list: LiveList) {
    this.#desk = desk;
    this.#list = list;
    restorePins(desk);
  }

  /** Whether the click that comes now ended a drag. */
  ateClick(): boolean {
    const ate = this.#ateClick;
    this.#ateClick = false;
    return ate;
  }

  onPointerdown(event: PointerEvent): void {
    this.#ateClick = false;
    const body = event.currentTarget;
    if (event.button !== 0 || !(body instanceof HTMLElement)) return;
    const space = body.matches('.space') ? body : body.querySelector<HTMLElement>('.space');
    if (space === null) return;
    if (event.pointerType === 'touch') return this.#swipe(event, space);
    if (event.pointerType !== 'mouse' || !this.#mayMove) return;
    const from = this.#rowUnder(event, space);
    if (from === undefined || isGroup(from)) return;
    const line = document.createElement('div');
    line.className = 'drop-line';
    const abort = new AbortController();
    const { signal } = abort;
    const onMove = (move: PointerEvent): void => {
      if (!line.isConnected && Math.abs(move.clientY - event.clientY) < SLOP_PX) return;
      if (!line.isConnected) space.append(line);
      line.style.transform = `translateY(${this.#gapUnder(move, space) * this.#list.rowPx - 1}px)`;
    };
    const onUp = (up: PointerEvent): void => {
      abort.abort();
      if (!line.isConnected) return;
      this.#ateClick = true;
      const before = this.#list.rows.slice(this.#gapUnder(up, space)).find(isEntry);
      line.remove();
      this.#move(from, before ?? null);
    };
    const onCancel = (): void => {
      abort.abort();
      line.remove();
    };
    window.addEventListener('pointermove', onMove, { signal });
    window.addEventListener('pointerup', onUp, { signal });
    window.addEventListener('pointercancel', onCancel, { signal });
  }

  #swipe(event: PointerEvent, space: HTMLElement): void {
    const at = this.#list.rowAt(event.clientY, space.getBoundingClientRect().top);
    const entry = this.#list.rows[at];
    if (!event.isPrimary || entry === undefined || isGroup(entry)) return;
    const desk = this.#desk;
    const { rowPx } = this.#list;
    followSwipe(event, space, {
      topPx: at * rowPx,
      heightPx: rowPx,
      leftward: { label: 'Alert', run: () => void loadFrame().then(() => desk.alertDesk.open(entry)) },
      rightward: {
        label: desk.pins.has(instrumentKey(entry)) ? 'Unpin' : 'Pin',
        run: () => togglePin(desk, entry),
      },
      onSwipe: () => (this.#ateClick = true),
    });
  }

  /** @returns whether the key was used */
  onKeydown(event: KeyboardEvent): boolean {
    const isArrow = event.key === 'ArrowUp' || event.key === 'ArrowDown';
    const { instrument } = this.#desk;
    if (!event.altKey || !isArrow || instrument === null || !this.#mayMove) return false;
    const rows = this.#list.rows.filter(isEntry);
    const at = rows.findIndex((row) => row.id === instrument.id);
    if (at === -1) return false;
    event.preventDefault();
    if (event.key === 'ArrowUp' && at > 0) this.#move(instrument, rows[at - 1]!);
    if (event.key === 'ArrowDown' && at < rows.length - 1) this.#move(instrument, rows[at + 2] ?? null);
    return true;
  }

  get #mayMove(): boolean {
    return this.#desk.isWhole && this.#desk.watchlists.active !== null && this.#list.sort === null;
  }

  #move(row: ListRow, before: ListRow | null): void {
    const list = this.#desk.watchlists.active;
    if (list === null || isGroup(row) || (before !== null && isGroup(before))) return;
    this.#desk.watchlists.moveKey(
      list.id,
      instrumentKey(row),
      before === null ? null : instrumentKey(before),
    );
  }

  #rowUnder(event: PointerEvent, space: HTMLElement): ListRow | undefined {
    return this.#list.rows[this.#list.rowAt(event.clientY, space.getBoundingClientRect().top)];
  }

  /** Number of the row before which the pointer would drop. */
  #gapUnder(event: PointerEvent, space: HTMLElement): number {
    const { top } = space.getBoundingClientRect();
    const gap = Math.round((event.clientY - top) / this.#list.rowPx);
    return Math.max(0, Math.min(this.#list.rows.length, gap));
  }
}
