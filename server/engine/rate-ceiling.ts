import { RATE_CLASSES_HZ } from '#protocol';

/** Late ticks within a second that lower the ceiling. One alone may be a garbage collection. */
const LATE_TICKS_MAX = 3;
const LATE_WINDOW_US = 1_000_000;
/** Late ticks closer together than this have one cause and count once. */
const SAME_CAUSE_US = 100_000;
/** Time without a late tick after which the ceiling rises by a class. */
const CALM_US = 5_000_000;
/** After a relapse the next attempt waits twice as long, at most this. */
const CALM_US_MAX = 60_000_000;
/** Below this nobody is slowed down: the lateness then has other causes. */
const CEILING_HZ_MIN = 2;
const CEILING_HZ_MAX = RATE_CLASSES_HZ.at(-1)!;

/**
 * The highest rate that is served while the process is busier than it can be. Three ticks within a second that ended more than a
 * period late lower it by a class, for everybody alike; a while without any raises it again. A pure decision: it is told of ticks.
 */
export class RateCeiling {
  hz: number = CEILING_HZ_MAX;
  #lateUs: number[] = [];
  #calmSinceUs = 0;
  #calmUs = CALM_US;
  #raisedUs = Number.NEGATIVE_INFINITY;

  /**
   * A tick is over.
   * @param lateMs from its grid point to its last viewer
   * @param rateHz at which the tick was served, the ceiling included
   * @returns whether the ceiling changed
   */
  onTick(nowUs: number, lateMs: number, rateHz: number): boolean {
    if (lateMs > 1000 / rateHz) return rateHz >= CEILING_HZ_MIN && this.#onLate(nowUs);
    return this.hz < CEILING_HZ_MAX && nowUs - this.#calmSinceUs >= this.#calmUs && this.#raise(nowUs);
  }

  #onLate(nowUs: number): boolean {
    this.#calmSinceUs = nowUs;
    this.#lateUs = this.#lateUs.filter((atUs) => nowUs - atUs < LATE_WINDOW_US);
    if (nowUs - (this.#lateUs.at(-1) ?? Number.NEGATIVE_INFINITY) < SAME_CAUSE_US) return false;
    this.#lateUs.push(nowUs);
    if (this.#lateUs.length < LATE_TICKS_MAX) return false;
    const next = RATE_CLASSES_HZ.findLast((hz) => hz < this.hz)!;
    if (next < CEILING_HZ_MIN) return false;
    const isRelapse = nowUs - this.#raisedUs < 2 * this.#calmUs;
    this.#calmUs = isRelapse ? Math.min(CALM_US_MAX, this.#calmUs * 2) : CALM_US;
    this.hz = next;
    this.#lateUs = [];
    return true;
  }

  #raise(nowUs: number): boolean {
    this.hz = RATE_CLASSES_HZ.find((hz) => hz > this.hz)!;
    this.#raisedUs = nowUs;
    this.#calmSinceUs = nowUs;
    return true;
  }
}
