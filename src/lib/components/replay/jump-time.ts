import {
  formatClock,
  formatDateTime,
  formatIsoDate,
  zoneOffsetS,
  type TimeZone,
} from '../../format/index.ts';

/** What a jump is seen from. Times in us since 1970. */
export interface JumpContext {
  /** Where the playhead is. */
  readonly nowUs: number;
  /** What can be gone to. */
  readonly fromUs: number;
  readonly toUs: number;
  /** Whose clock is meant where a text names none. */
  readonly zone: TimeZone;
  /** Begin of the session that the playhead is in. */
  readonly openUs: number;
  /** The end is now, and moves on. */
  readonly endsNow: boolean;
}

export type JumpGoal =
  | { readonly ok: true; readonly timeUs: number }
  /** Out of the replay, to what happens now. */
  | { readonly ok: true; readonly timeUs: 'live' }
  | { readonly ok: false; readonly message: string };

const MS_US = 1_000;
const SECOND_US = 1_000_000;
const MINUTE_US = 60 * SECOND_US;
const DAY_S = 86_400;
const DAY_US = DAY_S * SECOND_US;
const UNITS_US: Readonly<Record<string, number>> = {
  d: DAY_US,
  h: 3_600 * SECOND_US,
  m: MINUTE_US,
  min: MINUTE_US,
  s: SECOND_US,
  ms: MS_US,
  us: 1,
};

const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const ZONE = /(Z|[+-]\d{2}:?\d{2})$/i;
const RELATIVE = /^([+-])((?:\d+(?:\.\d+)?(?:d|h|min|ms|us|m|s))+)$/;
const RELATIVE_PART = /(\d+(?:\.\d+)?)(d|h|min|ms|us|m|s)/g;
const EXAMPLES = 'Write 14:32, 14:32:07.250, +5m, -30s, open, or 2026-11-12 14:32:07.250.';

/** A time of day. `precisionUs` is how exactly it was written: `14:32` means the whole minute. */
interface ClockTime {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly us: number;
  readonly precisionUs: number;
}

/** Where a text wants to go: a time of day, an instant, a way from the playhead, or a word. */
export function parseJump(text: string, context: JumpContext): JumpGoal {
  const wanted = text.trim().replace('\u2212', '-').toLowerCase();
  if (wanted === '') return refuse(EXAMPLES);
  switch (wanted) {
    case 'open':
      return { ok: true, timeUs: context.openUs };
    case 'start':
    case 'begin':
      return { ok: true, timeUs: context.fromUs };
    case 'end':
      return { ok: true, timeUs: context.endsNow ? 'live' : context.toUs };
    case 'now':
    case 'live':
      return { ok: true, timeUs: 'live' };
  }
  if (wanted.startsWith('+') || wanted.startsWith('-')) return parseRelative(wanted, context);
  const unix = unixTime(wanted);
  if (unix !== null) return held(unix.timeUs, unix.precisionUs, context);
  if (wanted.includes(':') && !wanted.includes('-')) return parseClock(wanted, context);
  return parseDate(wanted, context);
}

function parseRelative(text: string, context: JumpContext): JumpGoal {
  const [, sign, spans] = RELATIVE.exec(text.replaceAll(' ', '')) ?? [];
  if (spans === undefined) {
    return /^[+-][\d.]+$/.test(text)
      ? refuse(`${text} of what? Write ${text}s, ${text}m or ${text}h.`)
      : refuse(`“${text}” is no span of time. Write +5m, -30s, +1h30m or -250ms.`);
  }
  let spanUs = 0;
  for (const [, number, unit] of spans.matchAll(RELATIVE_PART)) spanUs += Number(number) * UNITS_US[unit!]!;
  return held(context.nowUs + (sign === '-' ? -1 : 1) * Math.round(spanUs), 1, context);
}

/** The day is the playhead's own, or the one before or after it where only that has this time. */
function parseClock(text: string, context: JumpContext): JumpGoal {
  const clock = clockOf(text);
  if (clock === null) return refuse(`“${text}” is no time of day. Write 14:32 or 14:32:07.250.`);
  const { nowUs, zone } = context;
  const goals = [0, -1, 1]
    .map((days) => instantOf(dayOf(nowUs, zone), days, clock, zone))
    .filter((timeUs) => isHeld(timeUs, clock.precisionUs, context));
  const nearest = goals.toSorted((one, other) => Math.abs(one - nowUs) - Math.abs(other - nowUs))[0];
  if (nearest === undefined) return held(instantOf(dayOf(nowUs, zone), 0, clock, zone), 1, context);
  return held(nearest, clock.precisionUs, context);
}

function parseDate(text: string, context: JumpContext): JumpGoal {
  const [dateText = '', ...rest] = text.toUpperCase().split(/[T ]+/);
  const time = rest.join('');
  const [, year, month, day] = DATE.exec(dateText) ?? [];
  if (year === undefined) return refuse(`“${text}” is no time. ${EXAMPLES}`);
  const zoneText = ZONE.exec(time)?.[0] ?? null;
  const clockText = zoneText === null ? time : time.slice(0, -zoneText.length);
  const midnight = { hours: 0, minutes: 0, seconds: 0, us: 0, precisionUs: DAY_US };
  const clock = clockText === '' && zoneText === null ? midnight : clockOf(clockText);
  if (clock === null) return refuse(`“${clockText || text}” is no time of day. Write 14:32 or 14:32:07.250.`);
  const date = { year: Number(year), month: Number(month) - 1, day: Number(day) };
  if (!exists(date)) return refuse(`There is no day ${dateText}.`);
  const timeUs =
    zoneText === null
      ? instantOf(date, 0, clock, context.zone)
      : instantOf(date, 0, clock, 'utc') - offsetUs(zoneText);
  return held(timeUs, clock.precisionUs, context);
}

function clockOf(text: string): ClockTime | null {
  const [, hours, minutes, seconds, fraction] = CLOCK.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const clock = { hours: Number(hours), minutes: Number(minutes), seconds: Number(seconds ?? 0) };
  if (clock.hours > 23 || clock.minutes > 59 || clock.seconds > 59) return null;
  const precisionUs =
    seconds === undefined ? MINUTE_US : fraction === undefined ? SECOND_US : 10 ** (6 - fraction.length);
  return { ...clock, us: Number((fraction ?? '').padEnd(6, '0')), precisionUs };
}

interface Day {
  readonly year: number;
  /** From 0, as `Date` counts. */
  readonly month: number;
  readonly day: number;
}

function dayOf(timeUs: number, zone: TimeZone): Day {
  const [year, month, day] = formatIsoDate(timeUs, zone).split('-').map(Number);
  return { year: year!, month: month! - 1, day: day! };
}

/** A time that the zone's clock leaves out in spring is counted on from before it; one that it has twice is the first. */
function instantOf({ year, month, day }: Day, days: number, clock: ClockTime, zone: TimeZone): number {
  const { hours, minutes, seconds, us } = clock;
  const wallS = Date.UTC(year, month, day + days, hours, minutes, seconds) / 1_000;
  const offsets = [-DAY_S, DAY_S].map((awayS) => zoneOffsetS(wallS + awayS, zone));
  const fits = offsets
    .map((offsetS) => wallS - offsetS)
    .find((timeS) => timeS + zoneOffsetS(timeS, zone) === wallS);
  return (fits ?? wallS - offsets[0]!) * SECOND_US + us;
}

function exists({ year, month, day }: Day): boolean {
  const date = new Date(Date.UTC(year, month, day));
  return date.getUTCMonth() === month && date.getUTCDate() === day;
}

/** `Z`, `+02:00`, `-0530`. */
function offsetUs(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const digits = zone.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return (digits.startsWith('-') ? -1 : 1) * minutes * MINUTE_US;
}

/** Seconds, milliseconds or microseconds since 1970, told apart by their digits. */
function unixTime(text: string): { timeUs: number; precisionUs: number } | null {
  const precisionUs = /^\d{16}$/.test(text)
    ? 1
    : /^\d{13}$/.test(text)
      ? MS_US
      : /^\d{10}$/.test(text)
        ? SECOND_US
        : 0;
  return precisionUs === 0 ? null : { timeUs: Number(text) * precisionUs, precisionUs };
}

function isHeld(timeUs: number, precisionUs: number, { fromUs, toUs }: JumpContext): boolean {
  return timeUs + precisionUs > fromUs && timeUs <= toUs;
}

/** A time within what is there; one that is meant less exactly than it would have to be becomes the first that is. */
function held(timeUs: number, precisionUs: number, context: JumpContext): JumpGoal {
  const { fromUs, toUs, zone, endsNow } = context;
  if (isHeld(timeUs, precisionUs, context)) return { ok: true, timeUs: Math.max(timeUs, fromUs) };
  const sameDay = formatDateTime(fromUs, zone).slice(0, 10) === formatDateTime(timeUs, zone).slice(0, 10);
  const said = (us: number): string =>
    sameDay ? formatClock(us, zone) : formatDateTime(us, zone).slice(0, 19);
  if (timeUs < fromUs) return refuse(`${said(timeUs)} is before the start at ${said(fromUs)}.`);
  return refuse(
    endsNow ? `${said(timeUs)} has not come yet.` : `${said(timeUs)} is after the end at ${said(toUs)}.`,
  );
}

function refuse(message: string): JumpGoal {
  return { ok: false, message };
}
