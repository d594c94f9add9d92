/** Shortest time between two seeks of a drag, ms: about eight a second. */
const SEEK_EVERY_MS = 125;

/** `setTimeout` and its undo. */
export type After = (delayMs: number, run: () => void) => () => void;

export const browserAfter: After = (delayMs, run) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};

/**
 * Lets seeks through while a playhead is dragged: the first at once, then the newest of what came meanwhile. Invariant: the last one
 * asked for is sent.
 */
export class SeekPace {
  readonly #seek: (timeUs: number) => void;
  readonly #after: After;
  #waiting: number | null = null;
  /** Where the last one went, while it is recent. */
  #sent: number | null = null;
  #cancel: (() => void) | null = null;

  constructor(seek: (timeUs: number) => void, after: After = browserAfter) {
    this.#seek = seek;
    this.#after = after;
  }

  ask(timeUs: number): void {
    if (this.#cancel !== null) {
      this.#waiting = timeUs;
      return;
    }
    this.#send(timeUs);
  }

  /** Sends this one now, unless it was the last one a moment ago (a press that did not move), and nothing after it. */
  finish(timeUs: number): void {
    const isSent = this.#sent === timeUs;
    this.stop();
    if (!isSent) this.#seek(timeUs);
  }

  /** What waits is not sent any more. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#waiting = null;
    this.#sent = null;
  }

  #send(timeUs: number): void {
    this.#seek(timeUs);
    this.#sent = timeUs;
    this.#cancel = this.#after(SEEK_EVERY_MS, () => {
      this.#cancel = null;
      this.#sent = null;
      const next = this.#waiting;
      this.#waiting = null;
      if (next !== null) this.#send(next);
    });
  }
}
