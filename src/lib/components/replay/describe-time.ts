import { formatClock, formatDateTime, formatIsoDate, type TimeZone } from '../../format/index.ts';

/** A time in a sentence: the clock alone where the day is today's. */
export function describeTime(timeUs: number, todayUs: number, zone: TimeZone): string {
  return formatIsoDate(timeUs, zone) === formatIsoDate(todayUs, zone)
    ? formatClock(timeUs, zone)
    : formatDateTime(timeUs, zone).slice(0, 19);
}
