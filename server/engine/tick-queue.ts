import type { Lane } from './lane.ts';

/**
 * Ticks that are due, one after the other: a tick is served to its end before the next begins, so that versions never fall on a
 * connection. A rate that falls due again while it still waits is served once.
 */
export class TickQueue {
  readonly #due: number[] = [];
  #rateHz = 0;
  /** Lanes of the tick that is under way; null = none is. */
  #lanes: Lane[] | null = null;
  #at = 0;

  /** Whether no tick is under way. */
  get isIdle(): boolean {
    return this.#lanes === null;
  }

  add(rateHz: number): void {
    if (!this.#due.includes(rateHz)) this.#due.push(rateHz);
  }

  next(): number | null {
    return this.#due.shift() ?? null;
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
    this.#due.length = 0;
  }
}
