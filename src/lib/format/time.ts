import { zoneOffsetS as ianaOffsetS, type IanaZone } from '../../protocol/zone-offset.ts';
import { dateFormat, NO_VALUE } from './locale.ts';

export type { IanaZone };
/** Zone that times are shown in. Always labelled where it is shown. */
export type TimeZone = 'utc' | 'local' | IanaZone;

/** Clocks are written by hand: 24 h digits are the same in all our locales, and Intl takes some 700 ns a time. */
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
const DAY_MS = 86_400_000;

function dateOf(timeUs: number): Date {
  return new Date(Math.floor(timeUs / 1000));
}

function known(timeUs: number): boolean {
  return Number.isFinite(timeUs) && timeUs > 0;
}

/** `14:32:07` of a time in microseconds since 1970; an en dash for 0 and NaN, which mean "none". */
export function formatClock(timeUs: number, zone: TimeZone): string {
  if (!known(timeUs)) return NO_VALUE;
  if (zone === 'local') return localClock(dateOf(timeUs));
  return clockOfDay(Math.floor(timeUs / 1000) + 1000 * zoneOffsetS(timeUs / 1_000_000, zone));
}

/** `14:32:07.250`. */
export function formatTimeMs(timeUs: number, zone: TimeZone): string {
  if (!known(timeUs)) return NO_VALUE;
  const milliseconds = Math.floor(timeUs / 1000) % 1000;
  return `${formatClock(timeUs, zone)}.${String(milliseconds).padStart(3, '0')}`;
}

/** `14:32`. */
export function formatHourMinute(timeUs: number, zone: TimeZone): string {
  return known(timeUs) ? formatClock(timeUs, zone).slice(0, 5) : NO_VALUE;
}

/** `2026-11-12 14:32:07.250`. */
export function formatDateTime(timeUs: number, zone: TimeZone): string {
  return known(timeUs) ? `${formatIsoDate(timeUs, zone)} ${formatTimeMs(timeUs, zone)}` : NO_VALUE;
}

/** `2026-11-12`. */
export function formatIsoDate(timeUs: number, zone: TimeZone): string {
  if (!known(timeUs)) return NO_VALUE;
  const date = dateOf(timeUs);
  if (zone !== 'local') {
    const offsetMs = 1000 * zoneOffsetS(timeUs / 1_000_000, zone);
    return new Date(date.getTime() + offsetMs).toISOString().slice(0, 10);
  }
  return `${date.getFullYear()}-${TWO_DIGITS[date.getMonth() + 1]}-${TWO_DIGITS[date.getDate()]}`;
}

/** Day in the reader's words, without the year: `Jul 18`. */
export function formatDay(timeUs: number, zone: TimeZone): string {
  return known(timeUs)
    ? words(zone, 'day', { month: 'short', day: 'numeric' }).format(dateOf(timeUs))
    : NO_VALUE;
}

/** `Jul 2024`. */
export function formatMonthYear(timeUs: number, zone: TimeZone): string {
  return known(timeUs)
    ? words(zone, 'month', { month: 'short', year: 'numeric' }).format(dateOf(timeUs))
    : NO_VALUE;
}

function words(zone: TimeZone, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  if (zone === 'local') return dateFormat(`local ${key}`, options);
  return dateFormat(`${zone} ${key}`, { ...options, timeZone: zone === 'utc' ? 'UTC' : zone });
}

/** Short name of the zone as it is shown beside a clock: `UTC`, the reader's own (`GMT+2`), or the city of any other. */
export function zoneLabel(zone: TimeZone): string {
  if (zone === 'utc') return 'UTC';
  if (zone !== 'local') return zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
  const parts = dateFormat('local zone', { hour: 'numeric', timeZoneName: 'short' }).formatToParts(
    new Date(),
  );
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? 'local';
}

/** Offset of a zone's time from UTC at an instant, seconds, daylight saving included; 0 for UTC. */
export function zoneOffsetS(timeS: number, zone: TimeZone): number {
  if (zone === 'utc') return 0;
  if (zone === 'local') return -60 * new Date(timeS * 1000).getTimezoneOffset();
  return ianaOffsetS(timeS, zone);
}

/** Time left or passed, in seconds: `00:52`, `1:02:03`. Never negative. */
export function formatCountdown(seconds: number): string {
  if (!Number.isFinite(seconds)) return NO_VALUE;
  const left = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(left / 60);
  const tail = `${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[left % 60]}`;
  return minutes >= 60 ? `${Math.floor(minutes / 60)}:${tail}` : tail;
}

/** A span in its largest unit, for sentences: 14_400 -> `4 h`, 90 -> `90 s`, 5400 -> `90 min`. */
export function formatSpan(seconds: number): string {
  if (!Number.isFinite(seconds)) return NO_VALUE;
  const span = Math.max(0, Math.round(seconds));
  if (span >= 172_800) return `${Math.round(span / 86_400)} d`;
  if (span >= 7200) return `${Math.round(span / 3600)} h`;
  if (span >= 120) return `${Math.round(span / 60)} min`;
  return `${span} s`;
}

function clockOfDay(timeMs: number): string {
  const second = Math.floor((((timeMs % DAY_MS) + DAY_MS) % DAY_MS) / 1000);
  const minute = Math.floor(second / 60);
  return `${TWO_DIGITS[Math.floor(minute / 60)]}:${TWO_DIGITS[minute % 60]}:${TWO_DIGITS[second % 60]}`;
}

function localClock(date: Date): string {
  return `${TWO_DIGITS[date.getHours()]}:${TWO_DIGITS[date.getMinutes()]}:${TWO_DIGITS[date.getSeconds()]}`;
}
