import type { ThrottledMessage } from '#protocol';

/** What slows a connection down, the strongest first. */
const REASONS = ['queue-full', 'client-lag', 'server-busy'] as const;
export type Slowdown = (typeof REASONS)[number];

/** Why a connection is served slower than granted now, and what it has to be told of that. Several reasons may hold at once. */
export class Throttle {
  readonly #rates = new Map<Slowdown, number>();
  #told: Slowdown | null = null;
  #toldHz = 0;

  get reason(): Slowdown | null {
    return REASONS.find((reason) => this.#rates.has(reason)) ?? null;
  }

  /**
   * A reason begins to hold, or holds with another rate.
   * @returns what to tell; null when the viewer knows
   */
  begin(reason: Slowdown, maxRateHz: number): ThrottledMessage | null {
    this.#rates.set(reason, maxRateHz);
    return this.#news();
  }

  end(reason: Slowdown): ThrottledMessage | null {
    return this.#rates.delete(reason) ? this.#news() : null;
  }

  #news(): ThrottledMessage | null {
    const { reason } = this;
    const maxRateHz = reason === null ? 0 : this.#rates.get(reason)!;
    if (reason === this.#told && maxRateHz === this.#toldHz) return null;
    this.#told = reason;
    this.#toldHz = maxRateHz;
    return { type: 'throttled', maxRateHz, reason: reason ?? 'recovered' };
  }
}
