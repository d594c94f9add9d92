import type { TimeUnit } from './column-map.ts';

/** Units of a time of day as digits alone: 0930; 93000, 093000, 093000123. */
export const CLOCK_UNITS: readonly TimeUnit[] = ['hhmm', 'hhmmss'];

const HHMM_DIGITS = 4;
const HHMMSS_DIGITS = 6;
const WITH_MS_DIGITS = 9;

/** A time of day that is written in digits alone as 09:30:00.123; null for other text. Leading zeros may be missing. */
export function clockOfDigits(text: string, unit: TimeUnit): string | null {
  const [, digits = '', fraction = ''] = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (digits === '') return null;
  if (unit === 'hhmm') {
    const [, hour, minute] = /^(\d\d)(\d\d)$/.exec(digits.padStart(HHMM_DIGITS, '0')) ?? [];
    return hour === undefined || fraction !== '' ? null : clock(hour, minute!, '00', '');
  }
  const hasMs = digits.length > HHMMSS_DIGITS;
  if (hasMs && fraction !== '') return null;
  const padded = digits.padStart(hasMs ? WITH_MS_DIGITS : HHMMSS_DIGITS, '0');
  return clock(padded.slice(0, 2), padded.slice(2, 4), padded.slice(4, 6), padded.slice(6) || fraction);
}

function clock(hour: string, minute: string, second: string, fraction: string): string | null {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  return `${hour}:${minute}:${second}${fraction === '' ? '' : `.${fraction}`}`;
}

/**
 * The unit of times of day that stand beside a date; null where the digits count something. 93000 counts nothing, whatever the first
 * rows are: every one of them is a time of day, which of numbers that count few are.
 */
export function clockUnit(cells: readonly string[]): TimeUnit | null {
  const digits = cells.map((cell) => /^\d*/.exec(cell)![0].length);
  const longest = Math.max(...digits);
  const unit = longest > HHMM_DIGITS ? 'hhmmss' : longest >= HHMM_DIGITS - 1 ? 'hhmm' : null;
  return unit !== null && cells.every((cell) => clockOfDigits(cell, unit) !== null) ? unit : null;
}
