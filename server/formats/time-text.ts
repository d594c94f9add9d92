/** Powers of ten by which a number of seconds since 1970 is told from one of milli-, micro- and nanoseconds. */
const US_PER_UNIT: Readonly<Record<number, number>> = { 9: 1e6, 10: 1e6, 12: 1e3, 13: 1e3, 15: 1, 16: 1 };
const NANOSECOND_DIGITS = 18;
/** 1723075200.123456, and milliseconds with a fraction; by the digits before the point, those behind it that are whole microseconds. */
const FRACTIONAL = /^(\d{9,10}|\d{12,13})\.(\d+)$/;
const FRACTION_DECIMALS: Readonly<Record<number, number>> = { 9: 6, 10: 6, 12: 3, 13: 3 };

/** Dukascopy: 31.01.2020 22:00:12.345, also with GMT+0100 behind it. The day comes first, as everywhere where points part a date. */
const POINTED_DATE = /^(\d\d)\.(\d\d)\.(\d{4})(?= |$)/;
/** 13-Jan-2026, 3 Feb 2026 */
const NAMED_MONTH = /^(\d{1,2})[- ]([A-Za-z]{3})[- ](\d{4})(?= |$)/;
/** 2026/1/2 */
const SHORT_PARTS = /^(\d{4})([-/.])(?=\d{1,2}[-/.]\d(?!\d)|\d[-/.])(\d{1,2})\2(\d{1,2})(?=$|[ T])/;
const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';
/** 20260112093000, also with milliseconds: no count since 1970 has so many digits. */
const DIGITS_ONLY = /^((?:19|20)\d{6})(\d{6}(?:\d{3})?)$/;
/** 2013-01-01 22:00:00.295000+00:00, 2024-01-01T23:01Z, 20090501 00:00:00.161, 20120201 000000295, 2013-01-02, kdb's 2024-08-08D00:00:00, FIX's 20260112-09:30:00.123 */
const DATE_TIME =
  /^(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)(?:(?:[TD ]|(?<=\d{8})-)(\d\d):?(\d\d)(?::?(\d\d)(?:[.,:]?(\d{1,9}))?)?\s*(Z|UTC|(?:GMT)?[+-]\d\d:?(?:\d\d)?)?)?$/i;

export interface TimeText {
  /** Us since 1970; the wall time as if it were UTC where the text has no offset. */
  timeUs: number;
  hasOffset: boolean;
  /** A date without a time of day. */
  isDate: boolean;
}

/** Reads a time as people write it; a bare number by its magnitude. Null for other text. */
export function timeOfText(text: string): TimeText | null {
  if (/^\d{9,19}$/.test(text) && !DIGITS_ONLY.test(text)) return timeOfNumber(text);
  const [, whole, part] = FRACTIONAL.exec(text) ?? [];
  if (whole !== undefined) return timeOfFraction(whole, part!);
  const match = DATE_TIME.exec(spelled(text));
  if (match === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  const dayMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // 31 February is 3 March to Date.UTC.
  if (new Date(dayMs).getUTCDate() !== Number(day) || Number(month) > 12) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const seconds = Number(hour) * 3_600 + Number(minute) * 60 + Number(second) - offsetSeconds(zone);
  return {
    timeUs: dayMs * 1000 + seconds * 1e6 + Number(fraction.slice(0, 6).padEnd(6, '0')),
    hasOffset: zone !== undefined,
    isDate: match[4] === undefined,
  };
}

/** The one form of those in which the parts of a date stand in another order or without anything between them. */
function spelled(text: string): string {
  const [, date, clock] = DIGITS_ONLY.exec(text) ?? [];
  if (date !== undefined) return `${date} ${clock!}`;
  const [, day, name, year] = NAMED_MONTH.exec(text) ?? [];
  const month = MONTHS.indexOf(name?.toLowerCase() ?? '-') / 3 + 1;
  if (day !== undefined && month >= 1 && Number.isInteger(month))
    return text.replace(NAMED_MONTH, `${year!}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`);
  const [, longYear, mark, monthDigits, dayDigits] = SHORT_PARTS.exec(text) ?? [];
  if (longYear !== undefined)
    return text.replace(
      SHORT_PARTS,
      `${longYear}${mark!}${monthDigits!.padStart(2, '0')}${mark!}${dayDigits!.padStart(2, '0')}`,
    );
  return text.replace(POINTED_DATE, '$3-$2-$1').replace(/^(\d{8}) {2}/, '$1 ');
}

/** The fraction is cut, not rounded, and goes through no float. */
function timeOfFraction(whole: string, fraction: string): TimeText | null {
  const time = timeOfNumber(whole);
  if (time === null) return null;
  const decimals = FRACTION_DECIMALS[whole.length]!;
  const restUs = Number(fraction.slice(0, decimals).padEnd(decimals, '0'));
  return { ...time, timeUs: time.timeUs + restUs };
}

function timeOfNumber(text: string): TimeText | null {
  const { length } = text;
  // The last three digits of nanoseconds are cut: with them it is more than a number holds.
  const timeUs =
    length >= NANOSECOND_DIGITS
      ? Number(text.slice(0, -3))
      : Number(text) * (US_PER_UNIT[length] ?? Number.NaN);
  return Number.isNaN(timeUs) ? null : { timeUs, hasOffset: true, isDate: false };
}

function offsetSeconds(zone: string | undefined): number {
  const [, sign, hours, minutes = '0'] = /^(?:GMT)?([+-])(\d\d):?(\d\d)?$/i.exec(zone ?? '') ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3_600 + Number(minutes) * 60);
}
