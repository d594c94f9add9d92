import { COMMIT_BAR_NUMBERS } from '../client/worker-api.ts';

/** Bars held of one series; the oldest go first. 50,000 bars are 2.4 MB. */
export const BARS_HELD_MAX = 50_000;
const WIDTH = COMMIT_BAR_NUMBERS;

/**
 * The bars of one instrument and interval, as flat rows of six numbers. Knows no sockets: it merges what it is given.
 * Invariant: starts rise strictly, so that there is no bar twice.
 */
export class BarSeries {
  #rows: number[] = [];

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  /** Start of the oldest bar, s; NaN when there is none. */
  get firstStartS(): number {
    return this.#rows[0] ?? Number.NaN;
  }

  rows(): Float64Array {
    return Float64Array.from(this.#rows);
  }

  clear(): void {
    this.#rows = [];
  }

  /** Puts one bar in its place: a new one, or a newer state of one that is held. */
  put(bar: ArrayLike<number>, at = 0): void {
    const startS = bar[at]!;
    let place = this.#rows.length;
    while (place > 0 && this.#rows[place - WIDTH]! > startS) place -= WIDTH;
    const known = place > 0 && this.#rows[place - WIDTH] === startS;
    const numbers = Array.from({ length: WIDTH }, (_, index) => bar[at + index]!);
    if (known) this.#rows.splice(place - WIDTH, WIDTH, ...numbers);
    else this.#rows.splice(place, 0, ...numbers);
    const excess = this.#rows.length - BARS_HELD_MAX * WIDTH;
    if (excess > 0) this.#rows.splice(0, excess);
  }

  /**
   * Takes the newest bars as the server has them. Bars held from before stay in front when they join without a hole; `newer` bars,
   * which came while the answer was under way, win over it.
   */
  replaceEnd(rows: ArrayLike<number>, newer: BarSeries): void {
    const firstS = rows.length === 0 ? Number.POSITIVE_INFINITY : rows[0]!;
    const lastHeldS = this.#rows.at(-WIDTH) ?? Number.NaN;
    // Without an overlap nothing says that no bars are missing in between.
    const kept = rows.length > 0 && lastHeldS >= firstS ? this.#before(firstS) : [];
    this.#rows = [...kept, ...Array.from(rows)];
    for (let at = 0; at < newer.#rows.length; at += WIDTH) this.put(newer.#rows, at);
  }

  /** Puts older bars in front; returns those that were not held yet. */
  prepend(rows: readonly number[]): Float64Array {
    const firstS = this.isEmpty ? Number.POSITIVE_INFINITY : this.firstStartS;
    const older: number[] = [];
    for (let at = 0; at < rows.length && rows[at]! < firstS; at += WIDTH) {
      for (let index = 0; index < WIDTH; index += 1) older.push(rows[at + index]!);
    }
    const room = Math.max(0, BARS_HELD_MAX * WIDTH - this.#rows.length);
    const added = room === 0 ? [] : older.slice(-room);
    this.#rows = [...added, ...this.#rows];
    return Float64Array.from(added);
  }

  #before(startS: number): number[] {
    let end = 0;
    while (end < this.#rows.length && this.#rows[end]! < startS) end += WIDTH;
    return this.#rows.slice(0, end);
  }
}
