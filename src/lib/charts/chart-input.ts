import type { ChartAction } from './price-chart-host.ts';

/** What gestures and keys may ask of a chart. Places are px from the element's upper left corner. */
export interface ChartCommands {
  partAt(x: number, y: number): 'plot' | 'price-axis' | 'time-axis';
  panBy(deltaX: number, deltaY: number): void;
  /** Factor > 1 makes bars wider. Without a place: at the newest bar in view. */
  zoomBy(factor: number, x?: number): void;
  /** Default zoom, newest bar, prices fitted. */
  resetView(): void;
  /** Factor > 1 shows more prices. */
  scalePriceBy(factor: number): void;
  fitPrice(): void;
  /** Crosshair at a place; null takes it away. */
  pointAt(place: { x: number; y: number } | null): void;
  /** Moves the point that is read, by bars. */
  readBy(bars: number): void;
  /** Moves the view, by its own width: -0.5 = half a view towards older bars. */
  panByViews(views: number): void;
  /** Says what is in view. */
  speakSummary(): void;
  /** Chooses the price at a height: Alt-click. */
  chooseLevel?(y: number): void;
  /** Asks for something beside the chart. */
  act(action: ChartAction): void;
}

const LONG_PRESS_MS = 250;
const DOUBLE_TAP_MS = 300;
/** A finger that stays within this, px, has not moved. */
const TOUCH_SLOP_PX = 8;
const KEY_ZOOM = 1.25;
const ACTION_KEYS: Readonly<Record<string, ChartAction>> = { s: 'table', e: 'export', c: 'compare' };
/** Wheel deltas to zoom: a notch of 100 px is about 1.2. Trackpad pinches come as small deltas with Ctrl. */
const WHEEL_ZOOM_PER_PX = 0.0018;
const PINCH_ZOOM_PER_PX = 0.01;
const LINE_PX = 16;

/**
 * Turns pointer, wheel and key events of one element into chart commands. Mouse: drag pans (on the price axis: scales),
 * wheel zooms, double click resets. Touch: drag pans, two fingers zoom, a long press shows the crosshair until the finger
 * is lifted, a double tap resets. Holds no state of the chart.
 */
export class ChartInput {
  readonly #element: HTMLElement;
  readonly #commands: ChartCommands;
  readonly #pointers = new Map<number, { x: number; y: number }>();
  readonly #abort = new AbortController();
  #drag: 'none' | 'plot' | 'price-axis' | 'crosshair' = 'none';
  #start = { x: 0, y: 0 };
  #hasMoved = false;
  #longPress: ReturnType<typeof setTimeout> | undefined;
  #lastTap = { timeMs: Number.NEGATIVE_INFINITY, x: 0, y: 0 };

  constructor(element: HTMLElement, commands: ChartCommands) {
    this.#element = element;
    this.#commands = commands;
    const { signal } = this.#abort;
    element.addEventListener('pointerdown', (event) => this.#onDown(event), { signal });
    element.addEventListener('pointermove', (event) => this.#onMove(event), { signal });
    element.addEventListener('pointerup', (event) => this.#onUp(event, false), { signal });
    element.addEventListener('pointercancel', (event) => this.#onUp(event, true), { signal });
    element.addEventListener('pointerleave', (event) => this.#onLeave(event), { signal });
    element.addEventListener('dblclick', (event) => this.#onDoubleClick(event), { signal });
    element.addEventListener('wheel', (event) => this.#onWheel(event), { signal, passive: false });
    element.addEventListener('keydown', (event) => this.#onKey(event), { signal });
    element.addEventListener('contextmenu', (event) => this.#onContextMenu(event), { signal });
    // `touch-action: pan-y` leaves vertical scrolling to the page; not while a finger reads the chart.
    element.addEventListener('touchmove', (event) => this.#drag === 'crosshair' && event.preventDefault(), {
      signal,
      passive: false,
    });
  }

  destroy(): void {
    clearTimeout(this.#longPress);
    this.#abort.abort();
  }

  #place(event: MouseEvent): { x: number; y: number } {
    const box = this.#element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #onDown(event: PointerEvent): void {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    const place = this.#place(event);
    this.#pointers.set(event.pointerId, place);
    captureIfHeld(this.#element, event.pointerId);
    clearTimeout(this.#longPress);
    if (this.#pointers.size > 1) {
      this.#drag = 'none';
      this.#hasMoved = true;
      return;
    }
    this.#start = place;
    this.#hasMoved = false;
    const part = this.#commands.partAt(place.x, place.y);
    this.#drag = part === 'price-axis' ? 'price-axis' : 'plot';
    if (event.pointerType === 'touch' && part === 'plot') {
      this.#longPress = setTimeout(() => {
        if (this.#hasMoved || this.#pointers.size !== 1) return;
        this.#drag = 'crosshair';
        this.#commands.pointAt(this.#start);
      }, LONG_PRESS_MS);
    }
  }

  #onMove(event: PointerEvent): void {
    const place = this.#place(event);
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) {
      // A mouse or pen that hovers.
      if (event.pointerType !== 'touch') this.#commands.pointAt(place);
      return;
    }
    if (this.#pointers.size === 2) {
      this.#pinch(event.pointerId, place);
      return;
    }
    if (!this.#hasMoved) {
      const slop = event.pointerType === 'touch' ? TOUCH_SLOP_PX : 2;
      const distance = Math.hypot(place.x - this.#start.x, place.y - this.#start.y);
      if (this.#drag !== 'crosshair' && distance < slop) return;
      this.#hasMoved = true;
      clearTimeout(this.#longPress);
    }
    this.#pointers.set(event.pointerId, place);
    if (this.#drag === 'crosshair') {
      this.#commands.pointAt(place);
    } else if (this.#drag === 'price-axis') {
      this.#commands.scalePriceBy(Math.exp((place.y - before.y) / 160));
    } else if (this.#drag === 'plot') {
      this.#commands.panBy(place.x - before.x, place.y - before.y);
      if (event.pointerType !== 'touch') this.#commands.pointAt(place);
    }
  }

  #pinch(pointerId: number, place: { x: number; y: number }): void {
    const [first, second] = [...this.#pointers.values()];
    const before = Math.hypot(first.x - second.x, first.y - second.y);
    const middleBefore = (first.x + second.x) / 2;
    this.#pointers.set(pointerId, place);
    const [a, b] = [...this.#pointers.values()];
    const now = Math.hypot(a.x - b.x, a.y - b.y);
    const middle = (a.x + b.x) / 2;
    this.#commands.panBy(middle - middleBefore, 0);
    if (before > 10 && now > 10) this.#commands.zoomBy(now / before, middle);
  }

  #onUp(event: PointerEvent, isCancelled: boolean): void {
    if (!this.#pointers.delete(event.pointerId)) return;
    clearTimeout(this.#longPress);
    const wasReading = this.#drag === 'crosshair';
    this.#drag = this.#pointers.size === 1 ? 'plot' : 'none';
    if (wasReading) this.#commands.pointAt(null);
    if (event.pointerType !== 'touch' && event.altKey && !isCancelled && !this.#hasMoved) {
      const { x, y } = this.#start;
      if (this.#commands.partAt(x, y) === 'plot') this.#commands.chooseLevel?.(y);
    }
    if (event.pointerType !== 'touch' || isCancelled || wasReading || this.#hasMoved) return;
    const { x, y } = this.#place(event);
    const isDouble =
      event.timeStamp - this.#lastTap.timeMs < DOUBLE_TAP_MS &&
      Math.hypot(x - this.#lastTap.x, y - this.#lastTap.y) < 4 * TOUCH_SLOP_PX;
    this.#lastTap = { timeMs: isDouble ? Number.NEGATIVE_INFINITY : event.timeStamp, x, y };
    if (isDouble) this.#resetAt(x, y);
  }

  #onLeave(event: PointerEvent): void {
    if (event.pointerType !== 'touch' && !this.#pointers.has(event.pointerId)) this.#commands.pointAt(null);
  }

  #onDoubleClick(event: MouseEvent & { pointerType?: string }): void {
    // Double taps of a finger were seen as such already; some browsers report them here as well.
    if (event.pointerType === 'touch') return;
    const { x, y } = this.#place(event);
    this.#resetAt(x, y);
  }

  #resetAt(x: number, y: number): void {
    if (this.#commands.partAt(x, y) === 'price-axis') this.#commands.fitPrice();
    else this.#commands.resetView();
  }

  #onContextMenu(event: Event): void {
    if (this.#pointers.size > 0) event.preventDefault();
  }

  #onWheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? LINE_PX : event.deltaMode === 2 ? this.#element.clientWidth : 1;
    const deltaX = event.deltaX * unit;
    const deltaY = event.deltaY * unit;
    const { x, y } = this.#place(event);
    if (event.ctrlKey) {
      this.#commands.zoomBy(Math.exp(-deltaY * PINCH_ZOOM_PER_PX), x);
    } else if (event.shiftKey && deltaX === 0) {
      this.#commands.panBy(-deltaY, 0);
    } else if (Math.abs(deltaX) > Math.abs(deltaY)) {
      this.#commands.panBy(-deltaX, 0);
    } else if (this.#commands.partAt(x, y) === 'price-axis') {
      this.#commands.scalePriceBy(Math.exp(deltaY * WHEEL_ZOOM_PER_PX));
    } else {
      this.#commands.zoomBy(Math.exp(-deltaY * WHEEL_ZOOM_PER_PX), x);
    }
    if (this.#pointers.size === 0) this.#commands.pointAt({ x, y });
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || !this.#runKey(event)) return;
    // The page's own keys (rows, palette) must not see what the chart has used.
    event.preventDefault();
    event.stopPropagation();
  }

  #runKey(event: KeyboardEvent): boolean {
    const isControl = event.ctrlKey || event.metaKey;
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const sign = event.key === 'ArrowLeft' ? -1 : 1;
      if (isControl) this.#commands.panByViews(sign * 0.5);
      else this.#commands.readBy(sign * (event.shiftKey ? 10 : 1));
      return true;
    }
    if (isControl) return false;
    const action = ACTION_KEYS[event.key.toLowerCase()];
    if (action !== undefined) {
      this.#commands.act(action);
      return true;
    }
    switch (event.key) {
      case '+':
      case '=':
        this.#commands.zoomBy(KEY_ZOOM);
        return true;
      case '-':
      case '_':
        this.#commands.zoomBy(1 / KEY_ZOOM);
        return true;
      case '0':
        this.#commands.resetView();
        return true;
      case 'Enter':
        this.#commands.speakSummary();
        return true;
      case 'Escape':
        this.#commands.pointAt(null);
        return true;
      default:
        return false;
    }
  }
}

/** A pointer may have been let go meanwhile, where what it did is done again. */
function captureIfHeld(element: HTMLElement, pointerId: number): void {
  try {
    element.setPointerCapture?.(pointerId);
  } catch {
    // It has: what follows says so too.
  }
}
