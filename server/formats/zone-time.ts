import { zoneOffsetS, type IanaZone } from '#protocol';

const DAY_MS = 86_400_000;
/** Zones change their offset on quarters of an hour. */
const QUARTER_MS = 900_000;

/**
 * Wall-clock times of one zone as UTC. A wall time that comes twice when clocks go back is the first of the two; one that is
 * skipped when they go forward counts on from before. Costs one look-up a call after the first of each quarter of an hour.
 */
export class ZoneTime {
  /** Null for UTC. */
  readonly #zone: IanaZone | null;
  #day = Number.NaN;
  readonly #offsetsMs = new Float64Array(DAY_MS / QUARTER_MS);

  /** @param zone an IANA name, such as `America/New_York` */
  constructor(zone: string) {
    this.#zone = zone === 'UTC' ? null : (zone as IanaZone);
  }

  /**
   * Milliseconds to subtract from a wall time to have UTC.
   * @param dayMs midnight of the wall's date, as if it were UTC
   * @param timeMs wall time since that midnight, which may reach into the next day
   */
  offsetMs(dayMs: number, timeMs: number): number {
    if (this.#zone === null) return 0;
    if (timeMs < 0 || timeMs >= DAY_MS) return this.#find(dayMs + timeMs);
    if (dayMs !== this.#day) {
      this.#day = dayMs;
      this.#offsetsMs.fill(Number.NaN);
    }
    const quarter = Math.floor(timeMs / QUARTER_MS);
    const known = this.#offsetsMs[quarter]!;
    if (known === known) return known;
    const offset = this.#find(dayMs + quarter * QUARTER_MS);
    this.#offsetsMs[quarter] = offset;
    return offset;
  }

  #find(wallMs: number): number {
    // The offsets of half a day before and after are all that can hold; the earlier one wins where both do.
    const before = this.#at(wallMs - DAY_MS / 2);
    const after = this.#at(wallMs + DAY_MS / 2);
    if (before === after || this.#at(wallMs - before) === before) return before;
    return this.#at(wallMs - after) === after ? after : before;
  }

  /** How far the zone's clock is ahead of UTC at an instant. */
  #at(utcMs: number): number {
    return zoneOffsetS(utcMs / 1000, this.#zone!) * 1000;
  }
}
