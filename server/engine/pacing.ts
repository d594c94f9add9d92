import type { Cancel, Clock } from './ports.ts';

/** A tick of a rate. */
export interface DueTick {
  readonly rateHz: number;
  /** Its point on the grid. */
  readonly dueUs: number;
}

/**
 * When each rate is served. Every rate ticks on its own grid, counted from one start, so that a late timer delays one tick and
 * never shifts the ones after it. Grid points that passed while the loop was busy are skipped and counted. A ceiling puts the rates
 * above it on its own grid.
 */
export class Pacing {
  readonly #clock: Clock;
  readonly #startUs: number;
  readonly #onDue: (tick: DueTick) => void;
  readonly #timers = new Map<number, Cancel>();
  #ceilingHz = Number.POSITIVE_INFINITY;
  skippedTicks = 0;

  constructor(clock: Clock, onDue: (tick: DueTick) => void) {
    this.#clock = clock;
    this.#startUs = clock.nowUs();
    this.#onDue = onDue;
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

  /** Serves no rate faster than this from now on. */
  limit(ceilingHz: number): void {
    const before = this.#ceilingHz;
    this.#ceilingHz = ceilingHz;
    for (const [rateHz, cancel] of [...this.#timers]) {
      if (Math.min(rateHz, before) === Math.min(rateHz, ceilingHz)) continue;
      cancel();
      this.#arm(rateHz, this.#point(rateHz) + 1);
    }
  }

  close(): void {
    this.serve(new Set());
  }

  /** The rate at which a class is served now. */
  servedHz(rateHz: number): number {
    return Math.min(rateHz, this.#ceilingHz);
  }

  /** Number of the grid point that is past or now. */
  #point(rateHz: number): number {
    return Math.floor(((this.#clock.nowUs() - this.#startUs) * this.servedHz(rateHz)) / 1_000_000);
  }

  #arm(rateHz: number, point: number): void {
    const servedHz = this.servedHz(rateHz);
    const dueUs = this.#startUs + (point * 1_000_000) / servedHz;
    const delayMs = Math.max(0, (dueUs - this.#clock.nowUs()) / 1000);
    const cancel = this.#clock.after(delayMs, () => {
      this.#onDue({ rateHz, dueUs });
      // The rate may have been dropped, or taken up again, or limited, while it was served.
      if (this.#timers.get(rateHz) !== cancel) return;
      const next = Math.max(point + 1, this.#point(rateHz) + 1);
      this.skippedTicks += next - point - 1;
      this.#arm(rateHz, next);
    });
    this.#timers.set(rateHz, cancel);
  }
}
