import type { ClientClock } from './client-clock.ts';
import { NO_LIMITS, sameLimits, type ConnectionLimits } from './connection-limits.ts';

/**
 * A page hidden for this long is served slowly, ms. Shorter looks at another tab cost no message, and what a background tab
 * gets in five seconds is small beside what it gets in the minutes it usually stays there.
 */
export const HIDDEN_AFTER_MS = 5_000;
/** The slowest rate class of the server: what comes while nobody looks only keeps the values from growing old. */
export const HIDDEN_RATE_HZ = 0.5;

/**
 * What a page asks of its whole connection: what the viewer chose, and less while nobody sees the page. The timer runs in the
 * worker, whose timers a hidden page does not slow down. Invariant: `apply` is called with each change, and with nothing else.
 */
export class PageLimits {
  readonly #clock: ClientClock;
  readonly #apply: (limits: ConnectionLimits) => void;
  #chosen: ConnectionLimits = NO_LIMITS;
  #applied: ConnectionLimits = NO_LIMITS;
  #isAway = false;
  #cancelAway: (() => void) | null = null;

  constructor(clock: ClientClock, apply: (limits: ConnectionLimits) => void) {
    this.#clock = clock;
    this.#apply = apply;
  }

  choose(limits: ConnectionLimits): void {
    this.#chosen = limits;
    this.#settle();
  }

  setVisible(isVisible: boolean): void {
    if (isVisible) {
      this.close();
      this.#isAway = false;
      return this.#settle();
    }
    if (this.#isAway || this.#cancelAway !== null) return;
    this.#cancelAway = this.#clock.after(HIDDEN_AFTER_MS, () => {
      this.#cancelAway = null;
      this.#isAway = true;
      this.#settle();
    });
  }

  /** Leaves no timer. */
  close(): void {
    this.#cancelAway?.();
    this.#cancelAway = null;
  }

  #settle(): void {
    const { maxRateHz, maxBitsPerSecond } = this.#chosen;
    const limits = {
      maxRateHz: this.#isAway ? Math.min(HIDDEN_RATE_HZ, maxRateHz) : maxRateHz,
      maxBitsPerSecond,
    };
    if (sameLimits(limits, this.#applied)) return;
    this.#applied = limits;
    this.#apply(limits);
  }
}
