import type { Cancel, Clock } from './ports.ts';

/**
 * When each rate is served. Every rate ticks on its own grid, counted from one start, so that a late timer delays one tick and
 * never shifts the ones after it. Grid points that passed while the loop was busy are skipped and counted.
 */
export class Pacing {
  readonly #clock: Clock;
  readonly #startUs: number;
  readonly #flush: (rateHz: number) => void;
  readonly #timers = new Map<number, Cancel>();
  skippedTicks = 0;

  constructor(clock: Clock, flush: (rateHz: number) => void) {
    this.#clock = clock;
    this.#startUs = clock.nowUs();
    this.#flush = flush;
  }

  /** Keeps exactly these rates ticking. */
  serve(ratesHz: ReadonlySet<number>): void {
    for (const [rateHz, cancel] of this.#timers) {
      if (ratesHz.has(rateHz)) continue;
      cancel();
      this.#timers.delete(rateHz);
    }
    for (const rateHz of ratesHz) if (!this.#timers.has(rateHz)) this.#arm(rateHz, this.#point(rateHz) + 1);
  }

  close(): void {
    this.serve(new Set());
  }

  /** Number of the grid point that is past or now. */
  #point(rateHz: number): number {
    return Math.floor(((this.#clock.nowUs() - this.#startUs) * rateHz) / 1_000_000);
  }

  #arm(rateHz: number, point: number): void {
    const dueUs = this.#startUs + (point * 1_000_000) / rateHz;
    const delayMs = Math.max(0, (dueUs - this.#clock.nowUs()) / 1000);
    const cancel = this.#clock.after(delayMs, () => {
      this.#flush(rateHz);
      // The rate may have been dropped, or dropped and taken up again, while it was served.
      if (this.#timers.get(rateHz) !== cancel) return;
      const next = Math.max(point + 1, this.#point(rateHz) + 1);
      this.skippedTicks += next - point - 1;
      this.#arm(rateHz, next);
    });
    this.#timers.set(rateHz, cancel);
  }
}
