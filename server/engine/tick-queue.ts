import type { Lane } from './lane.ts';

/** Grid points this close together are one: a slow rate's viewers do not notice a few ms, those of a fast one do. */
const SAME_POINT_US = 5_000;

/** A tick that is being served. */
interface OpenTick {
  readonly rateHz: number;
  readonly lanes: readonly Lane[];
  /** The lane whose viewers are being served. */
  at: number;
}

/**
 * Ticks that are due, and those that are being served. A faster rate is served ahead of a slower one, also in the midst of its tick: ten
 * thousand viewers of once a second would otherwise delay those of ten times. A rate that falls due again while it still waits is
 * served once.
 */
export class TickQueue {
  /** Grid points by rate, us. */
  readonly #due = new Map<number, number>();
  /** The last one is being served; each of the others waits for the one behind it, which is faster. */
  readonly #open: OpenTick[] = [];

  /** Whether no tick is under way. */
  get isIdle(): boolean {
    return this.#open.length === 0;
  }

  /** The rate that is being served; infinite when none is. */
  get servedHz(): number {
    return this.#open.at(-1)?.rateHz ?? Number.POSITIVE_INFINITY;
  }

  add(rateHz: number, dueUs: number): void {
    if (!this.#due.has(rateHz)) this.#due.set(rateHz, dueUs);
  }

  /**
   * The rate whose tick is to be begun now: the one that is due longest, and of those that share a grid point the fastest. While a tick
   * is under way only a faster one.
   */
  next(): number | null {
    const servedHz = this.#open.at(-1)?.rateHz ?? 0;
    let next: number | null = null;
    let nextUs = Number.POSITIVE_INFINITY;
    for (const [rateHz, dueUs] of this.#due) {
      if (rateHz <= servedHz) continue;
      const isEarlier = dueUs < nextUs - SAME_POINT_US;
      if (!isEarlier && (dueUs > nextUs + SAME_POINT_US || rateHz < next!)) continue;
      next = rateHz;
      nextUs = dueUs;
    }
    if (next !== null) this.#due.delete(next);
    return next;
  }

  begin(rateHz: number, lanes: readonly Lane[]): void {
    this.#open.push({ rateHz, lanes, at: 0 });
  }

  /** Serves about `limit` members of the newest tick; returns how many of the limit are left, above 0 = all are served. */
  proceed(limit: number): number {
    const tick = this.#open.at(-1)!;
    for (; tick.at < tick.lanes.length; tick.at += 1) {
      limit = tick.lanes[tick.at]!.proceed(limit);
      if (limit <= 0) return 0;
    }
    return limit;
  }

  /** Serves all ticks to their ends, which are told later. */
  finish(): void {
    for (const tick of this.#open) {
      for (; tick.at < tick.lanes.length; tick.at += 1)
        tick.lanes[tick.at]!.proceed(Number.POSITIVE_INFINITY);
    }
  }

  /** The newest tick is over. Returns its rate. */
  end(): number {
    return this.#open.pop()!.rateHz;
  }

  clear(): void {
    this.#open.length = 0;
    this.#due.clear();
  }
}
