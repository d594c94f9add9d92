const DAY_MS = 86_400_000;
/** Zones change their offset on quarters of an hour. */
const QUARTER_MS = 900_000;

/** Made once a zone: an archive may have thousands of members. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = FORMATS.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    FORMATS.set(zone, format);
  }
  return format;
}

/**
 * Wall-clock times of one zone as UTC. A wall time that comes twice when clocks go back is the first of the two; one that is
 * skipped when they go forward counts on from before. Costs one look-up a call after the first of each quarter of an hour.
 */
export class ZoneTime {
  readonly #format: Intl.DateTimeFormat | null;
  #day = Number.NaN;
  readonly #offsetsMs = new Float64Array(DAY_MS / QUARTER_MS);

  /** @param zone an IANA name, such as `America/New_York` */
  constructor(zone: string) {
    this.#format = zone === 'UTC' ? null : formatOf(zone);
  }

  /**
   * Milliseconds to subtract from a wall time to have UTC.
   * @param dayMs midnight of the wall's date, as if it were UTC
   * @param timeMs wall time since that midnight, which may reach into the next day
   */
  offsetMs(dayMs: number, timeMs: number): number {
    if (this.#format === null) return 0;
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
    const wholeMs = Math.floor(utcMs / 1000) * 1000;
    const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format!.formatToParts(wholeMs)) part[type] = Number(value);
    const wallMs = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
    return wallMs - wholeMs;
  }
}
