/** What the scheduler needs of a browser; a test has its own. */
export interface FrameHost {
  requestFrame(run: (nowMs: number) => void): number;
  cancelFrame(handle: number): void;
  isHidden(): boolean;
  /** Called whenever the page is hidden or shown; returns the undo. */
  onVisibility(run: () => void): () => void;
  /** Takes what a panel threw, so that one broken panel does not stop the others. */
  report(error: unknown): void;
}

export interface ScheduledPanel {
  /** Paints a second, at most; `Infinity` = every frame. */
  setCadence(cadenceHz: number): void;
  /** Paints on the next frame, whatever the cadence: after a scroll, a resize, another instrument. */
  request(): void;
  close(): void;
}

interface Panel {
  paint: (nowMs: number) => void;
  periodMs: number;
  nextAtMs: number;
}

/** A panel that is due within this time is painted now: frames and cadences never meet exactly, ms. */
const EARLY_MS = 4;
const FPS_WINDOW_MS = 1000;
const SHOWN_MS_MAX = 2000;

/**
 * The page's only frame loop. Every panel that shows ticking numbers is painted from here, at its own cadence.
 * It is no store and knows nothing of what is painted. Invariant: at most one frame is pending, and none while the page is
 * hidden or no panel is left.
 */
export class FrameScheduler {
  readonly #host: FrameHost;
  readonly #panels = new Set<Panel>();
  readonly #stopVisibility: () => void;
  #frame: number | null = null;
  #framesInWindow = 0;
  #windowStartMs = 0;
  #framesPerSecond = 0;

  constructor(host: FrameHost) {
    this.#host = host;
    this.#stopVisibility = host.onVisibility(() => this.#wake());
  }

  /** Frames of the last full second; 0 before one has passed and after the page was hidden. */
  get framesPerSecond(): number {
    return this.#framesPerSecond;
  }

  add(cadenceHz: number, paint: (nowMs: number) => void): ScheduledPanel {
    const panel: Panel = { paint, periodMs: 1000 / cadenceHz, nextAtMs: 0 };
    this.#panels.add(panel);
    this.#wake();
    return {
      setCadence: (hz) => {
        panel.periodMs = 1000 / hz;
        panel.nextAtMs = 0;
      },
      request: () => {
        panel.nextAtMs = 0;
      },
      close: () => {
        this.#panels.delete(panel);
        if (this.#panels.size === 0) this.#sleep();
      },
    };
  }

  /** Paints on the next frame all panels that are painted every two seconds or more often: what is slower is spoken, not shown. */
  requestAll(): void {
    for (const panel of this.#panels) if (panel.periodMs <= SHOWN_MS_MAX) panel.nextAtMs = 0;
  }

  close(): void {
    this.#panels.clear();
    this.#sleep();
    this.#stopVisibility();
  }

  #wake(): void {
    if (this.#host.isHidden()) return this.#sleep();
    if (this.#frame !== null || this.#panels.size === 0) return;
    this.#framesInWindow = 0;
    this.#windowStartMs = 0;
    this.#frame = this.#host.requestFrame((nowMs) => this.#run(nowMs));
  }

  #sleep(): void {
    if (this.#frame !== null) this.#host.cancelFrame(this.#frame);
    this.#frame = null;
    this.#framesPerSecond = 0;
  }

  #run(nowMs: number): void {
    this.#frame = this.#host.requestFrame((nextMs) => this.#run(nextMs));
    this.#count(nowMs);
    for (const panel of this.#panels) {
      if (panel.nextAtMs > nowMs + EARLY_MS) continue;
      // The grid is kept, so that 10 Hz is ten a second and not one every seven frames; after a stall it starts anew.
      panel.nextAtMs += panel.periodMs;
      if (panel.nextAtMs <= nowMs) panel.nextAtMs = nowMs + panel.periodMs;
      try {
        panel.paint(nowMs);
      } catch (error) {
        this.#host.report(error);
      }
    }
  }

  #count(nowMs: number): void {
    if (this.#windowStartMs === 0) this.#windowStartMs = nowMs;
    this.#framesInWindow += 1;
    const spanMs = nowMs - this.#windowStartMs;
    if (spanMs < FPS_WINDOW_MS) return;
    this.#framesPerSecond = Math.round(((this.#framesInWindow - 1) * 1000) / spanMs);
    this.#framesInWindow = 1;
    this.#windowStartMs = nowMs;
  }
}

export function browserFrameHost(): FrameHost {
  return {
    requestFrame: (run) => requestAnimationFrame(run),
    cancelFrame: (handle) => cancelAnimationFrame(handle),
    isHidden: () => document.hidden,
    onVisibility: (run) => {
      document.addEventListener('visibilitychange', run);
      return () => document.removeEventListener('visibilitychange', run);
    },
    report: (error) => reportError(error),
  };
}
