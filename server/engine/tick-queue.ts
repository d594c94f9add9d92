import type { Lane } from './lane.ts';

/** Grid points this close together are one: a slow rate's viewers do not notice a few ms, those of a fast one do. */
const SAME_POINT_US = 5_000;

/** For how long a tick is served before a slower one that takes less may come in between, us. */
const PATIENCE_US = 20_000;
/** How many times less it has to take. */
const LIGHTER_TIMES = 4;

/** A tick that is being served. */
interface OpenTick {
  readonly rateHz: number;
  readonly lanes: readonly Lane[];
  /** The lane whose viewers are being served. */
  at: number;
  /** Time that went into it, us: in all, and since it let a slower one in between. */
  servedUs: number;
  sinceYieldUs: number;
}

/**
 * Ticks that are due, and those that are being served. A faster rate is served ahead of a slower one, also in the midst of its tick: ten
 * thousand viewers of once a second would otherwise delay those of ten times. A slower one comes in between only where the faster one has
 * taken long, and several times as long as the slower one did: a thousand viewers who want more than can be sent would otherwise delay those
 * who want little. A rate that falls due again while it still waits is served once.
 */
export class TickQueue {
  /** Grid points by rate, us. */
  readonly #due = new Map<number, number>();
  /** The last one is being served; each of the others waits for the ones behind it. */
  readonly #open: OpenTick[] = [];
  /** Time that the last tick of a rate took, us. */
  readonly #tookUs = new Map<number, number>();
  #nowUs = 0;

  /** Whether no tick is under way. */
  get isIdle(): boolean {
    return this.#open.length === 0;
  }

  /** The fastest rate whose tick is under way; infinite when none is. */
  get servedHz(): number {
    return this.isIdle ? Number.POSITIVE_INFINITY : Math.max(...this.#open.map(({ rateHz }) => rateHz));
  }

  add(rateHz: number, dueUs: number): void {
    if (!this.#due.has(rateHz)) this.#due.set(rateHz, dueUs);
  }

  /** Tells the time, before anything else is asked: what has passed since then went into the tick that is being served. */
  at(nowUs: number): void {
    const tick = this.#open.at(-1);
    if (tick !== undefined) {
      tick.servedUs += nowUs - this.#nowUs;
      tick.sinceYieldUs += nowUs - this.#nowUs;
    }
    this.#nowUs = nowUs;
  }

  /**
   * The rate whose tick is to be begun now: the one that is due longest, and of those that share a grid point the fastest. While a tick
   * is under way only a faster one, or one that takes much less.
   */
  next(): number | null {
    const tick = this.#open.at(-1);
    let next: number | null = null;
    let nextUs = Number.POSITIVE_INFINITY;
    for (const [rateHz, dueUs] of this.#due) {
      if (tick !== undefined && rateHz <= tick.rateHz && !this.#mayInterrupt(rateHz, tick)) continue;
      const isEarlier = dueUs < nextUs - SAME_POINT_US;
      if (!isEarlier && (dueUs > nextUs + SAME_POINT_US || rateHz < next!)) continue;
      next = rateHz;
      nextUs = dueUs;
    }
    if (next === null) return null;
    this.#due.delete(next);
    if (tick !== undefined && next <= tick.rateHz) tick.sinceYieldUs = 0;
    return next;
  }

  #mayInterrupt(rateHz: number, { servedUs, sinceYieldUs }: OpenTick): boolean {
    return sinceYieldUs >= PATIENCE_US && LIGHTER_TIMES * (this.#tookUs.get(rateHz) ?? 0) <= servedUs;
  }

  begin(rateHz: number, lanes: readonly Lane[]): void {
    this.#open.push({ rateHz, lanes, at: 0, servedUs: 0, sinceYieldUs: 0 });
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
    const { rateHz, servedUs } = this.#open.pop()!;
    this.#tookUs.set(rateHz, servedUs);
    return rateHz;
  }

  clear(): void {
    this.#open.length = 0;
    this.#due.clear();
    this.#tookUs.clear();
  }
}
