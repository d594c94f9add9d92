/** 1990 and 2100, s since 1970: a stamp outside is a unit mistaken, not a market. */
const SECONDS_MIN = 631_152_000;
const SECONDS_MAX = 4_102_444_800;
/** What a stamp may count, as units a second. The ranges of 1990 to 2100 do not overlap. */
const UNITS_PER_SECOND = [1, 1e3, 1e6, 1e9] as const;

/** 2026-01-05T14:30:00.123456789Z, with a space for the T, without seconds, with +02:00 or +0200, or without an offset. */
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(?:(Z)|([+-])(\d\d):?(\d\d)?)?$/i;
const US_DECIMALS = 6;
const DIGITS = /^\d{9,19}(?:\.\d{1,9})?$/;

/** Microseconds since 1970 of a number of s, ms, us or ns, told apart by magnitude. NaN outside 1990 to 2100. */
export function usOfNumber(stamp: number): number {
  for (const perSecond of UNITS_PER_SECOND) {
    if (stamp >= SECONDS_MIN * perSecond && stamp < SECONDS_MAX * perSecond)
      return perSecond === 1e9 ? Math.floor(stamp / 1e3) : Math.round(stamp * (1e6 / perSecond));
  }
  return Number.NaN;
}

/**
 * Microseconds since 1970 of an ISO 8601 time (UTC where it has no offset), or of the digits of a stamp as `usOfNumber` takes it.
 * Nanoseconds are cut. NaN for other text.
 */
export function usOfText(text: string): number {
  const match = ISO.exec(text);
  if (match === null) return DIGITS.test(text) ? usOfDigits(text) : Number.NaN;
  const [, year, month, day, hour, minute, second = '0', fraction = '', , sign, offsetHours, offsetMinutes] =
    match;
  const dayMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // 31 February is 3 March to Date.UTC.
  if (Number(month) > 12 || new Date(dayMs).getUTCDate() !== Number(day)) return Number.NaN;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return Number.NaN;
  const offset = Number(offsetHours ?? 0) * 3_600 + Number(offsetMinutes ?? 0) * 60;
  const seconds = Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
  const timeS = dayMs / 1000 + seconds - (sign === '-' ? -offset : offset);
  return timeS >= SECONDS_MIN && timeS < SECONDS_MAX
    ? timeS * 1e6 + Number(fraction.slice(0, 6).padEnd(6, '0'))
    : Number.NaN;
}

function usOfDigits(text: string): number {
  // Ns have more digits than a number holds: those below us are cut as text.
  if (/^\d{18,19}$/.test(text)) return usOfNumber(Number(text.slice(0, -3)));
  // So have seconds with seven decimals and more.
  const [whole, fraction = ''] = text.split('.') as [string, string?];
  return fraction.length > US_DECIMALS
    ? usOfNumber(Number(`${whole}.${fraction.slice(0, US_DECIMALS)}`))
    : usOfNumber(Number(text));
}
