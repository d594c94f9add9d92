import type { TimeUnit } from './column-map.ts';

/** Units of dates whose year comes last: 01/13/2026 9:30:00 AM, 13/01/2026 09:30. */
export const DATE_ORDERS: readonly TimeUnit[] = ['mdy', 'dmy'];

/** 31.01.2020 is no matter of order: it is read where all forms of times are. */
const YEAR_LAST = /^(?!\d\d\.\d\d\.\d{4})(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?=$|[ T,])[ T,]*(.*)$/;
const CLOCK = /^(\d{1,2})(:\d\d.*?)(?: ?([AP])M)?$/i;
const MONTHS = 12;
const NOON = 12;
/** Years of two digits from here on are of the last century. */
const CENTURY_FROM = 70;

/** Whether a text is a date whose year comes last, so that day and month may be one or the other. */
export function isYearLast(text: string): boolean {
  return YEAR_LAST.test(text);
}

/**
 * In which order day and month stand, by a number above 12 in one of the two places; null where no value has one, or they differ.
 * Where points part a date, the day comes first.
 */
export function dateOrder(values: readonly string[]): TimeUnit | null {
  const orders = new Set<TimeUnit>();
  for (const value of values) {
    const [, first, mark, second] = YEAR_LAST.exec(value) ?? [];
    if (first === undefined) return null;
    if (mark === '.' || Number(first) > MONTHS) orders.add('dmy');
    else if (Number(second) > MONTHS) orders.add('mdy');
  }
  const [order = null] = orders;
  return orders.size === 1 ? order : null;
}

/** Such a date, and the time of day behind it, as 2026-01-13 09:30:00; other text as it is. */
export function withYearFirst(text: string, order: TimeUnit): string {
  const [, first, , second, year, rest] = YEAR_LAST.exec(text) ?? [];
  if (first === undefined) return text;
  const [day, month] = order === 'dmy' ? [first, second!] : [second!, first];
  const date = `${wholeYear(year!)}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return rest === '' ? date : `${date} ${clock24(rest!)}`;
}

function wholeYear(year: string): string {
  if (year.length > 2) return year;
  return `${Number(year) >= CENTURY_FROM ? '19' : '20'}${year}`;
}

/** 9:30:00 PM is 21:30:00. */
function clock24(text: string): string {
  const [, hour, rest, half] = CLOCK.exec(text) ?? [];
  if (hour === undefined) return text;
  if (half === undefined) return hour.padStart(2, '0') + rest!;
  const hours = (Number(hour) % NOON) + (/p/i.test(half) ? NOON : 0);
  return String(hours).padStart(2, '0') + rest!;
}
