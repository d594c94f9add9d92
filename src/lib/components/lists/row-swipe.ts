import './row-swipe.css';

/** A finger that went so far to a side, and further than up or down, swipes. */
const BEGINS_PX = 12;
/** From here on letting go does it. */
const ACTS_PX = 72;

/** What a row offers to the left and to the right. */
export interface RowSwipe {
  /** Place of the row within the list, px. */
  readonly topPx: number;
  readonly heightPx: number;
  readonly leftward: { readonly label: string; run(): void };
  readonly rightward: { readonly label: string; run(): void };
  /** The finger has swiped: what follows is no tap. */
  onSwipe(): void;
}

/** Follows a finger that came down on a row until it is lifted, or scrolls. A band with the name of the action grows from the row's edge. */
export function followSwipe(down: PointerEvent, list: HTMLElement, row: RowSwipe): void {
  const band = document.createElement('div');
  band.className = 'row-swipe';
  band.setAttribute('aria-hidden', 'true');
  const abort = new AbortController();
  const { signal } = abort;
  let dx = 0;
  const onMove = (move: PointerEvent): void => {
    if (move.pointerId !== down.pointerId) return;
    dx = move.clientX - down.clientX;
    const dy = move.clientY - down.clientY;
    if (!band.isConnected) {
      if (Math.abs(dx) < BEGINS_PX || Math.abs(dx) < 2 * Math.abs(dy)) return;
      row.onSwipe();
      band.style.top = `${row.topPx}px`;
      band.style.height = `${row.heightPx}px`;
      list.append(band);
    }
    const side = dx < 0 ? 'right' : 'left';
    band.dataset['side'] = side;
    band.textContent = (dx < 0 ? row.leftward : row.rightward).label;
    band.style.width = `${Math.abs(dx)}px`;
    band.toggleAttribute('data-acts', Math.abs(dx) >= ACTS_PX);
  };
  const onEnd = (end: PointerEvent): void => {
    if (end.pointerId !== down.pointerId) return;
    abort.abort();
    const acts = band.isConnected && end.type === 'pointerup' && Math.abs(dx) >= ACTS_PX;
    band.remove();
    if (acts) (dx < 0 ? row.leftward : row.rightward).run();
  };
  window.addEventListener('pointermove', onMove, { signal });
  window.addEventListener('pointerup', onEnd, { signal });
  window.addEventListener('pointercancel', onEnd, { signal });
}
