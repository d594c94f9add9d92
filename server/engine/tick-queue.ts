import type { Lane } from './lane.ts';

/** Grid points this close together are one: a slow rate's viewers do not notice a few ms, those of a fast one do. */
const SAME_POINT_US = 5_000;

/**
 * Ticks that are due, one after the other: a tick is served to its end before the next begins, so that versions never fall on a
 * connection. A rate that falls due again while it still waits is served once.
 */
export class TickQueue {
  /** Grid points by rate, us. */
  readonly #due = new Map<number, number>();
  #rateHz = 0;
  /** Lanes of the tick that is under way; null = none is. */
  #lanes: Lane[] | null = null;
  #at = 0;

  /** Whether no tick is under way. */
  get isIdle(): boolean {
    return this.#lanes === null;
  }

  add(rateHz: number, dueUs: number): void {
    if (!this.#due.has(rateHz)) this.#due.set(rateHz, dueUs);
  }

  /** The rate to be served next: the one that is due longest, and of those that share a grid point the fastest. */
  next(): number | null {
    let next: number | null = null;
    let nextUs = Number.POSITIVE_INFINITY;
    for (const [rateHz, dueUs] of this.#due) {
      const isEarlier = dueUs < nextUs - SAME_POINT_US;
      if (!isEarlier && (dueUs > nextUs + SAME_POINT_US || rateHz < next!)) continue;
      next = rateHz;
      nextUs = dueUs;
    }
    if (next !== null) this.#due.delete(next);
    return next;
  }

  begin(rateHz: number, lanes: Lane[]): void {
    this.#rateHz = rateHz;
    this.#lanes = lanes;
    this.#at = 0;
  }

  /** Serves about `limit` members; returns how many of the limit are left, above 0 = all are served. */
  proceed(limit: number): number {
    const lanes = this.#lanes!;
    for (; this.#at < lanes.length; this.#at += 1) {
      limit = lanes[this.#at]!.proceed(limit);
      if (limit <= 0) return 0;
    }
    return limit;
  }

  /** The tick is over. Returns its rate. */
  end(): number {
    this.#lanes = null;
    return this.#rateHz;
  }

  clear(): void {
    this.#lanes = null;
    this.#due.clear();
  }
}
