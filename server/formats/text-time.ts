import { CLOCK_UNITS, clockOfDigits } from './clock-digits.ts';
import type { TimeUnit } from './column-map.ts';
import { DATE_ORDERS, dateOrder, isYearLast, withYearFirst } from './date-order.ts';
import { timeOfText } from './time-text.ts';
import { ZoneTime } from './zone-time.ts';

const DAY_US = 86_400_000_000;
const DAY_MS = 86_400_000;
/** Decimals that a number of a unit has before it is a whole number of microseconds. */
const DECIMALS: Readonly<Record<string, number>> = { s: 6, ms: 3, us: 0 };
const CLOCK = /^\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?$/;

/** Reads the times of one column in its unit and zone. Not a guesser of units. */
export class TextTime {
  readonly #unit: TimeUnit;
  readonly #zone: ZoneTime;
  readonly #isZoneGiven: boolean;
  readonly #onZoneAssumed: () => void;

  constructor(unit: TimeUnit, zone: string | undefined, onZoneAssumed: () => void) {
    this.#unit = unit;
    this.#zone = new ZoneTime(zone ?? 'UTC');
    this.#isZoneGiven = zone !== undefined;
    this.#onZoneAssumed = onZoneAssumed;
  }

  /** Whether times say nothing without the day that they are of. */
  get needsDay(): boolean {
    return this.#unit.startsWith('midnight') || CLOCK_UNITS.includes(this.#unit);
  }

  /**
   * Us since 1970; null for other text.
   * @param day date of a row that has its time of day only, as text; empty when there is none
   */
  read(text: string, day: string): number | null {
    if (this.#unit === 'iso')
      return this.#ofText(day !== '' && CLOCK.test(text) ? `${day} ${padded(text)}` : text);
    if (DATE_ORDERS.includes(this.#unit)) return this.#ofText(withYearFirst(text, this.#unit));
    if (CLOCK_UNITS.includes(this.#unit)) {
      const clock = clockOfDigits(text, this.#unit);
      return clock === null || day === '' ? null : this.#ofText(`${day} ${clock}`);
    }
    if (!this.needsDay) return countedUs(text, this.#unit);
    const sinceUs = countedUs(text, this.#unit.slice('midnight-'.length) || 'ms');
    const midnight = timeOfText(day);
    if (sinceUs === null || sinceUs >= DAY_US || midnight === null) return null;
    const dayMs = Math.floor(midnight.timeUs / DAY_US) * DAY_MS;
    if (!this.#isZoneGiven) this.#onZoneAssumed();
    return (dayMs - this.#zone.offsetMs(dayMs, Math.floor(sinceUs / 1000))) * 1000 + sinceUs;
  }

  #ofText(text: string): number | null {
    const time = timeOfText(text);
    if (time === null) return null;
    if (time.hasOffset) return time.timeUs;
    if (!this.#isZoneGiven && !time.isDate) this.#onZoneAssumed();
    const wallMs = Math.floor(time.timeUs / 1000);
    const timeMs = wallMs % DAY_MS;
    return time.timeUs - this.#zone.offsetMs(wallMs - timeMs, timeMs) * 1000;
  }
}

function padded(clock: string): string {
  return clock[1] === ':' ? `0${clock}` : clock;
}

/** A count with or without decimals as whole microseconds; what is finer is cut off. No digit goes through a float. */
function countedUs(text: string, unit: string): number | null {
  const [, whole, fraction = ''] = /^(\d{1,19})(?:\.(\d*))?$/.exec(text) ?? [];
  if (whole === undefined) return null;
  if (unit === 'ns') return Number(whole.slice(0, -3) || '0');
  const decimals = DECIMALS[unit]!;
  return Number(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
}

/** Whether all are times of day as a clock shows them, 9:30 or 09:30:00.123. */
export function areClocks(values: readonly string[]): boolean {
  return values.length > 0 && values.every((value) => CLOCK.test(value));
}

/** Whether all are dates without a time of day. */
export function areDates(values: readonly string[]): boolean {
  return (
    values.length > 0 &&
    values.every((value) => timeOfText(value)?.isDate === true || (isYearLast(value) && !value.includes(':')))
  );
}

/** Some rows of a file may be broken. */
const SHARE_MIN = 2 / 3;

/** The unit of values that say it by their size, or are dates; null when they are not times, or of several units. */
export function unitOfValues(values: readonly string[]): TimeUnit | null {
  const order = dateOrder(values);
  if (order !== null) return order;
  const counts = new Map<TimeUnit, number>();
  for (const value of values) {
    const unit = unitOfValue(value);
    if (unit !== null) counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  for (const [unit, count] of counts) if (count >= values.length * SHARE_MIN) return unit;
  return null;
}

const UNIT_OF_DIGITS: Readonly<Record<number, TimeUnit>> = {
  ...{ 9: 's', 10: 's', 12: 'ms', 13: 'ms', 15: 'us', 16: 'us', 18: 'ns', 19: 'ns' },
};

function unitOfValue(text: string): TimeUnit | null {
  const [, digits] = /^(\d+)(?:\.\d*)?$/.exec(text) ?? [];
  // Eight digits are a date.
  if (digits !== undefined && ![8, 14, 17].includes(digits.length))
    return UNIT_OF_DIGITS[digits.length] ?? null;
  return CLOCK.test(text) || timeOfText(text) !== null ? 'iso' : null;
}
