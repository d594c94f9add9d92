import type { UnixUs } from '#protocol';
import type { Clock } from '../../engine/ports.ts';

export interface FeedProblem {
  readonly timeUs: UnixUs;
  /** One sentence. */
  readonly message: string;
}

const PROBLEMS_KEPT = 50;

/** What went wrong with a feed, counted by reason, and the newest of it in words. Counts only rise. */
export class FeedHealth {
  readonly #clock: Clock;
  readonly #counts = new Map<string, number>();
  readonly #problems: FeedProblem[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  count(reason: string, by = 1): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + by);
  }

  problem(message: string): void {
    if (this.#problems.length === PROBLEMS_KEPT) this.#problems.shift();
    this.#problems.push({ timeUs: this.#clock.nowUs(), message });
  }

  counters(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Newest last. */
  get problems(): readonly FeedProblem[] {
    return this.#problems;
  }
}
